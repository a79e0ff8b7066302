"""Cities of which little is published: what they say is recorded with its source, and decides no more than it can."""

import json
from pathlib import Path
from typing import Any

import pytest

from cityrubric.documents import check_document
from cityrubric.errors import FaultLog
from cityrubric.intake.facts import read_city
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_document, to_json
from cityrubric.telling.tell import assess

CITIES = Path(__file__).parent.parent / "cities"
OPEN = {"undetermined", "out_of_scope"}
TELLS = {"gap", "conclusion", "veto"}  # what is open, said to be open

EXPECTED: dict[str, tuple[dict[str, str], set[str]]] = {
    "shenyang": ({}, {"I.other_unit/status.satisfaction"}),
    "panjin": ({}, set()),
    "ningbo": ({"D.25.78": "met", "E.28.83": "met"}, {"C.satisfaction"}),
}
"""By city: the verdicts its facts allow, and the findings beside the open ones and the calls to clear the vetoes."""


def assessed(city: str, ruleset: Ruleset) -> dict[str, Any]:
    return to_document(assess(read_city(CITIES / city, ruleset), ruleset))


def figures(document: dict[str, Any]) -> dict[tuple[str, str], float]:
    return {(fact["key"], fact.get("period") or ""): fact["low"] for fact in document["facts"]}


@pytest.mark.parametrize("city", EXPECTED)
def test_nothing_is_said_that_the_facts_do_not_support(city: str, ruleset: Ruleset) -> None:
    document = assessed(city, ruleset)
    verdicts = {one["id"]: one["verdict"] for one in document["outcomes"] if one["verdict"] not in OPEN}
    told = {f["id"] for f in document["findings"] if f["kind"] not in TELLS and f["rule"] != "R.clearance"}
    assert (verdicts, told) == EXPECTED[city]
    assert document["conclusion"]["verdict"] == "undetermined"
    assert {f["kind"] for f in document["findings"]}.isdisjoint({"weakness", "highlight"})


@pytest.mark.parametrize("city", EXPECTED)
def test_every_figure_is_sourced_and_the_dates_say_why(city: str, ruleset: Ruleset) -> None:
    document = assessed(city, ruleset)
    sources = {source["id"]: source for source in document["city"]["sources"]}
    assert {fact["source"] for fact in document["facts"]} == set(sources)
    assert all(source["issuer"] and source["date"] for source in sources.values())
    assert {fact["by"] for fact in document["facts"]} == {"self"}
    assert document["city"]["dates_basis"]
    log = FaultLog()
    check_document(json.loads(to_json(assess(read_city(CITIES / city, ruleset), ruleset))), "it", "assessment", log)
    log.check()


def test_the_entities_of_shenyang_add_up(ruleset: Ruleset) -> None:
    found = figures(assessed("shenyang", ruleset))
    parts = [found[f"profile.{kind}", "2021"] for kind in ("food_producers", "food_sellers", "food_caterers")]
    assert sum(parts) == found["profile.food_enterprises", "2021"] == 117889


def test_the_score_of_panjin_stands_under_its_own_rules_and_year(ruleset: Ruleset) -> None:
    """It is shown, and neither compared with ours nor anything that ours rests on."""
    conclusion = assessed("panjin", ruleset)["conclusion"]
    declared = conclusion["declared"]
    assert (declared["year"], declared["score"], declared["score_max"]) == (2020, 100.94, 122)
    assert round(96.11 + 4.83, 2) == declared["score"]
    assert "96.11" in declared["says"]
    assert "4.83" in declared["says"]
    assert declared["compared"] == "other"
    assert conclusion["verdict"] == "undetermined"


def test_what_a_city_says_of_its_vetoes_clears_none(ruleset: Ruleset) -> None:
    document = assessed("panjin", ruleset)
    assert any(fact["key"] == "assessment.self_veto_clear" for fact in document["facts"])
    assert all(one["verdict"] == "undetermined" for one in document["outcomes"] if one["group"] == "E")
