"""Published rule sets never change, every indicator is answered for, and a rule set may judge without points."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli
from attrs import evolve

from cityrubric.authoring.cases import Case, case_city
from cityrubric.authoring.lint.coverage import Coverage, check_orphans, coverage_ledger, coverage_of
from cityrubric.authoring.lint.published import REGISTER, check_published, pins
from cityrubric.errors import Faults
from cityrubric.paths import shipped
from cityrubric.project import SHIPPED
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess

VERSIONS = SHIPPED.ruleset_versions()
OLD = load_ruleset("2014")


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_published_is_what_was_published(version: str) -> None:
    remarks = [*check_published(load_ruleset(version), shipped("rulesets") / version)]
    assert not remarks, "\n".join(remark.says for remark in remarks)


def test_everything_in_the_register_is_there_and_published() -> None:
    register = tomli.loads((shipped("rulesets") / REGISTER).read_text(encoding="utf-8"))
    assert {version for version in VERSIONS if load_ruleset(version).status == "published"} == set(register)


def copied(tmp_path: Path, change: Callable[[str], str], file: str = "targets.toml") -> tuple[Ruleset, Path]:
    shutil.copytree(shipped("rulesets"), tmp_path / "rulesets")
    folder = tmp_path / "rulesets" / "2014"
    text = (folder / file).read_text(encoding="utf-8")
    assert change(text) != text
    (folder / file).write_text(change(text), encoding="utf-8")
    return load_ruleset(folder), folder


def test_another_line_in_a_published_rule_set_is_told(tmp_path: Path) -> None:
    ruleset, folder = copied(tmp_path, lambda text: text.replace("at_least = 93", "at_least = 92"))
    assert [(r.code, r.level) for r in check_published(ruleset, folder)] == [("published-changed", "fault")]


def test_comments_and_line_ends_change_nothing(tmp_path: Path) -> None:
    ruleset, folder = copied(tmp_path, lambda text: "# 另一注释\n" + text.replace("\n", "\r\n"))
    assert not [*check_published(ruleset, folder)]


def test_what_was_published_is_no_draft_any_more(tmp_path: Path) -> None:
    ruleset, folder = copied(tmp_path, lambda text: text.replace('"published"', '"draft"'), "ruleset.toml")
    assert "needs a new version" in next(check_published(ruleset, folder)).says


def test_a_new_published_version_must_be_registered(tmp_path: Path) -> None:
    ruleset, folder = copied(tmp_path, lambda text: text.replace('"2014"', '"2014b"'), "ruleset.toml")
    assert pins(ruleset)["rules"] in next(check_published(ruleset, folder)).says


def test_a_fact_that_means_something_else_changes_a_published_rule_set() -> None:
    offers = OLD.offers
    key = OLD.indicators[0].parts[0].facts[0]
    other = {**offers.catalogue, key: evolve(offers.catalogue[key], unit="‰")}
    reworded = {**offers.catalogue, key: evolve(offers.catalogue[key], title="另一名称")}
    assert pins(evolve(OLD, offers=evolve(offers, catalogue=other)))["facts"] != pins(OLD)["facts"]
    assert pins(evolve(OLD, offers=evolve(offers, catalogue=reworded))) == pins(OLD)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_indicator_is_in_the_coverage_ledger_and_none_is_an_orphan(version: str) -> None:
    ruleset = load_ruleset(version)
    ledger = coverage_ledger(ruleset)
    assert sorted(one.id for some in ledger.values() for one in some) == sorted(one.id for one in ruleset.indicators)
    assert not [*check_orphans(ruleset)]


def test_an_indicator_without_rule_or_reason_is_an_orphan() -> None:
    new = load_ruleset("2021")
    shown = coverage_ledger(new)[Coverage.NO_RULE][0]
    silent = tuple(evolve(one, note="") if one is shown else one for one in new.indicators)
    headings = (*new.points, evolve(new.points[0], id="A.99"))
    found = [*check_orphans(evolve(new, indicators=silent, points=headings))]
    assert [(remark.where, remark.level) for remark in found] == [(shown.id, "fault"), ("A.99", "fault")]


def test_an_indicator_that_a_person_judges_in_part_is_covered_partly() -> None:
    computed, judged = OLD.indicators[0], next(i for i in load_ruleset("2021").indicators if i.id == "F.30.87")
    assert coverage_of(evolve(computed, parts=(*computed.parts, *judged.parts))) is Coverage.PARTLY


@pytest.mark.parametrize("indicator", OLD.indicators, ids=lambda one: one.id)
def test_every_line_of_2014_is_documented_and_stands_alone(indicator: object) -> None:
    (one,) = (other for other in OLD.indicators if other is indicator)
    (part,) = one.parts
    (band,) = part.bands
    assert one.provenance.documented
    assert (one.max_score, part.points, band.score) == (0, 0, 0)
    assert band.line.documented
    assert re.search(r"\bS28\b", band.line.source)
    assert f"{band.at_least:g}" in band.line.source


def test_without_points_items_are_judged_and_nothing_is_added_up() -> None:
    facts = {"status.evaluative_pass": 93.0, "justice.closing_rate": 89.9, "team.training_hours": "≥39"}
    told = assess(case_city(Case("某市", {"facts": facts}, {}), OLD), OLD)
    verdicts = {one.id: one.verdict for one in told.outcomes}
    assert (verdicts["Q.01"], verdicts["Q.05"], verdicts["Q.04"]) == ("met", "not_met", "undetermined")
    assert {one.score for one in told.outcomes} == {(0, 0)}
    assert told.scores.rate is None
    assert told.conclusion.verdict == "undetermined"
    assert told.ruleset.status == "published"
    assert "rounding" not in told.ruleset.terms


SHOWN = '{ operator = "report", fact = "sampling.batches" }'
ONE = '{ points = 1, provenance = "reconstructed" }'


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (f'parts = [{{ operator = "deduct", fact = "sampling.batches", each = {ONE} }}]', "judges by points"),
        (f"parts = [{SHOWN}, {SHOWN}]", "has one part"),
        (f"max_score = {ONE}\nparts = [{SHOWN}]", "no `scheme`"),
    ],
)
def test_what_needs_points_is_refused_where_there_are_none(change: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Faults, match=says):
        copied(tmp_path, lambda text: re.sub(r"parts = .*", lambda _: change, text, count=1))
