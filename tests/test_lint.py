"""Every check of a rule set is provoked once; the shipped rule set has no fault."""

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.authoring.lint.lint import check_ruleset
from cityrubric.authoring.lint.remarks import FAULT, Remark, meanings
from cityrubric.authoring.lint.sarif import to_sarif
from cityrubric.rubric.conclusions import Rule, Side
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Band, Ruleset, Window
from cityrubric.states import Verdict
from rulebooks import OURS

HERE = Path(__file__).parent
TINY = load_ruleset(HERE / "tiny" / "ruleset", [HERE / "tiny" / "plugins"])

SHORT = {"is": "outcome", "indicator": "S.1", "standing": "short"}
GOOD = {"is": "outcome", "indicator": "S.1", "standing": "good"}
OTHER = {"is": "outcome", "indicator": "S.2", "standing": "short"}


def with_rules(*bodies: list[list[dict[str, str]]], kinds: tuple[str, ...] = ("weakness", "weakness")) -> Ruleset:
    rules = [
        Rule(f"W.{n}", kind, "${title}", tuple(map(tuple, alternatives)), OURS, "rules.toml")
        for n, (alternatives, kind) in enumerate(zip(bodies, kinds, strict=False))
    ]
    return evolve(TINY, rules=tuple(rules))


def with_bands(*bands: Band) -> Ruleset:
    """The little rule set with these bands in the first indicator that has some."""
    number = next(n for n, i in enumerate(TINY.indicators) if i.parts[0].operator == "bands" and len(i.parts) == 1)
    indicator = TINY.indicators[number]
    changed = evolve(indicator, parts=(evolve(indicator.parts[0], bands=bands),))
    return evolve(TINY, indicators=(*TINY.indicators[:number], changed, *TINY.indicators[number + 1 :]))


def with_window(window: Window) -> Ruleset:
    """The little rule set, asking for several years of a fact that has none."""
    catalogue = TINY.offers.catalogue
    number, indicator = next(
        (n, one)
        for n, one in enumerate(TINY.indicators)
        if one.parts[0].facts and catalogue[one.parts[0].facts[0]].period == "none"
    )
    changed = evolve(indicator, parts=(evolve(indicator.parts[0], window=window), *indicator.parts[1:]))
    return evolve(TINY, indicators=(*TINY.indicators[:number], changed, *TINY.indicators[number + 1 :]))


def beyond_the_levels() -> Ruleset:
    """The little rule set, asking for a level above the best one."""
    number, indicator = next((n, one) for n, one in enumerate(TINY.indicators) if one.id == "X.1")
    part = evolve(indicator.parts[0], bands=(band(Verdict.MET, 5000, at_least=9),))
    changed = evolve(indicator, parts=(part,))
    return evolve(TINY, indicators=(*TINY.indicators[:number], changed, *TINY.indicators[number + 1 :]))


def band(verdict: Verdict, score: int, **limits: float) -> Band:
    return Band(verdict, score, OURS, OURS, **limits)


MET, PARTLY = band(Verdict.MET, 2000, at_least=90), band(Verdict.PARTLY_MET, 1000, at_least=80)


def with_part(id_: str, **changes: object) -> Ruleset:
    """The little rule set with the first part of an indicator changed."""
    number, indicator = next((n, one) for n, one in enumerate(TINY.indicators) if one.id == id_)
    changed = evolve(indicator, parts=(evolve(indicator.parts[0], **changes), *indicator.parts[1:]))
    return evolve(TINY, indicators=(*TINY.indicators[:number], changed, *TINY.indicators[number + 1 :]))


def with_relation(left: Side, right: Side) -> Ruleset:
    """The little rule set, asking that the left side be no more than the right one."""
    return evolve(TINY, consistency=(evolve(TINY.consistency[0], left=left, right=right),))


def with_catalogue(key: str, **changes: object) -> Ruleset:
    """The little rule set, one of its facts being something else."""
    catalogue = {**TINY.offers.catalogue, key: evolve(TINY.offers.catalogue[key], **changes)}
    return evolve(TINY, offers=evolve(TINY.offers, catalogue=catalogue))


PROVOKED = {
    "band-never": with_bands(PARTLY, MET),
    "band-order": with_bands(MET, band(Verdict.PARTLY_MET, 1000, at_least=80, below=85)),
    "band-beyond": beyond_the_levels(),
    "bands-overlap": with_bands(
        band(Verdict.MET, 2000, at_least=80, at_most=90), band(Verdict.MET, 2000, at_least=85, at_most=95)
    ),
    "years-unknowable": with_window(Window("lowest", 3)),
    "basis-missing": with_bands(MET, PARTLY),
    "unit-missing": with_part("S.1", says_unit=False),
    "unit-mismatch": with_catalogue("library.readers", ratio=("library.rooms", "library.closures")),
    "rule-impossible": with_rules([[SHORT, GOOD], [OTHER]]),
    "rule-unreachable": with_rules([[SHORT, GOOD]]),
    "rule-shadowed": with_rules([[SHORT], [SHORT, OTHER]]),
    "rules-same": with_rules([[SHORT]], [[SHORT]]),
    "rules-conflict": with_rules([[SHORT]], [[SHORT], [OTHER]], kinds=("weakness", "highlight")),
    "fact-unused": with_rules([[SHORT]]),
    "pending": evolve(TINY, indicators=(evolve(TINY.indicators[0], pending="得2分"), *TINY.indicators[1:])),
    "orphan": evolve(TINY, points=(*TINY.points, evolve(TINY.points[0], id="S.none"))),
}


BESIDE = {"published-changed", "text-unknown"}
"""Of files beside the rule set: see test_published.py and test_sections_faulty.py."""


def test_every_code_is_provoked() -> None:
    assert set(PROVOKED) == set(meanings()) - BESIDE


def all_used() -> Ruleset:
    """The little rule set with one rule, and no fact that nothing looks at."""
    ruleset = with_rules([[SHORT]])
    catalogue = {key: spec for key, spec in ruleset.offers.catalogue.items() if key != "library.founded"}
    return evolve(ruleset, offers=evolve(ruleset.offers, catalogue=catalogue))


@pytest.mark.parametrize("code", PROVOKED)
def test_provoked(code: str) -> None:
    assert code in {remark.code for remark in check_ruleset(PROVOKED[code])}
    assert code not in {remark.code for remark in check_ruleset(all_used())}


ROOMS, READERS = Side(("library.rooms",)), Side(("library.readers",))


@pytest.mark.parametrize(
    ("ruleset", "where"),
    [
        (with_part("S.2", facts=("library.rooms", "library.closures")), {"S.2"}),  # one line for 间 and 次
        (with_catalogue("library.grade", ratio=("library.rooms", "library.rooms"), unit="‰"), {"library.grade"}),
        (with_relation(ROOMS, READERS), {"K.rooms"}),  # 间 and 万人
        (with_relation(ROOMS, evolve(READERS, times=10_000.0)), set()),
        (with_relation(ROOMS, evolve(ROOMS, keys=("library.rooms", "library.readers"), times=2.0)), {"K.rooms"}),
        (with_relation(ROOMS, Side(("library.closures",))), set()),
        (with_relation(evolve(ROOMS, per="library.readers"), Side(("library.closures",))), set()),
        (with_part("S.1", says_unit=False), set()),
    ],
)
def test_different_units_treated_as_one(ruleset: Ruleset, where: set[str]) -> None:
    assert {remark.where for remark in check_ruleset(ruleset) if remark.code == "unit-mismatch"} == where


def test_a_figure_without_its_unit_is_told_from_what_needs_none(tmp_path: Path) -> None:
    shutil.copytree(HERE / "tiny", tmp_path / "tiny")
    file = tmp_path / "tiny" / "ruleset" / "service.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(', unit = "册/人"') == text.count('unit = "分", full') == 1
    file.write_text(text.replace(', unit = "册/人"', "").replace('unit = "分", full', "full"), encoding="utf-8")
    ruleset = load_ruleset(tmp_path / "tiny" / "ruleset", [HERE / "tiny" / "plugins"])
    found = {remark.where: remark.says for remark in check_ruleset(ruleset) if remark.code == "unit-missing"}
    assert set(found) == {"S.1", "S.3"}  # an award and a grade need none
    assert 'write `unit = "册/人"`' in found["S.1"]
    nameless = evolve(ruleset.indicators[0].parts[0], unit="")
    changed = evolve(ruleset, indicators=(evolve(ruleset.indicators[0], parts=(nameless,)), *ruleset.indicators[1:]))
    assert any("measure 'library.books_per_reader' states no unit" in remark.says for remark in check_ruleset(changed))


def test_every_code_is_documented() -> None:
    readme = (HERE.parent / "README.md").read_text(encoding="utf-8")
    assert {code for code in meanings() if f"`{code}`" not in readme} == set()


def test_what_builds_on_what_cannot_hold_cannot_hold() -> None:
    ruleset = with_rules([[SHORT, GOOD]], [[{"is": "finding", "rule": "W.0"}]], kinds=("weakness", "recommendation"))
    unreachable = {remark.where for remark in check_ruleset(ruleset) if remark.code == "rule-unreachable"}
    assert unreachable == {"W.0", "W.1"}


def test_verdicts_that_an_indicator_can_never_have(ruleset: Ruleset) -> None:
    never = {"is": "outcome", "indicator": "B.15.54", "verdict": "partly_met"}  # awarded or not
    rule = Rule("W.0", "weakness", "${title}", ((never,),), OURS, "rules.toml")
    remarks = check_ruleset(evolve(ruleset, rules=(rule,)))
    assert [remark.where for remark in remarks if remark.code == "rule-unreachable"] == ["W.0"]


def test_the_shipped_rule_set_has_no_fault(ruleset: Ruleset) -> None:
    assert [remark for remark in check_ruleset(ruleset) if remark.level == FAULT] == []


def test_sarif_names_code_level_and_place() -> None:
    log = to_sarif([Remark("rules-same", "W.1", "…", "rules.toml"), Remark("fact-unused", "a.b", "…")])
    run = log["runs"][0]
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("rules-same", "error"),
        ("fact-unused", "note"),
    ]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "rules.toml"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == set(meanings())
