"""What must be true of the shipped rule set, the plugins and the core, whatever they say."""

import re
from collections import Counter
from pathlib import Path

import pytest

from cityrubric.authoring.cases import read_cases
from cityrubric.paths import shipped
from cityrubric.pluginhost import load_plugins
from cityrubric.rubric.model import Ruleset
from cityrubric.rubric.provenance import Provenance

CASES = Path(__file__).parent / "cases"
CORE = Path(__file__).parent.parent / "core"
FOOD = re.compile(
    r"food|食品|餐饮|catering|canteen|kitchen|restaurant|酒楼|农产品|粮食|小作坊|xining|西宁|食安", re.IGNORECASE
)


def test_94_items_in_36_points(ruleset: Ruleset) -> None:
    by_group = Counter(indicator.group for indicator in ruleset.indicators)
    assert by_group == {"A": 41, "B": 14, "C": 17, "D": 8, "E": 6, "F": 8}
    assert sum(by_group[group] for group in "ABC") == 72
    assert len(ruleset.points) == 36
    assert {indicator.point for indicator in ruleset.indicators} == {point.id for point in ruleset.points}


def test_items_are_numbered_through(ruleset: Ruleset) -> None:
    """An id is group.point.item; points and items are numbered through all groups (11 holds 39, 20 holds 65)."""
    parts = [indicator.id.split(".") for indicator in ruleset.indicators]
    assert [int(item) for _group, _point, item in parts] == list(range(1, 95))
    assert sorted({int(point) for _group, point, _item in parts}) == list(range(1, 37))
    assert {"A.11.39", "C.20.65"} <= {indicator.id for indicator in ruleset.indicators}
    assert all(i.point == i.id.rpartition(".")[0] and i.point[0] == i.group for i in ruleset.indicators)


def test_every_number_has_a_provenance(ruleset: Ruleset) -> None:
    for indicator in ruleset.indicators:
        numbers: list[Provenance | None] = [indicator.provenance, indicator.max_provenance]
        for part in indicator.parts:
            numbers.append(part.provenance)
            numbers += [provenance for band in part.bands for provenance in (band.line, band.score_provenance)]
            numbers += [part.each_provenance] if part.each else []
            numbers += [part.line] if part.operator in {"award", "award_proportional", "sheet"} else []
        assert all(isinstance(provenance, Provenance) for provenance in numbers), indicator.id
        assert all(p.source for p in numbers if p and p.documented), indicator.id


def test_nothing_from_before_2021_is_called_documented_for_its_line(ruleset: Ruleset) -> None:
    """Lines of the versions of 2014 and 2016 may be carried over, but only as reconstructions."""
    for indicator in ruleset.indicators:
        for part in indicator.parts:
            for band in part.bands:
                if band.line.documented:
                    assert not re.search(r"\bS(28|60|61|6)\b|201[4-7]版", band.line.source), indicator.id


def test_items_39_and_65_carry_the_published_operators(ruleset: Ruleset) -> None:
    items = {indicator.id: indicator for indicator in ruleset.indicators}
    assert [(p.operator, p.points, p.each) for p in items["A.11.39"].parts] == [
        ("award_proportional", 2000, 0),
        ("award", 3000, 0),
        ("award_proportional", 2000, 0),
        ("deduct", 0, 500),
    ]
    assert [(p.operator, p.points, p.each) for p in items["C.20.65"].parts] == [("deduct", 3000, 500)]
    assert all(p.provenance.documented for id_ in ("A.11.39", "C.20.65") for p in items[id_].parts)


def test_weights_and_pass_line_are_marked_reconstructed(ruleset: Ruleset) -> None:
    assert not ruleset.pass_rule.line_provenance.documented
    own = {indicator.id for indicator in ruleset.indicators if indicator.max_provenance.documented}
    assert own == {"A.11.39", "C.20.65"}


def test_informational_items_stand_outside_the_score(ruleset: Ruleset) -> None:
    assert {i.id for i in ruleset.indicators if not i.scored} == {"A.05.20", "A.09.36", "D.26.80"}
    assert all(i.max_score == 0 for i in ruleset.indicators if not i.scored)


def test_six_plugins_are_found_by_scanning() -> None:
    plugins = load_plugins().plugins
    assert {plugin.name for plugin in plugins} >= {
        "foundation",
        "capacity",
        "operations",
        "status",
        "veto",
        "demonstration",
    }
    assert all(plugin.origin == "shipped" for plugin in plugins)
    assert all(plugin.facts and plugin.measures for plugin in plugins if plugin.name != "qinghai")


def test_every_fact_serves_or_is_told(ruleset: Ruleset) -> None:
    """Each plugin's facts are in the catalogue the rule set sees, with a title and, for numbers, a unit."""
    for spec in ruleset.offers.catalogue.values():
        assert spec.title
        assert spec.unit or spec.kind != "number"


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: str(path.relative_to(CORE)))
def test_the_core_names_no_trade(path: Path) -> None:
    assert FOOD.findall(path.read_text(encoding="utf-8")) == []


def test_every_rule_has_a_case_that_fires_it(ruleset: Ruleset) -> None:
    cases = [case for path in sorted(CASES.glob("*.toml")) for case in read_cases(path, ruleset)]
    fired = {id_.partition("/")[0] for case in cases for id_ in case.expected.get("findings", ())}
    assert {one.id for one in (*ruleset.rules, *ruleset.consistency)} - fired == set()


def test_there_are_many_rules_and_each_recommendation_says_who_and_when(ruleset: Ruleset) -> None:
    kinds = Counter(rule.kind for rule in ruleset.rules)
    assert kinds["weakness"] >= 30
    assert kinds["recommendation"] >= 30
    assert all(rule.action for rule in ruleset.rules if rule.kind == "recommendation")
    combining = [r for r in ruleset.rules if r.kind == "weakness" and all(2 <= len(body) <= 4 for body in r.any_of)]
    assert len(combining) >= 25


def test_shipped_folders_are_whole() -> None:
    for folder in ("cities", "plugins", "rulesets", "schemas"):
        assert shipped(folder).is_dir()
