"""What people read is in words and in their language: no code, no figure without unit, no draft shown as settled."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cityrubric.cli.commands import app
from cityrubric.evaluate.inference.vocabulary import vocabulary
from cityrubric.evaluate.plan import plan_of
from cityrubric.language import speak
from cityrubric.paths import shipped
from cityrubric.report.conditions import condition_text
from cityrubric.report.figures import measured_text
from cityrubric.report.steps import written
from cityrubric.rubric.load import load_ruleset
from cityrubric.states import Verdict

XINING = shipped("cities") / "xining"
CODES = {
    *(verdict.code for verdict in Verdict),
    "documented",
    "reconstructed",
    "bands",
    "award",
    "veto",
    "latest",
    "none",
}


def told(*arguments: str) -> str:
    return CliRunner().invoke(app, [*arguments]).output


@pytest.fixture
def _in_chinese() -> Iterator[None]:
    speak("zh")
    yield
    speak("en")


def codes_in(text: str) -> set[str]:
    """Codes that stand as words of their own; ids such as `veto.falsification` are no words."""
    return CODES & {*re.findall(r"(?<![\w.:])[a-z_]+(?![\w.])", text)}


@pytest.mark.usefixtures("_in_chinese")
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_difference_has_no_codes(form: str, tmp_path: Path) -> None:
    told("diff", "2014", "2021", "--format", form, "-o", str(tmp_path / "diff"))
    text = (tmp_path / "diff").read_text(encoding="utf-8").partition("<main")[2 if form == "html" else 0]
    assert "有据" in text
    assert codes_in(re.sub(r"<[^>]*>", " ", text)) == set()


@pytest.mark.usefixtures("_in_chinese")
@pytest.mark.parametrize("result", ["conclusion", "A.01.03", "A.08.32", "V.open/E.27.81", "H.access", "W.sampling_gap"])
def test_an_explanation_has_no_codes(result: str) -> None:
    assert codes_in(told("explain", "xining", result)) == set()


def test_every_condition_of_every_rule_has_words() -> None:
    """What a rule asks, with every word it may ask for, is said otherwise than it is written."""
    speak("zh")
    ruleset = load_ruleset("2021")
    asked = {
        (name, value)
        for kind in vocabulary(ruleset).values()
        for name, words in kind.conditions.items()
        for value in words
    }
    asked |= {condition for test in plan_of(ruleset).rules.signals.tests for condition in test.conditions}
    same = {value for name, value in asked if condition_text(name, value) == str(value)}
    speak("en")
    assert {value for value in same if str(value).isascii()} == set()


def test_a_veto_is_triggered_or_not_and_is_away_from_its_line() -> None:
    text = told("explain", "xining", "E.28.83")
    assert "× triggered  < 70 分  12.5 分 away from it" in text
    assert "√ not triggered  otherwise" in text
    assert " points" not in text
    assert "not triggered → " not in text


@pytest.mark.parametrize(
    ("value", "words"),
    [("true", "yes"), ("false", "no"), ("0.30000000000000004", "0.3"), ("2468000.0", "2468000"), ("一级", "一级")],
)
def test_a_value_is_written_as_people_write_it(value: str, words: str) -> None:
    assert written(value) == words


def test_a_city_of_another_version_is_told_so_first() -> None:
    lines = told("assess", "xining", "--ruleset", "2014").splitlines()
    assert "2014 has none of the items that this file names" in lines[1]
    assert "migrate" in lines[1]
    assert "another version" not in told("assess", "ningbo", "--ruleset", "2014")


def test_what_rests_on_a_draft_says_so(tmp_path: Path) -> None:
    draft = "drafts that no person has confirmed"
    assert draft in told("diff", "2014", "2021")
    assert draft in CliRunner().invoke(app, ["impact", "2014", "2021", "ningbo", "--out", str(tmp_path)]).stdout
    city = tmp_path / "city"
    city.mkdir()
    text = (shipped("cities") / "ningbo" / "city.toml").read_text(encoding="utf-8")
    seen = '[[observations]]\nid = "O1"\nkind = "weakness"\nmethod = "资料审查"\nindicators = ["Q.10"]\nsays = "—"\n'
    source = re.search(r"^\[sources\.(\w+)\]", text, re.MULTILINE)
    assert source
    seen += f'severity = "minor"\nsource = "{source[1]}"\n'
    (city / "city.toml").write_text(f"{text}\n{seen}", encoding="utf-8")
    refused = told("migrate", str(city), "--to", "2021")
    assert "is a draft that no person has confirmed" in refused
    assert draft in told("migrate", str(city), "--to", "2021", "--drafts")
    assert "A.04.13" in (city / "city.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (30.0, "30"),
        (30.0000004, "30.0000004"),
        (97.9695431472, "97.969543"),
        (90.90909090909091, "90.9090909"),
        (0.5, "0.5"),
        (1e-9, "0.000000001"),
        (2e15, "2000000000000000"),
    ],
)
def test_no_measured_value_seems_to_be_a_rounder_one(value: float, wanted: str) -> None:
    """Cut, a value beyond an upper limit of 30 was told as 30."""
    assert measured_text(value) == wanted
