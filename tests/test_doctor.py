"""`cityrubric doctor`: one screen, both languages, and exit code 1 where something is wrong."""

import resource
import subprocess
import sys

import pytest

from cityrubric.cli import doctor
from cityrubric.errors import CityrubricError
from cityrubric.pluginhost import load_plugins
from test_command_line import TOP, run


def test_all_is_fine_on_one_screen() -> None:
    done = run("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) <= 24
    for word in ("cityrubric 0.", "numpy ", "2021 ", *(plugin.name for plugin in load_plugins().plugins)):
        assert word in done.stdout, word
    assert "wrong" not in done.stdout


def test_in_chinese() -> None:
    told = run("--lang", "zh", "doctor").stdout
    assert all(word in told for word in ("正常", "推理引擎", "虚构城市", "可写"))


def test_a_disk_that_takes_nothing_is_told_and_hides_nothing_else() -> None:
    """No file may grow: what a full disk does to a program."""
    done = subprocess.run(
        [sys.executable, "-m", "cityrubric", "doctor"],
        capture_output=True,
        text=True,
        cwd=TOP,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )
    assert done.returncode == 1
    assert f"{TOP}/cityrubric-doctor-" in done.stdout.replace("\n", "")
    assert "cannot be written: File too large" in " ".join(done.stdout.split())
    assert "2021 " in done.stdout
    assert "Traceback" not in done.stderr


def broken() -> None:
    raise CityrubricError("the plugins are broken")


@pytest.mark.parametrize(
    ("name", "stand_in", "says"),
    [
        ("offers", broken, "the plugins are broken"),
        ("metadata.requires", lambda _name: ["a-library-nobody-has>=1"], "not installed: a-library-nobody-has"),
        ("to_json", lambda assessment: str(id(assessment)), "the two engines differ"),
    ],
)
def test_what_is_wrong_is_told(
    name: str,
    stand_in: object,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(f"cityrubric.cli.doctor.{name}", stand_in)
    assert doctor.examine() == 1
    told = capsys.readouterr().out
    assert says in told
    assert told.count("wrong") == 1
