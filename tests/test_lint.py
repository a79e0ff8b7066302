"""Every check of a rule set is provoked once; the shipped rule set has no fault."""

from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.authoring.lint.lint import check_ruleset
from cityrubric.authoring.lint.remarks import FAULT, Remark, meanings
from cityrubric.authoring.lint.sarif import to_sarif
from cityrubric.rubric.conclusions import Rule
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
PROVOKED = {
    "band-never": with_bands(PARTLY, MET),
    "band-order": with_bands(MET, band(Verdict.PARTLY_MET, 1000, at_least=80, below=85)),
    "band-beyond": beyond_the_levels(),
    "bands-overlap": with_bands(
        band(Verdict.MET, 2000, at_least=80, at_most=90), band(Verdict.MET, 2000, at_least=85, at_most=95)
    ),
    "years-unknowable": with_window(Window("lowest", 3)),
    "basis-missing": with_bands(MET, PARTLY),
    "rule-impossible": with_rules([[SHORT, GOOD], [OTHER]]),
    "rule-unreachable": with_rules([[SHORT, GOOD]]),
    "rule-shadowed": with_rules([[SHORT], [SHORT, OTHER]]),
    "rules-same": with_rules([[SHORT]], [[SHORT]]),
    "rules-conflict": with_rules([[SHORT]], [[SHORT], [OTHER]], kinds=("weakness", "highlight")),
    "fact-unused": with_rules([[SHORT]]),
    "pending": evolve(TINY, indicators=(evolve(TINY.indicators[0], pending="得2分"), *TINY.indicators[1:])),
    "orphan": evolve(TINY, points=(*TINY.points, evolve(TINY.points[0], id="S.none"))),
}


def test_every_code_is_provoked() -> None:
    assert set(PROVOKED) == set(meanings()) - {"published-changed"}  # of files beside it, see test_published.py


@pytest.mark.parametrize("code", PROVOKED)
def test_provoked(code: str) -> None:
    found = [remark for remark in check_ruleset(PROVOKED[code]) if remark.code == code]
    assert found
    assert code == "fact-unused" or code not in {remark.code for remark in check_ruleset(with_rules([[SHORT]]))}


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
