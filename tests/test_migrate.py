"""A city rewritten for another version: ids change, nothing else does, and the way back gives the same bytes."""

import re
import shutil
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.authoring.written import city_text
from cityrubric.cli.commands import app
from cityrubric.folders import LOCK_FILE
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from cityrubric.versions.crosswalk import Crosswalk, Relation
from cityrubric.versions.migrate import migrate

OLD = load_ruleset("2021")
XINING = (shipped("cities") / "xining" / "city.toml").read_text(encoding="utf-8")
IDS = re.compile('"(' + "|".join(one.id for one in OLD.indicators) + ')"')
EVIDENCE = (
    '\ufeff佐证编号,名称,评价内容,备注\r\nE1,会议纪要,A.01.01;A.02.06,见A.01.01\r\nE2,A.01.01,"A.02.06、A.04.13",\r\n'
)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    """The rules of 2021 with every indicator under another id."""
    return renumbered(tmp_path_factory.mktemp("rules"))


def renumbered(folder: Path) -> Ruleset:
    target = folder / "next"
    shutil.copytree(shipped("rulesets") / "2021", target)
    for file in target.rglob("*.toml"):
        text = IDS.sub(lambda match: f'"{new_id(match[1])}"', file.read_text(encoding="utf-8"))
        file.write_text(text.replace('version = "2021"', 'version = "next"'), encoding="utf-8")
    return load_ruleset(target)


def new_id(id_: str) -> str:
    """Another id, some of which the old version has too, for another item."""
    group, point, item = id_.split(".")
    return f"{group}.{point}.{int(item) + 1:02}" if group == "A" else f"N-{group}.{item}"


def crosswalk() -> Crosswalk:
    word = ("equal", "—", "张三", "2024-03-01")
    relations = (Relation(one.id, new_id(one.id), *word) for one in OLD.indicators)
    return Crosswalk("2021", "next", tuple(relations))


def city(folder: Path, text: str, evidence: str = "") -> Path:
    target = folder / "city"
    target.mkdir(exist_ok=True)
    (target / "city.toml").write_bytes(text.encode())
    if evidence:
        (target / "evidence.csv").write_bytes(evidence.encode())
    return target


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != LOCK_FILE}


WRITTEN = {"lf": XINING, "crlf": XINING.replace("\n", "\r\n"), "single quotes": XINING.replace('"', "'")}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_there_and_back_gives_the_same_bytes(text: str, new: Ruleset, tmp_path: Path) -> None:
    folder = city(tmp_path, text, EVIDENCE)
    before = content(folder)
    observed = [one.indicators for one in read_city(folder, OLD).observations]
    assert migrate(folder, OLD, new, crosswalk(), drafts=False) == ()
    there = read_city(folder, new)
    assert [one.indicators for one in there.observations] == [tuple(map(new_id, ids)) for ids in observed]
    assert there.evidence[0].indicators == (new_id("A.01.01"), new_id("A.02.06"))
    assert (there.evidence[0].note, there.evidence[1].title) == ("见A.01.01", "A.01.01")
    assert content(folder) != before
    assert migrate(folder, new, OLD, crosswalk().turned(), drafts=False) == ()
    assert content(folder) == before


shares = st.floats(0, 1)


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), mix=st.builds(Mix, missing=shares, inexact=shares, disputed=shares, strong=shares))
def test_made_up_cities_come_back(seed: int, mix: Mix, tmp_path_factory: pytest.TempPathFactory, new: Ruleset) -> None:
    made = fictional_city(seed, OLD, mix)
    text = city_text(made, OLD)
    folder = city(tmp_path_factory.mktemp("made"), '# A.01.01 "A.01.01"\n' + text)
    before = content(folder)
    judged = assess(read_city(folder, OLD), OLD)
    assert migrate(folder, OLD, new, crosswalk(), drafts=False) == ()
    again = assess(read_city(folder, new), new)
    assert [one.verdict for one in again.outcomes] == [one.verdict for one in judged.outcomes]
    assert again.scores.total == judged.scores.total
    assert migrate(folder, new, OLD, crosswalk().turned(), drafts=False) == ()
    assert content(folder) == before


def test_what_looks_like_an_id_and_is_none_stays(new: Ruleset, tmp_path: Path) -> None:
    text = XINING.replace('at = "一（一）"', 'at = "A.04.15"', 1) + '\n# "A.04.15" stays\n'
    folder = city(tmp_path, text)
    migrate(folder, OLD, new, crosswalk(), drafts=False)
    changed = (folder / "city.toml").read_text(encoding="utf-8")
    assert 'at = "A.04.15"' in changed
    assert '# "A.04.15" stays' in changed
    assert f'indicators = ["{new_id("A.04.15")}"]' in changed


@pytest.mark.parametrize("relation", ["superset", "none", "draft"])
def test_what_cannot_be_carried_over_is_named_and_nothing_changes(relation: str, new: Ruleset, tmp_path: Path) -> None:
    def other(one: Relation) -> Relation:
        if one.old != "A.04.15":
            return one
        if relation == "draft":
            return evolve(one, confirmed_by="")
        return evolve(one, relation=relation, new="" if relation == "none" else one.new)

    made = crosswalk()
    folder = city(tmp_path, XINING, EVIDENCE)
    before = content(folder)
    changed = evolve(made, relations=tuple(map(other, made.relations)))
    assert [one.id for one in migrate(folder, OLD, new, changed, drafts=False)] == ["A.04.15"]
    assert content(folder) == before
    assert (migrate(folder, OLD, new, changed, drafts=True) == ()) == (relation == "draft")


def test_the_command(tmp_path: Path) -> None:
    folder = city(tmp_path, XINING)
    before = content(folder)
    told = CliRunner().invoke(app, ["migrate", str(folder), "--to", "2014", "--drafts"])
    assert (told.exit_code, content(folder)) == (1, before)
    assert "A.04.15" in told.output
    told = CliRunner().invoke(app, ["migrate", str(folder), "--to", "2014", "--from", "2012"])
    assert (told.exit_code, content(folder)) == (2, before)
    fine = city(tmp_path, (shipped("cities") / "ningbo" / "city.toml").read_text(encoding="utf-8"))
    told = CliRunner().invoke(app, ["migrate", str(fine), "--to", "2021", "--drafts"])
    assert told.exit_code == 0, told.output
