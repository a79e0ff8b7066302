"""A record on a veto that speaks against the figures, or against another record: both sides are told."""

from datetime import date

import pytest
from attrs import evolve

from cityrubric.explain.explain import explain
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.records import City, Claim, Clearance, Period
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Speaker, State
from cityrubric.telling.tell import assess

VETO, KEY = "E.27.81", "status.major_incidents"
YEARS = Period(2019, 2021)


@pytest.fixture(scope="module")
def xining(ruleset: Ruleset) -> City:
    return read_city(shipped("cities") / "xining", ruleset)


def record(*, found: bool, until: date = date(2022, 6, 30)) -> Clearance:
    source = "initial_assessment"
    return Clearance(VETO, ("市公安局",), "函〔2021〕1号", date(2021, 10, 8), "复函", found, until, source)


def told(city: City, ruleset: Ruleset, incidents: float | None, *records: Clearance) -> tuple[str, list[str]]:
    """The verdict on the veto, and which contradictions are told of it."""
    others = tuple(claim for claim in city.claims if claim.key != KEY)
    own = [
        Claim(KEY, State.KNOWN, one, one, (), YEARS, source="initial_assessment", speaker=Speaker.VERIFIED)
        for one in ([] if incidents is None else [incidents])
    ]
    found = assess(evolve(city, claims=(*others, *own), clearances=records), ruleset)
    verdict = next(outcome.verdict for outcome in found.outcomes if outcome.id == VETO)
    findings = [one for one in found.findings if one.kind == "inconsistency" and VETO in one.about]
    for one in findings:
        assert f"clearance:{VETO}" in one.because
        assert incidents is None or any(because.startswith(f"fact:{KEY}") for because in one.because)
    return verdict, [one.rule for one in findings]


@pytest.mark.parametrize(
    ("incidents", "records", "verdict", "rules"),
    [
        (None, (), "undetermined", []),
        (None, (False,), "met", []),
        (None, (True,), "not_met", []),
        (None, (True, False), "not_met", ["I.clearances_differ"]),
        (0, (), "undetermined", []),
        (0, (False,), "met", []),
        (0, (True,), "undetermined", ["I.clearance_open"]),
        (0, (False, True), "undetermined", ["I.clearance_open", "I.clearances_differ"]),
        (1, (), "not_met", []),
        (1, (True,), "not_met", []),
        (1, (False,), "not_met", ["I.clearance_against"]),
        (1, (False, True), "not_met", ["I.clearances_differ"]),
    ],
)
def test_a_figure_outweighs_a_record_and_both_are_told(
    incidents: float | None, records: tuple[bool, ...], verdict: str, rules: list[str], xining: City, ruleset: Ruleset
) -> None:
    given = [record(found=found) for found in records]
    assert told(xining, ruleset, incidents, *given) == (verdict, rules)


def test_a_record_that_is_no_longer_valid_contradicts_nothing(xining: City, ruleset: Ruleset) -> None:
    old = record(found=False, until=date(2021, 12, 30))
    assert told(xining, ruleset, 1, old) == ("not_met", [])
    assert told(xining, ruleset, None, old, record(found=True)) == ("not_met", [])


def test_it_stops_nothing_and_is_explained_by_both_sides(xining: City, ruleset: Ruleset) -> None:
    found = [evolve(claim, low=1.0, high=1.0) if claim.key == KEY else claim for claim in xining.claims]
    alone = evolve(xining, claims=tuple(found), clearances=())
    both = evolve(alone, clearances=(record(found=False),))
    for city in (alone, both):
        assert assess(city, ruleset).conclusion.verdict == "fail"
    tree = explain(both, ruleset, f"I.clearance_against/{VETO}").tree
    assert {child.kind for child in tree.children} == {"fact", "clearance"}
    assert "以数据为准" in str(tree.data["says"])
