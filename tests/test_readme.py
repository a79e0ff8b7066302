"""What the README says of plugins is run as it stands there, and it says it of every hook."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cityrubric.cli.commands import app
from cityrubric.hookspecs import Hooks
from cityrubric.intake.facts import read_city
from cityrubric.pluginhost import load_plugins
from cityrubric.project import open_project
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.tell import assess
from test_command_line import TOP, run

README = (TOP / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.S)
_PLACE = re.compile(r"# (append to )?(\S+)\n")


def section(title: str) -> str:
    return README.partition(f"## {title}\n")[2].partition("\n## ")[0]


def put(text: str, folder: Path) -> None:
    """Write a block into the file that its first line names, or append it there."""
    place = _PLACE.match(text)
    assert place, text
    target = folder / place[2]
    before = target.read_text(encoding="utf-8") + "\n\n" if place[1] else ""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(before + text[place.end() :], encoding="utf-8")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plugin of the README."""
    folder = tmp_path_factory.mktemp("plugins")
    for _language, text in _BLOCK.findall(section("Plugins")):
        put(text, folder)
    return folder


def test_every_hook_is_documented_with_an_example(sample: Path) -> None:
    hooks = {name for name in vars(Hooks) if not name.startswith("_")}
    page, code = section("Plugins"), (sample / "sample" / "__init__.py").read_text(encoding="utf-8")
    assert {hook for hook in hooks if f"| `{hook}` |" not in page} == set()
    assert {hook for hook in hooks if f"@hookimpl\ndef {hook}()" not in code} == set()
    assert set(re.findall(r"\| `(\w+)` \|", page)) == hooks


def test_the_example_offers_what_it_says(sample: Path) -> None:
    offers = load_plugins(sample)
    assert {"sample.complaints", "sample.shops"} <= offers.catalogue.keys()
    assert "sample.complaints_per_shop" in offers.measures
    assert {"halved_by_each"} <= offers.operators.keys()
    assert {"product_of_shares"} <= offers.aggregations.keys()
    assert (set(offers.importers), set(offers.exporters)) == ({".json"}, {"line"})
    assert "sample" in offers.overlays
    assert "sample" in offers.sections


def test_the_example_reads_scores_and_writes(sample: Path, tmp_path: Path) -> None:
    city = tmp_path / "city"
    city.mkdir()
    text = (
        'schema_version = 1\nname = "甲市"\nprovince = "虚构省"\nassessment_year = 2021\nreference_date = 2021-12-31\n'
    )
    (city / "city.toml").write_text(text + '[sources.s]\ntitle = "虚构"\n', encoding="utf-8")
    rows = [("sample.complaints", "20件"), ("sample.shops", "10家")]
    facts = [{"key": key, "value": int(value[:2]), "year": 2021, "source": "s"} for key, value in rows]
    (tmp_path / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    aside = ("--plugins-dir", str(sample))
    done = run("import", str(tmp_path / "facts.json"), str(city), *aside)
    assert done.returncode == 0, done.stderr
    arguments = ("--overlay", "sample", "--out", str(tmp_path), "--format", "line,json", "--jobs", "1")
    done = run("assess", str(city), *arguments, *aside)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "city" / "public" / "line.txt").read_text(encoding="utf-8") == "甲市 undetermined\n"
    assert "接到投诉" not in (tmp_path / "city" / "public" / "view.json").read_text(encoding="utf-8")
    arguments = ("--format", "json", "--audience", "city", "--out", str(tmp_path))
    assert run("report", str(tmp_path / "city" / "assessment.json"), *arguments, *aside).returncode == 0
    said = (tmp_path / "city" / "city" / "view.json").read_text(encoding="utf-8")
    assert "2021年接到投诉20件，涉及店铺10家" in said
    assert "投诉不多" not in said  # half the points, so not met
    ruleset = load_ruleset("2021", [sample], overlay="sample")
    ledger = assess(read_city(city, ruleset), ruleset).provincial
    assert ledger is not None
    assert [outcome.score for outcome in ledger.outcomes] == [(0.5, 0.5)]  # 2 points, halved twice


def test_what_an_importer_gets_wrong_is_told_of_its_place(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"key": "sample.shops", "value": {}, "year": 2021, "source": "s"}]')
    (tmp_path / "b.json").write_text("nothing")
    for name, says in (("a.json", "[0]: $.value: {} is not"), ("b.json", "its importer failed: JSONDecodeError")):
        done = run("import", str(tmp_path / name), str(TOP / "cities" / "xining"), "--plugins-dir", str(sample))
        assert done.returncode == 1
        assert says in done.stderr
    done = run("import", str(tmp_path / "c.txt"), str(TOP / "cities" / "xining"), "--plugins-dir", str(sample))
    assert "must end in one of .xlsx, .csv, .json" in done.stderr


def test_the_steps_can_be_pasted(tmp_path: Path) -> None:
    for language, text in _BLOCK.findall(section("A province in an hour")):
        if language != "sh":
            put(text, tmp_path)
            continue
        for line in text.splitlines():
            assert line.startswith("cityrubric ")
            env = {**os.environ, "LC_ALL": "C.UTF-8"}
            command = [sys.executable, "-m", "cityrubric", *line.split()[1:]]
            done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env, check=False)
            assert done.returncode == 0, line + done.stdout + done.stderr
    own = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "office", "office"]
    done = subprocess.run(own, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout  # its own tests, which ask that a case reach every line
    stored = json.loads((tmp_path / "result" / "ourcity" / "assessment.json").read_text(encoding="utf-8"))
    told = {outcome["id"]: outcome["verdict"] for outcome in stored["provincial"]["outcomes"]}
    assert told == {"A.07.27": "undetermined", "ours.1": "undetermined", "ours.2": "met"}
    with zipfile.ZipFile(tmp_path / "result" / "ourcity" / "city" / "report.docx") as packed:
        assert "2021年走访250次，达到本省要求（评价界线为重建）。" in packed.read("word/document.xml").decode()


@pytest.mark.slow
def test_the_quick_start_can_be_followed(tmp_path: Path) -> None:
    """Every command of it, in its order, by somebody who fills in nothing; but for those with a blank to fill."""
    blanks = ("甲.xlsx", " 版本", "命令 ")
    written = re.findall(r"`uv run cityrubric (.*?)`", section("中文快速上手"))
    told = [one for one in written if not any(blank in one for blank in blanks)]
    assert len(told) >= 20
    shutil.copytree(TOP / "cities", tmp_path / "cities")
    for line in told:
        names = [sorted(map(str, Path(tmp_path).glob(word))) if "*" in word else [word] for word in line.split()]
        done = run(*(name for some in names for name in some), "--lang", "zh", cwd=tmp_path)
        assert done.returncode == 0, line + done.stdout + done.stderr
    made = (
        "result/xining/assessment.json",
        "文书/xining/city/letter.docx",
        "网页/internal/overview.html",
        "结果/impact.json",
    )
    assert [
        name for name in (*made, "填报.xlsx", "文句.xlsx", "台账.xlsx", "卷宗.docx") if not (tmp_path / name).is_file()
    ] == []


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command by its full name, with its options."""

    def walk(group: Any, path: str) -> Iterator[tuple[str, list[str]]]:
        for name, one in group.commands.items():
            if hasattr(one, "commands"):
                yield from walk(one, f"{path}{name} ")
            else:
                yield path + name, [option for some in one.params for option in some.opts if option[:2] == "--"]

    yield from walk(get_command(app), "")


@pytest.mark.parametrize(("name", "options"), [*commands()], ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_is_told(name: str, options: list[str]) -> None:
    assert re.search(rf"(cityrubric |`)(--project \S+ )?{name.split()[0]}\b", README), name
    assert name.split()[-1] in section("Commands"), name
    assert [option for option in options if option not in README and option != "--help"] == []


def test_every_command_that_is_named_exists() -> None:
    known = {name.split()[0] for name, _options in commands()}
    named = set(re.findall(r"cityrubric (?:--[a-z]+ \S+ )*([a-z]+)(?=[ `\n])", README))
    assert named - known == set()


def test_a_checkout_may_be_a_project_of_its_own() -> None:
    """As the quick start has it: what ships is not loaded twice."""
    assert open_project(TOP).plugin_folders == ()
    assert open_project(TOP, (TOP / "plugins",)).plugin_folders == ()
