"""What `init` and `new` write works at once, in its own tests and in an assessment, and overwrites nothing."""

import json
import os
import subprocess
import sys
import zipfile
from contextvars import copy_context
from pathlib import Path

import pytest

from cityrubric.cli import main
from test_command_line import TOP, run


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a plugin, a rule set and a city of its own, as the commands write them."""
    folder = tmp_path_factory.mktemp("new") / "office"
    for arguments in (
        ("init", str(folder)),
        ("--project", str(folder), "new", "plugin", "ours"),
        ("--project", str(folder), "new", "ruleset", "2021-ours", "--from", "2021"),
        ("--project", str(folder), "new", "city", "ourcity"),
    ):
        done = run(*arguments)
        assert done.returncode == 0, done.stderr
        assert "written" in done.stderr
        assert len(done.stderr.splitlines()) <= 10  # of many files their folders
    return folder


def pytest_in(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, check=False)


def test_its_own_tests_pass_and_notice_a_changed_line(office: Path) -> None:
    done = pytest_in(office)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
    overlay = office / "plugins" / "ours" / "overlay.toml"
    text = overlay.read_text(encoding="utf-8")
    overlay.write_text(text.replace("at_least = 90", "at_least = 91"), encoding="utf-8")
    done = pytest_in(office / "plugins")
    overlay.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert "on the upper line: ours.1: expected met, found partly_met (measured: 90 %)" in done.stdout


def test_assessed_with_the_new_rules_and_overlay(office: Path) -> None:
    facts = '\n[facts."ours.done"]\nvalue = 95\nunit = "项"\nperiod = 2021\nsource = "report"\n'
    facts += '\n[facts."ours.planned"]\nvalue = 100\nunit = "项"\nperiod = 2021\nsource = "report"\n'
    city = office / "cities" / "ourcity" / "city.toml"
    before = city.read_text(encoding="utf-8")
    city.write_text(before + facts, encoding="utf-8")
    done = run("assess", "ourcity", "--overlay", "ours", "--json", "--project", str(office))
    city.write_text(before, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    stored = json.loads(done.stdout)
    assert [outcome["verdict"] for outcome in stored["provincial"]["outcomes"]] == ["met"]
    arguments = ("--ruleset", "2021-ours", "--project", str(office), "--format", "word", "--out", str(office / "out"))
    done = run("assess", "ourcity", *arguments)
    assert done.returncode == 0, done.stderr
    assert (office / "out" / "ourcity" / "public" / "report.docx").is_file()  # by the new version's own report texts


def test_checked_and_tested_on_the_command_line(office: Path) -> None:
    cases = str(office / "plugins" / "ours")  # of a plugin, those in its `tests`
    done = run("test", cases, "--overlay", "ours", "--mutate", "--project", str(office))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 cases, 0 generated at the lines: 0 differ" in done.stdout
    assert "stretches between lines that a case reaches: 3 of 3" in done.stdout
    assert "changes that a case notices: 4 of 4" in done.stdout
    assert run("check", "--overlay", "ours", "--project", str(office)).returncode == 0
    assert run("check", "2021-ours", "--project", str(office)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("new", "plugin", "ours"), "there is a plugin 'ours' already"),
        (("new", "plugin", "Ours-2"), "'Ours-2' is no name of a plugin: small letters, digits and _"),
        (("new", "plugin", "capacity"), "there is a plugin 'capacity' already"),
        (("new", "ruleset", "2021"), "there is a rule set '2021' already"),
        (("new", "ruleset", "../x"), "'../x' is no name of a folder"),
        (("new", "city", "ourcity"), "is there already; nothing was written"),
        (("new", "city", ".x"), "'.x' is no name of a folder"),
    ],
)
def test_nothing_is_overwritten(
    arguments: tuple[str, ...], says: str, office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(office.rglob("*"))
    with pytest.raises(SystemExit) as exited:
        copy_context().run(main.run, ["--lang", "en", "--project", str(office), *arguments])
    assert exited.value.code == 2
    assert says in capsys.readouterr().err
    assert sorted(path for path in office.rglob("*") if "__pycache__" not in path.parts) == [
        path for path in before if "__pycache__" not in path.parts
    ]


def test_without_a_project_nothing_is_written(tmp_path: Path) -> None:
    done = run("new", "plugin", "ours", cwd=tmp_path)
    assert done.returncode == 2
    assert "name the project: --project DIR" in done.stderr
    assert [*tmp_path.iterdir()] == []
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").touch()
    done = run("init", str(tmp_path / "a"))
    assert (done.returncode, [*(tmp_path / "a").iterdir()]) == (2, [tmp_path / "a" / "file"])


@pytest.mark.slow
def test_the_plugin_as_a_wheel_beside_ours_in_a_fresh_environment(office: Path, tmp_path: Path) -> None:
    def call(*command: str, **more: str) -> str:
        env = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
        done = subprocess.run(command, capture_output=True, text=True, env={**env, **more}, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for source in (TOP, office / "plugins" / "ours"):
        call("uv", "build", "-q", "--wheel", "--out-dir", str(tmp_path / "wheels"), str(source))
    wheels = sorted((tmp_path / "wheels").glob("*.whl"))
    assert [wheel.name.split("-")[0] for wheel in wheels] == ["cityrubric", "cityrubric_ours"]
    names = zipfile.ZipFile(wheels[1]).namelist()
    assert {f"cityrubric_ours/{name}" for name in ("__init__.py", "measures.py", "catalogue.toml", "overlay.toml")} <= {
        *names
    }
    assert not any("tests" in name for name in names)
    venv = tmp_path / "venv"
    call("uv", "venv", "-q", "--python", sys.executable, str(venv))
    python = next(path for path in (venv / "bin" / "python", venv / "Scripts" / "python.exe") if path.exists())
    call("uv", "pip", "install", "-q", "--python", str(python), *map(str, wheels))
    told = call(str(python), "-m", "cityrubric", "plugins", COLUMNS="200")
    assert "cityrubric-ours 0.1.0" in told
    here = run("plugins", "--project", str(office), COLUMNS="200").stdout
    hash_of = {line.split()[0]: line.split()[-1] for line in (*told.splitlines(), *here.splitlines()) if line.split()}
    assert [line.split()[-1] for line in told.splitlines() if line.startswith("ours ")] == [hash_of["ours"]]
    stored = json.loads(call(str(python), "-m", "cityrubric", "assess", "xining", "--overlay", "ours", "--json"))
    assert stored["provincial"]["overlay"]["version"] == "ours"
    assert [outcome["verdict"] for outcome in stored["provincial"]["outcomes"]] == ["undetermined"]
