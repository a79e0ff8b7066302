"""Every way of being wrong says what, where and how to mend it; nothing is skipped and nothing half-read."""

import shutil
from pathlib import Path

import pytest
import tomli

from cityrubric.errors import Faults, PluginError
from cityrubric.evaluate.plan import plan_of
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.pluginhost import load_plugins
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset

HERE = Path(__file__).parent
CITIES = sorted((HERE / "broken" / "city").glob("*.toml"))
RULESETS = tomli.loads((HERE / "broken" / "rulesets.toml").read_text(encoding="utf-8"))["broken"]
SHEETS = tomli.loads((HERE / "broken" / "sheets.toml").read_text(encoding="utf-8"))["broken"]
TINY, TINY_PLUGINS = HERE / "tiny" / "ruleset", HERE / "tiny" / "plugins"
PLUGINS = {
    "fails_to_import": "plugin 'broken' cannot be loaded: ModuleNotFoundError: No module named 'a_module_that",
    "misspelt_hook": "plugin 'broken' implements no known hook: unknown hook 'catalog'",
    "measure_twice": "two plugins offer the measure 'party.leadership_sessions': 'broken' and 'foundation'",
    "fact_twice": "two plugins offer the fact 'status.awareness': 'broken' and 'status'",
    "reads_unknown_fact": "measure 'broken.measure' reads 'status.awarness', which is in no catalogue; did you mean",
    "hook_raises": "plugin 'broken' cannot be loaded: RuntimeError: no measures today",
    "name_twice": "two plugins are called 'foundation' (shipped; ",
    "no_api": "plugin 'broken' does not say for which API it was written: add CITYRUBRIC_API = (1, 1)",
    "other_api": "plugin 'broken' was written for API 2 to 3, this is API 1: update one of them",
}


def told(faults: Faults) -> list[str]:
    return [f"{fault.path}: {fault.says}" if fault.path else fault.says for fault in faults.faults]


def city_folder(tmp_path: Path, content: bytes) -> Path:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.toml").write_bytes(content)
    return folder


@pytest.mark.parametrize("path", CITIES, ids=[path.stem for path in CITIES])
def test_broken_city(path: Path, ruleset: Ruleset, tmp_path: Path) -> None:
    expected = [
        line.removeprefix("# says: ")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("# says: ")
    ]
    with pytest.raises(Faults) as raised:
        read_city(city_folder(tmp_path, path.read_bytes()), ruleset)
    assert told(raised.value) == expected


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"# only a comment\n", "is empty"),
        (b'name = "\xff\xfe"\n', "not UTF-8 (byte 8); save it as UTF-8"),
        ("name = '西宁'\n".encode("gb18030"), "not UTF-8 (byte 8); save it as UTF-8"),
    ],
    ids=["empty", "comment only", "invalid UTF-8", "GB18030"],
)
def test_unreadable_city(content: bytes, says: str, ruleset: Ruleset, tmp_path: Path) -> None:
    with pytest.raises(Faults) as raised:
        read_city(city_folder(tmp_path, content), ruleset)
    assert told(raised.value) == [says]


def test_a_file_of_50_mb_is_refused_unread(ruleset: Ruleset, tmp_path: Path) -> None:
    folder = city_folder(tmp_path, b"")
    with (folder / "city.toml").open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(Faults) as raised:
        read_city(folder, ruleset)
    assert told(raised.value) == ["50 MB; the limit is 10 MB"]


def test_a_city_without_a_file_says_so(ruleset: Ruleset, tmp_path: Path) -> None:
    with pytest.raises(Faults) as raised:
        read_city(tmp_path, ruleset)
    assert told(raised.value) == ["cannot be read: No such file or directory"]


@pytest.mark.parametrize("broken", RULESETS, ids=[broken["name"] for broken in RULESETS])
def test_broken_ruleset(broken: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    text = (folder / broken["file"]).read_text(encoding="utf-8")
    assert broken["find"] in text
    (folder / broken["file"]).write_text(text.replace(broken["find"], broken["put"]), encoding="utf-8")
    with pytest.raises(Faults) as raised:
        plan_of(load_ruleset(folder, [TINY_PLUGINS]))
    assert told(raised.value) == broken["says"]


@pytest.mark.parametrize("broken", SHEETS, ids=[broken["name"] for broken in SHEETS])
def test_broken_sheet(broken: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "2021"
    shutil.copytree(shipped("rulesets") / "2021", folder)
    file = folder / "sheets" / broken["file"]
    text = file.read_text(encoding="utf-8")
    assert broken["find"] in text
    file.write_text(text.replace(broken["find"], broken["put"], 1), encoding="utf-8")
    with pytest.raises(Faults) as raised:
        load_ruleset(folder)
    assert told(raised.value) == broken["says"]


def test_the_little_rule_set_is_whole() -> None:
    plan_of(load_ruleset(TINY, [TINY_PLUGINS]))


@pytest.mark.parametrize(("folder", "says"), PLUGINS.items(), ids=PLUGINS)
def test_broken_plugin(folder: str, says: str) -> None:
    with pytest.raises(PluginError) as raised:
        load_plugins(HERE / "broken" / "plugins" / folder)
    assert says in str(raised.value)


def test_faulty_catalogue() -> None:
    with pytest.raises(Faults) as raised:
        load_plugins(HERE / "broken" / "plugins" / "faulty_catalogue")
    assert told(raised.value) == [
        "$.facts.\"a.kind\".kind: 'numbr' is not one of: "
        "number, bool, grade, date, text, document, list; did you mean 'number'?",
        "$.facts.\"a.number\": the key 'unit' is missing",
    ]


def test_all_faults_are_told_together_file_by_file() -> None:
    with pytest.raises(Faults) as raised:
        load_plugins(HERE / "broken" / "plugins" / "faulty_catalogue")
    assert str(raised.value).startswith("broken/catalogue.toml: 2 faults\n  $.facts.")
