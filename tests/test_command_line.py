"""The command line as a user meets it: what it says, where it writes, how it exits."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cityrubric.cli.commands import app
from cityrubric.cli.main import expanded

TOP = Path(__file__).parent.parent


def run(*arguments: str, cwd: Path = TOP, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", "-m", "cityrubric", *arguments]
    env = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "120", **environment}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=env, check=False)


def parameters(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    yield from ((f"{name} {one.name}", one) for one in command.params)
    for sub, each in getattr(command, "commands", {}).items():
        yield from parameters(each, f"{name} {sub}")


def test_every_argument_and_option_says_what_it_is() -> None:
    assert [name for name, one in parameters(get_command(app)) if not getattr(one, "help", None)] == []


def test_help_lists_the_commands() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("assess", "rulesets", "plugins", "schema", "Exit codes"))


def test_assess_tells_and_writes(tmp_path: Path) -> None:
    done = run("assess", "cities/xining", "--out", str(tmp_path))
    assert done.returncode == 0
    for words in (
        "西宁市",
        "Conclusion: undetermined",
        "reconstructed",
        "36..158",
        "[D.25.79, A.11.39]",
        "What would settle it",
    ):
        assert words in done.stdout, words
    stored = json.loads((tmp_path / "xining" / "assessment.json").read_text(encoding="utf-8"))
    assert stored["city"]["name"] == "西宁市"
    assert [path.name for path in (tmp_path / "xining").iterdir()] == ["assessment.json"]


def test_assess_prints_json_alone_on_stdout() -> None:
    done = run("assess", "xining", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["conclusion"]["verdict"] == "undetermined"


def test_a_shipped_city_is_found_from_anywhere(tmp_path: Path) -> None:
    assert run("assess", "cities/xining", cwd=tmp_path).returncode == 0


def test_one_faulty_city_costs_no_other(tmp_path: Path) -> None:
    shutil.copytree(TOP / "cities" / "xining", tmp_path / "broken")
    file = tmp_path / "broken" / "city.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("82.5", '"高"'), encoding="utf-8")
    done = run("assess", str(tmp_path / "broken"), "cities/xining", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "broken/city.toml: 1 fault" in done.stderr
    assert "broken failed: " in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["xining"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["assess", "nowhere"], "no such city: nowhere"),
        (["assess", "xining", "--ruleset", "2012"], "no rule set '2012'"),
        (["assess"], "Missing argument"),
        (["assess", "xining", "--fomrat", "word"], "No such option"),
        (["schema", "cities"], "'cities' is not one of"),
    ],
)
def test_bad_use_exits_with_2(arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["asess", "xining"], "错误：没有命令 'asess'。 是否应为 'assess'？"),
        (["assess"], "错误：缺参数 'CITY...'。"),
        (["assess", "xining", "--jbs", "3"], "错误：没有选项 --jbs。 是否应为 --jobs, --json？"),
        (["assess", "xining", "--out"], "错误：选项 '--out' 后面缺值。"),
        (["assess", "xining", "--resume=1"], "错误：选项 '--resume' 不带值。"),
        (["report", "a.json"], "错误：缺选项 '--out'。"),
        (["report", "a.json", "--out", "b", "--audience", "me"], "错误：'--audience' 的值有误：'me' 不在可选值之中"),
        (["new", "plugin"], "用法：cityrubric new plugin [选项] NAME"),
    ],
)
def test_bad_use_is_told_in_chinese(arguments: list[str], says: str) -> None:
    """All of it: typer's own words are English."""
    done = run(*arguments, "--lang", "zh")
    assert done.returncode == 2
    assert says in done.stderr
    assert re.findall(r"[A-Z][a-z]+", done.stderr) == []


def test_patterns_are_expanded_where_the_shell_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("甲市", "乙市", "a[1]", "a1"):
        (tmp_path / name).mkdir()
    given = ["assess", "*市", "a[1]", "nowhere*", "--out", "result"]
    assert expanded(given) == ["assess", "乙市", "甲市", "a[1]", "nowhere*", "--out", "result"]


def test_chinese_by_locale_and_by_option() -> None:
    by_locale = run("assess", "xining", LC_ALL="zh_CN.UTF-8")
    by_option = run("assess", "xining", "--lang", "zh")
    assert "结论：待定" in by_locale.stdout
    assert by_option.stdout == by_locale.stdout
    assert "评估" in run("--lang", "zh", "--help").stdout


def test_lists() -> None:
    assert "2021" in run("rulesets").stdout
    plugins = run("plugins").stdout
    assert all(name in plugins for name in ("foundation", "capacity", "operations", "status", "veto", "demonstration"))


@pytest.mark.parametrize("name", ["ruleset", "catalogue", "city", "cases", "assessment", "draw"])
def test_schemas_are_printed_and_valid(name: str) -> None:
    from jsonschema import Draft202012Validator

    done = run("schema", name)
    Draft202012Validator.check_schema(json.loads(done.stdout))


def test_equal_inputs_give_equal_bytes_whatever_the_surroundings(tmp_path: Path) -> None:
    surroundings = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC"},
        {"PYTHONHASHSEED": "4711", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8"},
    ]
    for number, environment in enumerate(surroundings):
        assert run("assess", "xining", "--out", str(tmp_path / str(number)), **environment).returncode == 0
    first, second = ((tmp_path / str(n) / "xining" / "assessment.json").read_bytes() for n in range(2))
    assert first == second


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder", encoding="utf-8")
    done = run("assess", "xining", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("--engine", "plain"), ("--engine", "durable"), ("--cross-check",)])
def test_every_engine_stores_the_same(arguments: tuple[str, ...], tmp_path: Path) -> None:
    pytest.importorskip("durable_rules_engine")
    for name, options in {"auto": (), "chosen": arguments}.items():
        assert run("assess", "cities/xining", "--out", str(tmp_path / name), *options).returncode == 0
    files = [(tmp_path / name / "xining" / "assessment.json").read_bytes() for name in ("auto", "chosen")]
    assert files[0] == files[1]


def test_two_cities_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    shutil.copytree(TOP / "cities" / "xining", tmp_path / "a" / "xining")
    done = run("assess", "cities/xining", str(tmp_path / "a" / "xining"), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "2 cities are called 'xining'" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_console_that_lacks_characters_stops_nothing(encoding: str) -> None:
    command = [sys.executable, "-m", "cityrubric", "assess", "cities/xining"]
    env = {**os.environ, "PYTHONIOENCODING": encoding, "COLUMNS": "120"}
    for more in ([], ["--json"]):
        done = subprocess.run([*command, *more], capture_output=True, cwd=TOP, env=env, check=False)
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("ascii"))["city"]["name"] == "西宁市"


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_results_can_be_read_by_whoever_may_read_new_files(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("")
    run("assess", "cities/xining", "--out", str(tmp_path))
    assert (tmp_path / "xining" / "assessment.json").stat().st_mode == (tmp_path / "new").stat().st_mode


@pytest.mark.parametrize(("language", "words"), [("en", "short by 0.75"), ("zh", "差 0.75")])
def test_explain_draws_a_tree(language: str, words: str, tmp_path: Path) -> None:
    shutil.copytree(TOP / "cities" / "xining", tmp_path / "city")
    file = tmp_path / "city" / "city.toml"
    text = file.read_text(encoding="utf-8")
    assert "82.5" in text
    file.write_text(text.replace("82.5", "79.25"), encoding="utf-8")
    done = run("--lang", language, "explain", str(tmp_path / "city"), "D.25.78")
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
    assert "initial_assessment" in done.stdout


def test_explain_in_json_and_against_a_stored_assessment(tmp_path: Path) -> None:
    run("assess", "cities/xining", "--out", str(tmp_path))
    stored = str(tmp_path / "xining" / "assessment.json")
    done = run("explain", "xining", "conclusion", "--json", "--assessment", stored)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"] == "undetermined"
    (tmp_path / "other.json").write_text("[]")
    done = run("explain", "xining", "conclusion", "--assessment", str(tmp_path / "other.json"))
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path / 'other.json'}: 1 fault\n  [] is not a table\n"


def test_explain_of_nothing_suggests_something() -> None:
    done = run("explain", "xining", "W.online_busines")
    assert done.returncode == 2
    assert "did you mean 'W.online_business'?" in done.stderr


def test_check_finds_no_fault_and_lists_notes() -> None:
    done = run("check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "2021: 0 faults" in done.stderr
    assert "fact-unused" in run("check", "--notes").stdout
    assert json.loads(run("check", "--format", "sarif").stdout)["version"] == "2.1.0"
