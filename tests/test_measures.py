"""What a plugin's measure may do, and what happens to a city on which it fails: that city fails, no other."""

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.authoring.cases import Case, case_city, run_case
from cityrubric.documents import Document
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import known_facts, make_block
from cityrubric.evaluate.plan import plan_of
from cityrubric.hookspecs import Facts, MeasureFunction
from cityrubric.interval import Interval, as_interval
from cityrubric.records import City
from cityrubric.report.deciding import veto_ids
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess, tell

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Ruleset:
    return load_ruleset(TINY / "ruleset", [TINY / "plugins"])


def library(facts: Document, ruleset: Ruleset) -> City:
    return case_city(Case("library", {"facts": facts}, {}), ruleset)


def with_function(ruleset: Ruleset, function: MeasureFunction) -> Ruleset:
    """The little rule set with another function behind the measure of books per reader."""
    measure = ruleset.offers.measures["library.books_per_reader"]
    measures = {**ruleset.offers.measures, measure.id: evolve(measure, function=function)}
    return evolve(ruleset, offers=evolve(ruleset.offers, measures=measures))


def outcome(assessment: Assessment, id_: str) -> tuple[str, tuple[float, float]]:
    found = next(o for o in assessment.outcomes if o.id == id_)
    return found.verdict, found.score


GOOD = {"library.books": 40, "library.readers": 20, "library.open_sunday": True, "library.rooms": 12}
CASES = [
    Case("all good", {"facts": GOOD}, {"verdicts": {"S.1": "met", "S.2": "met"}, "scores": {"S.3": [8, 8]}}),
    Case("by row: below the step", {"facts": {"library.rooms": 9}}, {"scores": {"S.3": [3, 3]}}),
    Case("by row: on the step", {"facts": {"library.rooms": 10}}, {"scores": {"S.3": [6.667, 6.667]}}),
    Case("by row: across the step, open", {"facts": {"library.rooms": "9..10"}}, {"verdicts": {"S.3": "undetermined"}}),
    Case("by row: nothing known", {}, {"verdicts": {"S.3": "undetermined"}, "scores": {"S.3": [0, 10]}}),
    Case("half up", {"facts": {"library.rooms": 10.001}}, {"scores": {"S.3": [6.667, 6.667]}}),
    Case(
        "half up, but never to full marks", {"facts": {"library.rooms": 14.99999}}, {"scores": {"S.3": [9.999, 9.999]}}
    ),
    Case(
        "exactly on the pass line: 18 of 30 is 60 %",
        {"facts": {**GOOD, "library.open_sunday": False, "library.closures": {"2020": 0, "2021": 0}}},
        {"scores": {"S.1": [10, 10], "S.2": [0, 0], "S.3": [8, 8]}, "decision": "pass"},
    ),
    Case(
        "just below the pass line",
        {
            "facts": {
                **GOOD,
                "library.open_sunday": False,
                "library.rooms": 11,
                "library.closures": {"2020": 0, "2021": 0},
            }
        },
        {"decision": "fail"},
    ),
    Case(
        "a key item below its own line fails a city that has the points",
        {"facts": {**GOOD, "library.books": 19, "library.rooms": 15, "library.closures": {"2020": 0, "2021": 0}}},
        {"verdicts": {"S.1": "not_met"}, "decision": "fail"},
    ),
    Case("an open veto keeps a city from passing", {"facts": GOOD}, {"decision": "undetermined"}),
    Case(
        "rules over rates, premises and findings",
        {"facts": {"library.books": 1, "library.readers": 20, "library.open_sunday": False, "library.rooms": 3}},
        {"findings": ["W.books", "R.books", "W.low"], "no_findings": ["P.poor"]},
    ),
    Case(
        "a rate that only may be low",
        {"facts": {"library.books": 1, "library.readers": 20}},
        {"no_findings": ["W.low"]},
    ),
    Case(
        "late by this rule set's word stays open",
        {
            "facts": {"library.open_sunday": {"missing": "not_supplied", "request": "Q"}},
            "requests": [{"id": "Q", "letter": "函", "asked_on": "2021-01-01", "deadline": "2021-02-01"}],
        },
        {"verdicts": {"S.2": "undetermined"}},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_little_rule_set(case: Case, tiny: Ruleset) -> None:
    assert run_case(case, tiny) == []


def test_bonus_is_capped_and_stands_beside_the_rate(tiny: Ruleset) -> None:
    scores = assess(library({**GOOD, "library.grade": "一级"}, tiny), tiny).scores
    assert scores.groups[2].score == (5, 5)
    assert scores.bonus == (3, 3)
    assert scores.total == (28, 28)


def raising(facts: Facts) -> Interval:
    books = facts["library.books"]
    if (books.lower == 13).any():
        raise ZeroDivisionError("thirteen")
    return books


def undeclared(facts: Facts) -> Interval:
    return facts["library.rooms"]


def hollow(facts: Facts) -> Interval:
    books = facts["library.books"]
    return Interval(np.where(books.lower == 13, np.nan, books.lower), books.upper)


def misshapen(facts: Facts) -> Interval:
    return as_interval(2.0)


def upside_down(facts: Facts) -> Interval:
    books = facts["library.books"]
    return Interval(books.upper + 1, books.lower)


def no_interval(facts: Facts) -> Interval:
    return 2.0  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (raising, "library: library.books_per_reader ZeroDivisionError: thirteen"),
        (undeclared, "library: library.books_per_reader reads 'library.rooms', which its `reads` do not declare"),
        (hollow, "library: library.books_per_reader returned NaN, or a lower end above the upper one"),
        (misshapen, "library: library.books_per_reader returned the shape (), not (1, 1)"),
        (upside_down, "library: library.books_per_reader returned NaN, or a lower end above the upper one"),
        (no_interval, "library: library.books_per_reader returned float, not an Interval"),
    ],
)
def test_a_measure_that_breaks_its_contract_fails_the_city_by_name(
    function: MeasureFunction, says: str, tiny: Ruleset
) -> None:
    ruleset = with_function(tiny, function)
    facts = {**GOOD, "library.books": 13, "library.closures": {"2020": 0, "2021": 0}}
    found = assess(library(facts, ruleset), ruleset)
    assert outcome(found, "S.1") == ("error", (0, 10))
    assert next(o for o in found.outcomes if o.id == "S.1").failure == says
    assert found.conclusion.verdict == "undetermined"


@pytest.mark.parametrize("function", [raising, hollow])
def test_only_the_city_on_which_it_fails_is_failed(function: MeasureFunction, tiny: Ruleset) -> None:
    ruleset = with_function(tiny, function)
    plan = plan_of(ruleset)
    cities = [library({**GOOD, "library.books": books}, ruleset) for books in (1, 13, 2)]
    block = make_block(cities, plan)
    results = assess_block(block, plan)
    found = [outcome(tell(block, results, column, plan), "S.1")[0] for column in range(3)]
    assert found == ["partly_met", "error", "met"]


def test_a_measure_by_row_that_raises_fails_only_its_city(tiny: Ruleset) -> None:
    plan = plan_of(tiny)
    cities = [library({**GOOD, "library.rooms": rooms}, tiny) for rooms in (12, 60, 15)]
    block = make_block(cities, plan)
    results = assess_block(block, plan)
    found = [outcome(tell(block, results, column, plan), "S.3") for column in range(3)]
    assert found == [("partly_met", (8, 8)), ("error", (0, 10)), ("met", (10, 10))]


def test_what_is_met_in_part_between_two_scores_still_waits_for_something(ruleset: Ruleset) -> None:
    """One sheet of four is known: the verdict stands, the points do not, and the other three would settle them."""
    told = assess(case_city(Case("某市", {"facts": {"sheet.C1961.Y10": 30}}, {}), ruleset), ruleset)
    outcome = next(one for one in told.outcomes if one.id == "C.19.61")
    assert outcome.verdict == "partly_met"
    assert outcome.score[0] < outcome.score[1]
    waiting = {"sheet.C1961.Y11", "sheet.C1961.Y12", "sheet.C1961.Y13"}
    assert {one.key for one in outcome.missing} == waiting
    assert waiting <= {one.id.partition(":")[2] for one in told.conclusion.would_settle}


def test_what_a_veto_waits_for_comes_first(ruleset: Ruleset) -> None:
    """Before facts that are worth more points: nothing passes while a veto is open."""
    told = assess(case_city(Case("某市", {}, {}), ruleset), ruleset)
    settling = told.conclusion.would_settle
    decides = [not veto_ids(told.outcomes).isdisjoint(one.items) for one in settling]
    assert decides == sorted(decides, reverse=True)
    first = [one.id for one in settling[: decides.count(True)]]
    assert "fact:status.satisfaction" in first
    assert "clearance:E.27.81" in first
    assert max(one.points for one in settling) not in {one.points for one in settling if one.id in first}


def test_an_area_in_which_something_never_occurs_is_not_waited_for(ruleset: Ruleset) -> None:
    claims = [
        {"areas": {"a": {"2021": 10}}},
        {"missing": "not_occurring", "reason": "—", "area": "b"},
    ]
    given = {"areas": ["a", "b"], "facts": {"complaints.received": claims, "complaints.closed": 10}}
    city = case_city(Case("某市", given, {}), ruleset)
    known = known_facts(city, plan_of(ruleset).layout, ruleset)["complaints.received"]
    assert [(one.low, one.high) for period, one in known.items() if period] == [(10.0, 10.0)]
