"""Formats of plugins, and cities that stand beside each other, over several processes and from stored results."""

import json
import re
from pathlib import Path

import pytest

from test_command_line import run

PLUGIN = '''"""A plugin with a format."""

from cityrubric.hookspecs import hookimpl
from cityrubric.report.editions import Format

CITYRUBRIC_API = (1, 1)


def line(view, edition):
    """What there is of the view, in a line."""
    print("noise")
    if view.city.id in FAILS:
        raise ValueError("no paper")
    parts = (view.city.id, view.audience.value, len(view.outcomes), view.whole is None, len(edition.beside))
    return {"line.txt": " ".join(map(str, (*parts, edition.stage))).encode()}


def lines(rows, edition):
    """One line for each city."""
    return {"lines.txt": " ".join(row.id for row in rows).encode()}


@hookimpl
def exporters():
    """Return it."""
    return (Format("line", line, lines, beside=True),)
'''
TWO = ("panjin", "ningbo")


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    write_plugin(tmp_path)
    return ("--plugins-dir", str(tmp_path / "plugins"), "--out", str(tmp_path / "out"))


def write_plugin(folder: Path, *fails: str) -> None:
    (folder / "plugins" / "paper").mkdir(parents=True, exist_ok=True)
    text = PLUGIN.replace("FAILS", repr(fails))
    (folder / "plugins" / "paper" / "__init__.py").write_text(text, encoding="utf-8")


def cities_in(page: Path) -> list[str]:
    """Names of the cities whose rates a page holds."""
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"))
    return [one["name"] for one in json.loads(data)["cities"]]


def test_a_plugins_format_over_processes(options: tuple[str, ...], tmp_path: Path) -> None:
    chosen = ("--format", "line", "--audience", "internal", "--stage", "final", "--jobs", "2")
    done = run("assess", *TWO, *options, *chosen)
    assert (done.returncode, "noise" in done.stdout) == (0, False), done.stderr
    for city in TWO:
        told = (tmp_path / "out" / city / "internal" / "line.txt").read_text(encoding="utf-8")
        assert told == f"{city} internal 94 False 2 final"
    assert (tmp_path / "out" / "internal" / "lines.txt").read_text(encoding="utf-8") == "panjin ningbo"


def test_a_plugins_format_from_stored_results_sees_what_its_audience_may(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    assert run("assess", *TWO, *options, "--jobs", "2").returncode == 0
    stored = [str(tmp_path / "out" / city / "assessment.json") for city in TWO]
    for audience, outcomes in (("public", 0), ("city", 94)):
        done = run("report", *stored, *options, "--format", "line", "--audience", audience)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        for city in TWO:
            told = (tmp_path / "out" / city / audience / "line.txt").read_text(encoding="utf-8")
            assert told == f"{city} {audience} {outcomes} True 0 draft"
    assert (tmp_path / "out" / "public" / "lines.txt").is_file()
    assert not (tmp_path / "out" / "city").exists()


def test_a_format_that_fails_costs_no_other_city(options: tuple[str, ...], tmp_path: Path) -> None:
    write_plugin(tmp_path, "panjin")
    done = run("assess", *TWO, *options, "--format", "line", "--audience", "city", "--jobs", "2")
    assert done.returncode == 1
    assert "panjin failed: format 'line' cannot be written: ValueError: no paper" in done.stderr
    assert (tmp_path / "out" / "ningbo" / "city" / "line.txt").is_file()
    assert not (tmp_path / "out" / "panjin" / "city").exists()


@pytest.mark.parametrize("audience", ["internal", "city"])
def test_only_the_office_sees_one_city_beside_the_others(audience: str, tmp_path: Path) -> None:
    done = run("assess", *TWO, "--out", str(tmp_path), "--format", "html", "--audience", audience, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    for city, names in (("panjin", ["盘锦市", "宁波市"]), ("ningbo", ["宁波市", "盘锦市"])):
        assert cities_in(tmp_path / city / audience / "page.html") == (names if audience == "internal" else names[:1])


def test_one_city_that_failed_leaves_the_others_pages(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "city.toml").write_text("nonsense", encoding="utf-8")
    options = ("--out", str(tmp_path / "out"), "--format", "html", "--audience", "internal")
    done = run("assess", "panjin", str(tmp_path / "broken"), *options)
    assert done.returncode == 1
    assert cities_in(tmp_path / "out" / "panjin" / "internal" / "page.html") == ["盘锦市"]


def test_a_version_without_report_texts_says_what_can_be_made(tmp_path: Path) -> None:
    named = 'name = "虚构市"\nprovince = "虚构省"'
    dated = "schema_version = 1\nassessment_year = 2014\nreference_date = 2014-12-31"
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "city.toml").write_text(f"{named}\n{dated}\n", encoding="utf-8")
    options = ("--ruleset", "2014", "--out", str(tmp_path / "out"))
    done = run("assess", str(tmp_path / "old"), *options, "--format", "word")
    assert (done.returncode, (tmp_path / "out").exists()) == (2, False)
    assert "rule set '2014' has no report texts" in done.stderr
    assert run("assess", str(tmp_path / "old"), *options).returncode == 0
    stored = str(tmp_path / "out" / "old" / "assessment.json")
    done = run("report", stored, "--out", str(tmp_path / "papers"), "--format", "word,html")
    assert (done.returncode, (tmp_path / "papers").exists()) == (2, False)
    assert "pages and the formats for other programs do not" in done.stderr
    done = run("report", stored, "--out", str(tmp_path / "papers"), "--format", "html,json,sarif,oscal")
    assert done.returncode == 0, done.stderr
