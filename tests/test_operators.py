"""Operators and aggregations of plugins: offered like the shipped ones; one that breaks its contract is named."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from cityrubric.authoring.cases import case_city
from cityrubric.batch.worker import tell_briefly
from cityrubric.bulk.results import frames_of
from cityrubric.documents import check_document
from cityrubric.errors import FaultLog, PluginError
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import plan_of
from cityrubric.evaluate.verdicts import plan_verdicts
from cityrubric.interval import Floats, as_interval
from cityrubric.pluginhost import load_plugins
from cityrubric.rubric.model import Ruleset
from cityrubric.rubric.passing import Result
from cityrubric.scoring import Aggregation, Line, Members, Operator, Terms
from cityrubric.telling.stored import to_document
from cityrubric.telling.tell import assess, tell
from peer import case_of, result


def test_the_shipped_operators_and_aggregations_are_offered_by_the_same_hooks() -> None:
    offers = load_plugins()
    assert set(offers.operators) == {
        "bands", "award", "veto", "report", "award_proportional", "sheet", "expert", "deduct",
    }  # fmt: skip
    assert set(offers.aggregations) == {"sum", "rate", "weighted_mean", "lowest", "highest"}


def raising(values: Floats, _terms: Terms) -> Floats:
    if (values == 50).any():
        raise ZeroDivisionError("fifty")
    return values


CURVES = [
    (raising, "ZeroDivisionError: fifty"),
    (lambda values, _terms: np.where(values == 50, np.nan, values), "returned NaN, or falls where it must rise"),
    (lambda values, _terms: np.where(values[:1] == 50, -np.arange(2.0)[:, None], 0), "returned NaN, or falls"),
    (lambda values, _terms: values[0] if (values == 50).any() else values, "returned the shape (1,), not (2, 1)"),
]


def quotient(values: Floats, terms: Terms) -> Floats:
    return terms.points * values / (values + 10)  # inf / inf


def by_floats(values: Floats, terms: Terms) -> Floats:
    return np.vectorize(lambda value: terms.points * int(value) / (int(value) + 10))(values)  # int(inf) raises


def dropping(values: Floats, terms: Terms) -> Floats:
    return np.where(np.isinf(values), -1, terms.points * values / (values + 10))


@pytest.mark.parametrize("curve", [quotient, by_floats, dropping])
@pytest.mark.parametrize("takes", [False, True])
def test_what_no_curve_can_say_of_infinity_is_open(
    curve: Callable[[Floats, Terms], Floats], takes: bool, maturity: Ruleset
) -> None:
    """A fact that nobody states, or only from below, has no upper end: that costs no city anything."""
    own = maturity.offers.operators
    part = next(part for one in maturity.indicators for part in one.parts if own[part.operator].curve)
    drawn = (lambda values, terms: terms.points - curve(values, terms)) if takes else curve
    odd = evolve(own[part.operator], curve=drawn, takes=takes)
    ruleset = evolve(maturity, offers=evolve(maturity.offers, operators={**own, odd.name: odd}))
    stated = ({part.facts[0]: 10}, {part.facts[0]: "≥10"}, {})
    told = [assess(case_city(case_of(facts), ruleset), ruleset) for facts in stated]
    found = [next(o for o in some.outcomes if part.facts[0] in o.parts[-1].reads) for some in told]
    half = part.points / 2000
    assert [one.score for one in found] == [(half, half), (0.0, half) if takes else (half, 2 * half), (0.0, 2 * half)]
    assert [one.failure for one in found] == ["", "", ""]
    assert [one.verdict for one in found] == ["partly_met", "undetermined", "undetermined"]


@pytest.mark.parametrize(("curve", "says"), CURVES)
def test_a_curve_that_breaks_its_contract_fails_its_city_by_name(
    curve: Callable[[Floats, Terms], Floats], says: str, maturity: Ruleset
) -> None:
    own = maturity.offers.operators
    part = next(part for one in maturity.indicators for part in one.parts if own[part.operator].curve)
    rising = evolve(own[part.operator], curve=curve, takes=False)
    ruleset = evolve(maturity, offers=evolve(maturity.offers, operators={**own, rising.name: rising}))
    plan = plan_of(ruleset)
    cities = [case_city(case_of({part.facts[0]: value}), ruleset) for value in (1, 50, 2)]
    block = make_block(cities, plan)
    results = assess_block(block, plan)
    told = [tell(block, results, column, plan) for column in range(3)]
    found = [next(one for one in some.outcomes if part.facts[0] in one.parts[-1].reads) for some in told]
    assert [one.verdict == "error" for one in found] == [False, True, False]
    assert found[1].failure.startswith(f"digital: operator '{rising.name}' {says}")
    assert [one.failure for one in (found[0], found[2])] == ["", ""]
    assert told[1].conclusion.verdict == "undetermined"


def raising_at_two(values: Floats, _members: Members) -> Floats:
    if (values[1] == 2000).any():
        raise ZeroDivisionError("two")
    return values[0]


def whole_at_two(values: Floats, _members: Members) -> Floats:
    return values if (values[1] == 2000).any() else values[0]


JOINS = [
    (raising_at_two, "ZeroDivisionError: two"),
    (lambda values, _members: np.where(values[1] == 2000, np.nan, values[0]), "returned NaN, or no finite number"),
    (whole_at_two, "returned the shape (3, 1), not (1,)"),
]


@pytest.mark.parametrize(("join", "why"), JOINS)
def test_an_aggregation_that_fails_costs_its_cities_only_and_its_plugin_is_named(
    join: Callable[[Floats, Members], Floats], why: str, maturity: Ruleset
) -> None:
    """What is made of a failed result is failed, too, and so is the city; every other city is told as alone."""
    offered = {**maturity.offers.aggregations, "geometric_mean": Aggregation("geometric_mean", join, "digital")}
    requires = (evolve(maturity.pass_rule.requires[0], result="after"),)
    provenance = maturity.results[0].provenance
    after = Result("after", "After", "highest", ("geometric", "weakest"), provenance, "", (1.0, 1.0))
    broken = evolve(
        maturity,
        offers=evolve(maturity.offers, aggregations=offered),
        results=(*maturity.results, after),
        pass_rule=evolve(maturity.pass_rule, requires=requires),
    )
    facts = [{"digital.services": 75, "digital.staff": staff, "digital.outages": 0} for staff in (25, 50, 75)]
    cities = [case_city(case_of(some), maturity) for some in facts]
    plan = plan_of(broken)
    block = make_block(cities, plan)
    results = assess_block(block, plan)
    told = [tell(block, results, column, plan) for column in range(3)]
    assert [assess(city, broken) for city in cities] == told
    for n, id_ in enumerate(("geometric", "after")):
        assert [result(one, id_).failure for one in told] == ["", f"digital: aggregation 'geometric_mean' {why}", ""], n
        assert [result(one, id_).score is None for one in told] == [False, True, False]
    assert [one.conclusion.verdict for one in told][1] == "undetermined"
    assert told[1].conclusion.verdict != told[2].conclusion.verdict
    assert [tell_briefly(Path(), one).state for one in told] == ["done", "failed", "done"]
    assert frames_of(cities, results, plan).cities["failed"].to_list()[::2] == ["", ""]
    document = to_document(told[1])
    log = FaultLog()
    check_document(document, "assessment.json", "assessment", log)
    log.check()
    assert "score" in document["scores"]["results"][2]


LINES = [Line(np.nan), Line(1.0, np.inf), Line(-1.0, 5.0), None]


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_is_none_stops_the_rules_that_use_it(line: Line | None, maturity: Ruleset) -> None:
    """It would be the same for every city, and look like points."""
    odd = Operator("award_proportional", line=lambda _terms: line, plugin="odd")  # type: ignore[arg-type,return-value]
    operators = {**maturity.offers.operators, odd.name: odd}
    with pytest.raises(PluginError, match="plugin 'odd': operator 'award_proportional' draws no fitting line"):
        plan_verdicts(evolve(maturity, offers=evolve(maturity.offers, operators=operators)))


def test_an_aggregation_that_falls_is_named(maturity: Ruleset) -> None:
    odd = Aggregation("lowest", lambda values, _members: -values[0], "odd")
    offers = evolve(maturity.offers, aggregations={**maturity.offers.aggregations, odd.name: odd})
    ruleset = evolve(maturity, offers=offers)
    told = assess(case_city(case_of({"digital.services": "10..20"}), ruleset), ruleset)
    assert result(told, "weakest").failure == "odd: aggregation 'lowest' falls where a member rises"


def test_what_a_measure_computes_with_is_a_number() -> None:
    with pytest.raises(ValueError, match="NaN is no number"):
        as_interval(1.0) * float("nan")
