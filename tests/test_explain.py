"""Explanations: they rest on sources, they are the run's own, and what they say would happen does happen."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.authoring.cases import Case, case_city
from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.errors import CityrubricError
from cityrubric.evaluate.assess import Results, assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import plan_of
from cityrubric.explain.explain import CONCLUSION, FOUND, NOT_FOUND, explain, reasons_for, record
from cityrubric.explain.records import Node
from cityrubric.explain.variants import Place, Variant, ground_of, with_value
from cityrubric.intake.facts import read_city
from cityrubric.records import City, Period
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_document
from cityrubric.telling.tell import assess

XINING = Path(__file__).parent.parent / "cities" / "xining"
MIX = Mix(missing=0.2, inexact=0.1, disputed=0.1, strong=0.6)


@pytest.fixture(scope="module")
def xining(ruleset: Ruleset) -> City:
    return read_city(XINING, ruleset)


def city_of(ruleset: Ruleset, **given: object) -> City:
    return case_city(Case("某市", given, {}), ruleset)


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def test_every_result_of_xining_is_explained_down_to_sources(ruleset: Ruleset, xining: City) -> None:
    told = assess(xining, ruleset)
    results = {o.id: o.verdict for o in told.outcomes} | {f.id: FOUND for f in told.findings}
    for id_, result in {**results, CONCLUSION: told.conclusion.verdict}.items():
        explained = explain(xining, ruleset, id_)
        assert explained.result == result, id_
        for node in nodes(explained.tree):
            if node.kind == "fact":
                assert [child.kind for child in node.children] == ["source"], node.id
                assert node.children[0].title, node.id
            if node.kind == "line":
                assert node.data["line_status"] in {"documented", "reconstructed"}
    for rule in ruleset.rules:
        found = any(finding.rule == rule.id for finding in told.findings)
        premise = rule.kind == "premise"
        assert premise or explain(xining, ruleset, rule.id).result == (FOUND if found else NOT_FOUND), rule.id


@pytest.mark.parametrize("seed", range(3))
def test_made_up_cities_are_explained_too(seed: int, ruleset: Ruleset) -> None:
    city = fictional_city(seed, ruleset, MIX)
    told = assess(city, ruleset)
    for outcome in told.outcomes[seed::9]:
        assert explain(city, ruleset, outcome.id).result == outcome.verdict
    for finding in told.findings[seed::9]:
        assert explain(city, ruleset, finding.id).result == FOUND


def test_the_smallest_change_is_the_smallest(ruleset: Ruleset) -> None:
    """One step less does not change the result, and the step itself does."""
    city = city_of(ruleset, facts={"status.satisfaction": 72.5, "status.evaluative_pass": 97.4})
    changes = {(c.fact, c.result): c for id_ in ("D.25.78", "E.28.83") for c in explain(city, ruleset, id_).changes}
    assert {key: (c.before, c.after) for key, c in changes.items()} == {
        ("fact:status.satisfaction@2021", "met"): ("72.5", "80"),
        ("fact:status.satisfaction@2021", "not_met"): ("72.5", "69.9"),
    }
    met = explain(city, ruleset, "D.23.73").changes[0]
    assert (met.before, met.after, met.result) == ("97.4", "98", "met")


@pytest.mark.parametrize("id_", ["A.08.33", "B.12.43", "A.11.39", "C.20.65", "A.08.32", "W.disposal", "A.01.02"])
def test_every_change_does_what_it_says(id_: str, ruleset: Ruleset) -> None:
    facts = {
        "sampling.unqualified": 200,
        "sampling.disposed": 197,
        "team.staff": 300,
        "team.offices": 59,
        "profile.population": 247,
        "publicity.law_duty": 100,
        "publicity.week": True,
        "publicity.school_education": 100,
        "publicity.occurrences": 0,
        "school.stalls_nearby": 1,
        "school.unlicensed": 0,
        "school.unsafe_goods": 0,
        "school.canteen_occurrences": 0,
        "school.kindergarten_occurrences": 0,
        "sampling.per_thousand": {"2019": 4.2, "2020": 3.9, "2021": 4.5},
        "party.responsibility_list": "《清单》",
    }
    city, plan = city_of(ruleset, facts=facts), plan_of(ruleset)
    before = explain(city, ruleset, id_)
    assert before.changes
    for change in before.changes:
        key, _at, period = change.fact.removeprefix("fact:").partition("@")
        place = Place(key, Period(int(period[:4]), int(period[-4:])) if period else None)
        value = (
            {"true": 1.0, "false": 0.0}.get(change.after) if change.after in {"true", "false"} else float(change.after)
        )
        after = with_value(city, [place], value, ruleset.offers.catalogue[key], plan)
        assert explain(after, ruleset, id_).result == change.result
        assert change.result != before.result


def test_why_not_says_which_condition_failed_and_by_how_much(ruleset: Ruleset) -> None:
    city = city_of(
        ruleset, facts={"sampling.disposal_rate": 97, "sampling.per_thousand": {"2019": 4, "2020": 4, "2021": 3.25}}
    )
    told = explain(city, ruleset, "W.sampling_gap")
    assert told.result == NOT_FOUND
    failed = [node for node in nodes(told.tree) if node.kind == "test" and not node.holds]
    assert [(node.id, dict(node.data)) for node in failed] == [
        ("outcome:A.08.32", {"asks": "outcome", "standing": "good"}),
    ]
    lines = [node for node in nodes(failed[0]) if node.kind == "line" and node.holds is False]
    assert [(line.data["at_least"], line.data["short_by"]) for line in lines] == [(4.0, 0.75)]
    assert [(c.title, c.before, c.after) for c in told.changes if c.result == FOUND] == [
        ("公布的食品抽检量", "3.25", "4")
    ]


def test_why_not_names_the_unknown_fact(ruleset: Ruleset) -> None:
    told = explain(city_of(ruleset, facts={"sampling.disposal_rate": 97}), ruleset, "W.sampling_gap")
    missing = {node.id for node in nodes(told.tree) if node.kind == "missing"}
    assert "sampling.per_thousand" in missing
    assert {one.key for one in told.missing} >= {"sampling.per_thousand"}


def test_missing_facts_narrow_the_total_by_what_is_said(ruleset: Ruleset, xining: City) -> None:
    plan, told = plan_of(ruleset), explain(xining, ruleset, CONCLUSION)
    assert list(told.missing) == sorted(told.missing, key=lambda one: (-one.least, -one.most, one.key))
    low, high = assess(xining, ruleset).scores.total
    best = told.missing[0]
    assert 0 < best.least <= best.most
    spec = ruleset.offers.catalogue[best.key]
    places = [Place(best.key, Period(year, year)) for year in best.years] or [Place(best.key, None)]
    for value in (spec.low, min(spec.high, 1e9)):
        after = assess(with_value(xining, places, value, spec, plan), ruleset).scores.total
        assert best.least <= round((high - low) - (after[1] - after[0]), 3) <= best.most


def test_a_stored_assessment_must_be_reproduced(ruleset: Ruleset, xining: City) -> None:
    stored = json.loads(json.dumps(to_document(assess(xining, ruleset))))
    assert explain(xining, ruleset, "D.25.78", stored).result == "met"
    less = evolve(xining, claims=tuple(c for c in xining.claims if c.key != "status.satisfaction"))
    with pytest.raises(CityrubricError, match=r"does not reproduce the stored assessment: D\.25\.78, E\.28\.83"):
        explain(less, ruleset, "D.25.78", stored)


def test_the_ways_of_a_finding_stand_in_the_assessment(ruleset: Ruleset) -> None:
    facts = {"platform.online_monitoring": False, "sheet.C2170.Y19": 60, "sheet.C2170.Y22": 70}
    findings = {finding.id: finding for finding in assess(city_of(ruleset, facts=facts), ruleset).findings}
    assert findings["W.online_business"].ways == (
        ("outcome:B.15.54 verdict=not_met", "outcome:C.21.70 standing=short"),
    )
    assert findings["R.online_business"].ways == (("finding:W.online_business",),)


def test_reasons_alone_are_those_of_the_whole_explanation(ruleset: Ruleset, xining: City) -> None:
    recorder = record(xining, ruleset)
    for id_ in ("D.25.78", "W.sampling_gap", "W.public_awareness", CONCLUSION):
        whole = explain(xining, ruleset, id_)
        assert reasons_for(id_, recorder) == evolve(whole, changes=(), missing=())


@pytest.mark.parametrize("seed", range(2))
def test_variants_of_a_city_are_what_the_changed_cities_are(seed: int, ruleset: Ruleset) -> None:
    """Counts, their ceilings and percentages, of cities with areas; all variants in one block, and city by city."""
    city, plan = fictional_city(seed, ruleset, MIX), plan_of(ruleset)
    catalogue = ruleset.offers.catalogue
    keys = [key for key, spec in catalogue.items() if spec.kind == "number"][:: 3 + seed]
    keys += [key for spec in catalogue.values() if spec.ratio for key in (spec.key, *spec.ratio)][seed::5]
    year = city.assessment_year
    places = [
        [Place(key, Period(year - n, year - n)) for n in range(1 + number % 3)] for number, key in enumerate(keys)
    ]
    variants = [Variant(some, catalogue[some[0].key].low + value) for some in places for value in (0.0, 7.0)]

    def seen(results: Results, column: int) -> str:
        found = results.measured.ends, results.outcomes.points, results.outcomes.verdicts, results.findings
        return "|".join(str(some[..., column].tolist()) for some in found)

    changed = [with_value(city, v.places, v.value, catalogue[v.key], plan) for v in variants]
    alone = [seen(assess_block(make_block([one], plan), plan), 0) for one in changed]
    assert ground_of(record(city, ruleset)).look(variants, seen) == alone
