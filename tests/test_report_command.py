"""`cityrubric report` and `assess --format` as a user meets them: many files, a faulty one, what is not published."""

import shutil
from pathlib import Path

import pytest

from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import store
from cityrubric.telling.tell import assess
from test_command_line import run


@pytest.fixture(scope="module")
def stored(ruleset: Ruleset, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    out = tmp_path_factory.mktemp("stored")
    cities = ("xining", "shenyang", "ningbo", "panjin")
    return [str(store(assess(read_city(shipped("cities") / one, ruleset), ruleset), out)) for one in cities]


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_pages_of_many_cities_and_one_about_all(stored: list[str], tmp_path: Path) -> None:
    done = run("report", *stored, "--format", "html", "--audience", "internal", "--out", str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "")
    assert f"5 files written to {tmp_path}" in done.stderr
    names = ("xining", "shenyang", "ningbo", "panjin")
    assert written(tmp_path) == {*(f"{name}/internal/page.html" for name in names), "internal/overview.html"}


def test_a_city_gets_its_own_page_and_no_overview(stored: list[str], tmp_path: Path) -> None:
    done = run("report", *stored[:2], "--format", "html", "--audience", "city", "--out", str(tmp_path))
    assert done.returncode == 0
    assert written(tmp_path) == {"xining/city/page.html", "shenyang/city/page.html"}
    assert f"written: {tmp_path / 'xining' / 'city' / 'page.html'}" in done.stderr


def test_every_format_at_once(stored: list[str], tmp_path: Path) -> None:
    formats = "html,sarif,oscal,csv,parquet,json"
    done = run("report", stored[0], "--format", formats, "--audience", "city", "--out", str(tmp_path), "--lang", "zh")
    assert done.returncode == 0
    ends = {"page.html", "assessment.sarif", "oscal.json", "outcomes.csv", "outcomes.parquet", "view.json"}
    assert written(tmp_path) == {f"xining/city/{end}" for end in ends}
    assert "逐项说明" in (tmp_path / "xining/city/page.html").read_text(encoding="utf-8")


def test_a_faulty_file_costs_no_other_city_and_is_named(stored: list[str], tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.json"
    faulty.write_text("{}", encoding="utf-8")
    done = run("report", stored[0], str(faulty), stored[1], "--format", "html", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "faulty.json" in done.stderr
    assert done.stderr.count("faulty.json") == 1
    assert written(tmp_path / "out") == {
        "xining/public/page.html",
        "shenyang/public/page.html",
        "public/overview.html",
    }


def test_two_files_of_one_city_are_refused_before_anything_is_written(stored: list[str], tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    shutil.copy(stored[0], again)
    done = run("report", stored[0], str(again), "--format", "html", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "2 cities are called 'xining'" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("formats", "says"),
    [("csv", "not published"), ("html,parquet", "not published"), ("pdf", "no format 'pdf'"), ("htm", "did you mean")],
)
def test_what_cannot_be_made_is_told_at_once(formats: str, says: str, stored: list[str], tmp_path: Path) -> None:
    done = run("report", stored[0], "--format", formats, "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert says in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
def test_assessing_several_cities_tells_of_all_that_are_sound(jobs: tuple[str, ...], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "city.toml").write_text("schema_version = 1", encoding="utf-8")
    out = tmp_path / "out"
    options = ("--format", "html", "--audience", "internal", "--out", str(out), *jobs)
    done = run("assess", "xining", "ningbo", str(broken), *options)
    assert done.returncode == 1
    overview = (out / "internal" / "overview.html").read_text(encoding="utf-8")
    assert all(name in overview for name in ("../xining/internal/page.html", "../ningbo/internal/page.html"))
    assert "broken" not in overview


def test_the_command_writes_documents_here_in_processes_and_for_what_is_unchanged(tmp_path: Path) -> None:
    """The same files, whoever makes them; --resume leaves out the assessment, not the documents."""
    wanted = ("--format", "word,excel", "--audience", "city", "--issued", "2022-03-01")
    ways = {"here": (), "jobs": ("--jobs", "2")}
    made = {}
    for name, how in ways.items():
        done = run("assess", "xining", "panjin", "--out", str(tmp_path / name), *how, *wanted)
        assert done.returncode == 0, done.stderr
        made[name] = documents(tmp_path / name)
    assert made["here"] == made["jobs"]
    assert {path.rpartition("/")[2] for path in made["here"]} == {"report.docx", "letter.docx", "tables.xlsx"}
    assert len(made["here"]) == 6
    for path in [*(tmp_path / "here").glob("*/city")]:
        shutil.rmtree(path)
    for how in ways.values():
        done = run("assess", "xining", "panjin", "--out", str(tmp_path / "here"), "--resume", *how, *wanted)
        assert done.returncode == 0, done.stderr
    assert documents(tmp_path / "here") == made["here"]


def documents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/city/*")}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("assess", "xining", "--format", "word"), "--format needs --out"),
        (("assess", "xining", "--out", "x", "--format", "wrod"), "did you mean 'word'?"),
        (("assess", "xining", "--out", "x", "--format", "word", "--issued", "1.3.2022"), "--issued"),
        (("report", "nothing.json", "--out", "x"), "nothing.json"),
    ],
)
def test_bad_use_is_told(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert says in done.stderr
    assert not (tmp_path / "x").exists()
