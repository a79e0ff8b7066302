"""Names: whatever some system cannot have as a file is refused, and no name in data is ever a path."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.authoring.fictional import fictional_city
from cityrubric.errors import CityrubricError, Faults
from cityrubric.fieldwork.plan import read_plan
from cityrubric.files import fault_of_name
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import store
from cityrubric.telling.tell import assess
from test_command_line import TOP, run


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "a/b", "a\\b", "/etc", "C:", "a:b"),
        *("a*", "a?", 'a"', "a<b", "a|b", "a\nb", "a\0b", "a\udcffb"),
        *("con", "CON", "nul.txt", "COM1", "lpt9.xlsx", "aux", "a.", "a ", "市" * 41),
    ],
)
def test_a_name_that_some_system_cannot_have_is_refused(name: str) -> None:
    assert fault_of_name(name)


@pytest.mark.parametrize("name", ["西宁 市", "a", "a.b", ".a", "第1组（明查）", "console", "com", "市" * 40, "İ'𠮷"])
def test_other_names_are_taken(name: str) -> None:
    assert fault_of_name(name) == ""


def test_names_of_which_some_system_makes_one_are_refused_together(tmp_path: Path) -> None:
    for parent, name in (("a", "Xining"), ("b", "xining")):
        shutil.copytree(TOP / "cities" / "panjin", tmp_path / parent / name)
    cities = [str(tmp_path / "a" / "Xining"), str(tmp_path / "b" / "xining")]
    for command in (["assess", *cities], ["bulk", *cities], ["impact", "2014", "2021", *cities]):
        done = run(*command, "--out", str(tmp_path / "out"))
        assert done.returncode == 2
        assert "2 cities are called 'Xining', 'xining'" in done.stderr
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("id_", ["../escaped", "a/b", "..", "nul"])
def test_an_id_is_never_a_path(id_: str, ruleset: Ruleset, tmp_path: Path) -> None:
    assessment = assess(evolve(fictional_city(1, ruleset), id=id_), ruleset)
    with pytest.raises(CityrubricError):
        store(assessment, tmp_path / "out" / "deeper")
    assert [*tmp_path.rglob("*")] == []


def test_documents_of_a_stored_assessment_stay_in_their_folder(tmp_path: Path) -> None:
    assert run("assess", "panjin", "--out", str(tmp_path / "out")).returncode == 0
    stored = tmp_path / "out" / "panjin" / "assessment.json"
    text = stored.read_text(encoding="utf-8").replace('"id": "panjin"', '"id": "../../escaped"', 1)
    stored.write_text(text, encoding="utf-8")
    done = run("report", str(stored), "--out", str(tmp_path / "deep" / "er"), "--format", "html")
    assert done.returncode == 1
    assert "$.city.id: '../../escaped' holds a character that no name of a file may have" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


@pytest.mark.parametrize("version", ["../../elsewhere", "长" * 300])
def test_a_stored_assessment_brings_no_texts_along(version: str, tmp_path: Path) -> None:
    """Documents were made from the texts of any folder that it named as its version."""
    assert run("assess", "panjin", "--out", str(tmp_path / "out")).returncode == 0
    shutil.copytree(TOP / "rulesets" / "2021" / "report", tmp_path / "elsewhere" / "report")
    named = os.path.relpath(tmp_path / "elsewhere", TOP / "rulesets") if version.startswith(".") else version
    stored = tmp_path / "out" / "panjin" / "assessment.json"
    text = stored.read_text(encoding="utf-8").replace('"version": "2021"', f'"version": "{named}"', 1)
    stored.write_text(text, encoding="utf-8")
    done = run("report", str(stored), "--out", str(tmp_path / "papers"))
    assert (done.returncode, (tmp_path / "papers").exists()) == (2, False)
    assert "has no report texts" in done.stderr


@pytest.mark.parametrize("name", ["../rules", "rules"])
def test_a_stored_assessment_brings_no_rules_along(name: str, tmp_path: Path) -> None:
    """A folder of that name stands where the program is run; it would agree with anything."""
    assert run("assess", "panjin", "--out", str(tmp_path / "out")).returncode == 0
    shutil.copytree(TOP / "rulesets" / "2021", tmp_path / "rules")
    stored = tmp_path / "out" / "panjin" / "assessment.json"
    text = stored.read_text(encoding="utf-8").replace('"version": "2021"', f'"version": "{name}"', 1)
    stored.write_text(text, encoding="utf-8")
    done = run("verify", str(stored), cwd=tmp_path)
    assert done.returncode == 2
    assert f"no rule set '{name}'" in done.stderr


@pytest.mark.parametrize("team", ["../../组", "/etc/x", "nul", "组 "])
def test_a_team_is_never_a_path(team: str, ruleset: Ruleset, tmp_path: Path) -> None:
    plan = (shipped("cities") / "xining" / "draw.toml").read_text(encoding="utf-8")
    name = plan.partition("teams = [")[2].partition('name = "')[2].partition('"')[0]
    (tmp_path / "draw.toml").write_text(plan.replace(f'name = "{name}"', f'name = "{team}"'), encoding="utf-8")
    with pytest.raises(Faults, match=r"draws\[0\].teams"):
        read_plan(tmp_path / "draw.toml", ruleset)


@pytest.mark.skipif(sys.platform != "linux", reason="names of Linux, which may be any bytes")
def test_a_name_that_is_no_text_is_said(tmp_path: Path) -> None:
    assert run("assess", "panjin", "--ledger", str(tmp_path / "ledger.db")).returncode == 0
    done = run("history", "\udcff", "--ledger", str(tmp_path / "ledger.db"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "a name that is not UTF-8, which results cannot hold: \\udcff; rename it" in done.stderr
