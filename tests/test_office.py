"""The office it is for: Chinese paths with spaces, a GBK console, line ends of Windows, a file that is in use."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cityrubric.pluginhost import load_plugins
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from test_command_line import TOP

FOLDER = "省级 初评（2021）"
COMMANDS = {
    "help": ["--lang", "zh", "--help"],
    "assess": ["assess", "{city}", "--out", "{out}"],
    "assess many": ["assess", "{city}", "panjin", "ningbo", "xining", "--out", "{out}", "--jobs", "2"],
    "documents": ["assess", "{city}", "--out", "{out}", "--format", "html,word"],
    "ledger": ["assess", "{city}", "--ledger", "{out}/台账 一.db"],
    "explain": ["explain", "{city}", "conclusion"],
    "workbook": ["workbook", "{city}", "--part", "A.10.38", "--out", "{out}/问卷 一.xlsx"],
    "evidence": ["evidence", "{city}"],
    "generate": ["generate", "--cities", "1", "--out", "{out}"],
    "check": ["check", "--notes"],
    "rulesets": ["rulesets"],
    "plugins": ["plugins"],
    "schema": ["schema", "city"],
    "doctor": ["doctor"],
    "no such city": ["assess", "没有的 城市"],
    "faulty": ["assess", "{faulty}"],
}


FURTHER = {
    "report": ["report", "{stored}", "--out", "{out}", "--format", "excel,csv,sarif,oscal", "--audience", "internal"],
    "choices": ["choices", "{stored}", "{out}/文句 一.xlsx"],
    "rectify": ["rectify", "{stored}", "{out}/整改 一.xlsx"],
    "rectify --check": ["rectify", "{stored}", "{made}/整改 一.xlsx", "--check"],
    "history": ["history", "盘锦 市", "--ledger", "{made}/台账 一.db"],
    "compare": ["compare", "盘锦 市", "--ledger", "{made}/台账 一.db"],
    "province": ["province", "--ledger", "{made}/台账 一.db"],
    "appeals": ["appeals", "盘锦 市", "--ledger", "{made}/台账 一.db"],
    "explain --json": ["explain", "{city}", "D.25.78", "--json"],
    "assess --json": ["assess", "{city}", "--json"],
    "verify": ["verify", "{stored}", "--city", "{city}"],
    "dossier": ["dossier", "{city}", "D.25.79", "-o", "{out}/卷宗 一.docx"],
    "diff": ["diff", "2014", "2021"],
    "crosswalk": ["crosswalk", "2014", "2021"],
    "impact": ["impact", "2014", "2021", "{city}", "--out", "{out}"],
    "migrate": ["migrate", "{city}", "--from", "2014", "--to", "2021"],
    "bulk": ["bulk", "{city}", "--out", "{out}"],
    "import": ["import", "{made}/问卷 一.xlsx", "{city}"],
    "test": ["test", str(TOP / "tests" / "cases" / "veto.toml")],
    "rulesets 2021": ["rulesets", "2021"],
    "draw fictional": ["draw", "fictional", "{plan}", "--rows", "45359", "--out", "{out}/名录 一.csv"],
    "draw freeze, faulty": ["draw", "freeze", "{plan}", "{faulty}/名录 𠮷.csv", "--out", "{out}"],
    "init": ["init", "{out}/项目 一"],
    "report of nothing": ["report", "{faulty}/没有.json", "--out", "{out}"],
    "import of nothing": ["import", "{faulty}/没有.xlsx", "{city}"],
}
"""Those that need what others make; and what goes wrong with a name that a console cannot show."""
SILENT = {"schema", "workbook", "assess --json", "explain --json"}
"""What these print is for programs, and in ASCII where the console has no UTF-8."""


def office(*arguments: str, encoding: str = "gbk", language: str = "zh") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "cityrubric", "--lang", language, *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "COLUMNS": "100"}
    return subprocess.run(command, capture_output=True, cwd=TOP, env=environment, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results, a ledger and workbooks of the city that the commands get."""
    folder = tmp_path_factory.mktemp("made") / FOLDER
    city = str(office_city(folder))
    assert office("assess", city, "--out", str(folder), "--ledger", str(folder / "台账 一.db")).returncode == 0
    assert office("workbook", city, "--part", "A.10.38", "--out", str(folder / "问卷 一.xlsx")).returncode == 0
    stored = str(folder / "盘锦 市" / "assessment.json")
    assert office("rectify", stored, str(folder / "整改 一.xlsx")).returncode == 0
    return folder


def office_city(base: Path) -> Path:
    """A city in a folder with a space, whose name holds a sign that GBK lacks."""
    city = shutil.copytree(TOP / "cities" / "panjin", base / "市" / "盘锦 市")
    text = (city / "city.toml").read_text(encoding="utf-8").replace('name = "盘锦市"', 'name = "盘锦市𠮷①"')
    (city / "city.toml").write_text(text, encoding="utf-8")
    return city


FAILS = {"no such city": 2, "faulty": 1, "draw freeze, faulty": 1, "report of nothing": 1, "import of nothing": 1}


@pytest.mark.slow
@pytest.mark.parametrize("name", FURTHER)
def test_further_commands_on_a_gbk_console(name: str, made: Path, tmp_path: Path) -> None:
    base = tmp_path / FOLDER
    words = {"city": office_city(base), "out": base / "结果 一", "faulty": base / "有错 𠮷", "made": made}
    words |= {"stored": made / "盘锦 市" / "assessment.json", "plan": TOP / "cities" / "xining" / "draw.toml"}
    words["out"].mkdir()
    done = office(*(word.format(**words) for word in FURTHER[name]))
    assert_told(name, done)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_on_a_gbk_console_in_a_chinese_folder(name: str, tmp_path: Path) -> None:
    base = tmp_path / FOLDER
    faulty = base / "有错 市"
    faulty.mkdir(parents=True)
    (faulty / "city.toml").write_text('名称 = "𠮷"\n', encoding="utf-8")
    words = {"city": office_city(base), "out": base / "结果 一", "faulty": faulty}
    (base / "结果 一").mkdir()
    assert_told(name, office(*(word.format(**words) for word in COMMANDS[name])))


def assert_told(name: str, done: subprocess.CompletedProcess[bytes]) -> None:
    told = done.stdout.decode("gbk") + done.stderr.decode("gbk")
    assert done.returncode == FAILS.get(name, 0), told
    assert "Traceback" not in told
    assert "UnicodeEncodeError" not in told
    assert any("一" <= sign <= "鿿" for sign in told) or name in SILENT


def test_line_ends_of_windows_change_no_hash_and_no_result(ruleset: Ruleset, tmp_path: Path) -> None:
    """A checkout with `core.autocrlf`: rule set, plugins and cities with other line ends."""
    for folder in ("rulesets/2021", "cities/xining", "plugins"):
        shutil.copytree(TOP / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    changed = [path for path in tmp_path.rglob("*") if path.suffix in {".toml", ".py", ".csv"}]
    for path in changed:
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert len(changed) > 20
    assert load_ruleset(tmp_path / "rulesets" / "2021").hash == ruleset.hash
    done = office("assess", str(tmp_path / "cities" / "xining"), "--out", str(tmp_path / "out"))
    assert done.returncode == 0
    assert office("assess", "xining", "--out", str(tmp_path / "expected")).returncode == 0
    results = [(tmp_path / name / "xining" / "assessment.json").read_bytes() for name in ("out", "expected")]
    assert results[0] == results[1]


def test_a_plugin_with_line_ends_of_windows_keeps_its_hash(tmp_path: Path) -> None:
    from cityrubric.canonical import fingerprint_folder
    from cityrubric.pluginhost import HASHED_ENDINGS

    shutil.copytree(TOP / "plugins" / "status", tmp_path / "status", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path / "status").rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (shipped,) = [plugin.hash for plugin in load_plugins().plugins if plugin.name == "status"]
    assert fingerprint_folder(tmp_path / "status", HASHED_ENDINGS) == shipped


def test_a_target_that_is_locked_is_said_and_stays(tmp_path: Path) -> None:
    """A folder stands where the file should go: like a file that is open on Windows, it cannot be replaced."""
    for name in ("assessment.json",):
        (tmp_path / "out" / "panjin" / name / "held").mkdir(parents=True)
    done = office("assess", "panjin", "--out", str(tmp_path / "out"), language="en", encoding="utf-8")
    assert done.returncode in {1, 2}
    assert b"assessment.json cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "out" / "panjin").iterdir()] == ["assessment.json"]
