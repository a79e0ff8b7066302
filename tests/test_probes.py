"""Verdicts that facts do not support, attacked: of single items, of what must be reached where nothing applies."""

import shutil
from pathlib import Path

import pytest
import tomli

from cityrubric.authoring.cases import Case, case_city, run_case
from cityrubric.documents import Document
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess

HERE = Path(__file__).parent
PROBES = tomli.loads((HERE / "probes.toml").read_text(encoding="utf-8"))["probes"]
SUNDAY = 'parts = [{ operator = "award", fact = "library.open_sunday", line = "documented: T1" }]'
REQUIRED = """
requires = [{ result = "own", at_least = 50, provenance = "reconstructed" }]

[[results]]
id = "own"
title = "周日开放"
aggregation = "rate"
of = ["S.2"]
provenance = "reconstructed"

[[results]]
id = "level"
title = "等级"
aggregation = "table"
of = ["own"]
provenance = "reconstructed"
table = [
  { within = [{ at_least = 50 }], value = 2, provenance = "reconstructed" },
  { value = 1, provenance = "reconstructed" },
]

[bonus]"""


def changed(tmp_path: Path, file: str, find: str, put: str) -> Ruleset:
    folder = shutil.copytree(HERE / "tiny" / "ruleset", tmp_path / "tiny")
    text = (folder / file).read_text(encoding="utf-8")
    assert find in text
    (folder / file).write_text(text.replace(find, put), encoding="utf-8")
    return load_ruleset(folder, [HERE / "tiny" / "plugins"])


@pytest.mark.parametrize("probe", PROBES, ids=[probe["name"] for probe in PROBES])
def test_no_verdict_beyond_the_facts(probe: Document, tmp_path: Path) -> None:
    rules = changed(tmp_path, "service.toml", SUNDAY, probe["item"])
    expected: Document = {"verdicts": {"S.2": probe["verdict"]}}
    expected |= {"scores": {"S.2": probe["score"]}} if "score" in probe else {}
    assert run_case(Case(probe["name"], {"facts": probe["facts"]}, expected), rules) == []


def test_nothing_of_nothing_neither_reaches_a_line_nor_misses_it(tmp_path: Path) -> None:
    """A city was failed for 0 % of an item that does not apply to it, and got the last row of a table."""
    rules = changed(tmp_path, "ruleset.toml", "[bonus]", REQUIRED)
    good = {"library.books": 40, "library.readers": 20, "library.rooms": 20, "library.closures": {"2020": 0, "2021": 0}}
    for sunday, wanted, levels in (
        ({"missing": "not_occurring", "reason": "—"}, "undetermined", (1.0, 2.0)),
        ({"value": True}, "pass", (2.0, 2.0)),
        ({"value": False}, "fail", (1.0, 1.0)),
    ):
        given = {"facts": {**good, "library.open_sunday": sunday}}
        told = assess(case_city(Case("library", given, {}), rules), rules)
        assert (told.conclusion.verdict, told.scores.results[1].score) == (wanted, levels)
