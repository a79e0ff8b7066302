"""What a machine does to a program: killed at any moment, a full disk, no right to write, a clock going back."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cityrubric.intake.facts import read_city
from cityrubric.ledger.ledger import open_ledger
from cityrubric.rubric.model import Ruleset
from share import share_of
from test_command_line import TOP, run
from workbooks import GIVEN, STAFF, fill, write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills and limits of POSIX")

CITIES = 12
KILLS = {name: share_of(count, least=4) for name, count in {"batch": 100, "import": 60, "migrate": 40}.items()}
"""200 in all, unless fewer are asked for."""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-X", "utf8", "-m", "cityrubric", *arguments]


def start(*arguments: str) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command(*arguments), stdout=quiet, stderr=quiet, cwd=TOP, start_new_session=True)


def kill_after(child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill a command with all its processes, without warning; return whether it was still running."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return True
    return False


def duration(*arguments: str) -> float:
    begun = time.monotonic()
    assert run(*arguments).returncode == 0
    return time.monotonic() - begun


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def said_by(folder: Path) -> dict[str, bytes]:
    """What the files say, without locks and whatever else is hidden."""
    return {name: content for name, content in contents(folder).items() if not name.startswith(".")}


def check_ledger(file: Path, expected: dict[str, bytes]) -> set[str]:
    """It opens, is sound, and holds nothing but whole results; return the cities it holds."""
    with open_ledger(file) as ledger:
        assert ledger.database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        entries = [*ledger.latest()]
    for entry in entries:
        assert entry.document == json.loads(expected[f"{entry.city}/assessment.json"])
    return {entry.city for entry in entries}


@pytest.mark.slow
def test_killed_at_any_moment_a_batch_loses_nothing_and_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    """Killed again and again on the same folder and ledger, until it is done; then from the beginning."""
    run("generate", "--cities", str(CITIES), "--seed", "3", "--out", str(tmp_path / "cities"))
    cities = sorted(map(str, (tmp_path / "cities").iterdir()))
    takes = duration("assess", *cities, "--jobs", "2", "--out", str(tmp_path / "expected"))
    expected = contents(tmp_path / "expected")
    dice, killed, finished = random.Random(1), 0, 0
    out, ledger = tmp_path / "out", tmp_path / "ledger.db"
    again = ["assess", *cities, "--jobs", "2", "--out", str(out), "--ledger", str(ledger), "--resume"]
    while killed < KILLS["batch"]:
        running = kill_after(start(*again), dice.uniform(0.2, takes * 1.1))
        killed += running
        whole = {name: content for name, content in contents(out).items() if not name.endswith(".part")}
        assert all(expected[name] == content for name, content in whole.items())
        if ledger.exists():
            check_ledger(ledger, expected)
        if not running or killed % 10 == 0:
            assert run(*again).returncode == 0
            assert contents(out) == expected
            assert check_ledger(ledger, expected) == {name.partition("/")[0] for name in expected}
            finished += 1
            shutil.rmtree(out)
            for file in tmp_path.glob("ledger.db*"):
                file.unlink()
    assert finished >= KILLS["batch"] // 10


@pytest.mark.slow
def test_killed_at_any_moment_an_import_is_whole_or_not_at_all(ruleset: Ruleset, tmp_path: Path) -> None:
    city = shutil.copytree(TOP / "cities" / "xining", tmp_path / "xining")
    hands = []
    for number, name in enumerate(("张三", "李四")):
        path = write(city, ruleset, name, name=name)
        fill(path, {STAFF: {"数值或内容": 800 + number, **GIVEN}})
        hands.append(str(path))
    _kill_again_and_again(city, ["import", *hands, str(city)], KILLS["import"], ruleset)


@pytest.mark.slow
def test_killed_at_any_moment_a_migration_is_whole_or_not_at_all(ruleset: Ruleset, tmp_path: Path) -> None:
    city = tmp_path / "city"
    city.mkdir()
    text = (TOP / "cities" / "panjin" / "city.toml").read_text(encoding="utf-8")
    (city / "city.toml").write_text(text, encoding="utf-8")
    _kill_again_and_again(city, ["migrate", str(city), "--from", "2014", "--to", "2021"], KILLS["migrate"], ruleset)


def _kill_again_and_again(city: Path, arguments: list[str], kills: int, ruleset: Ruleset) -> None:
    """Whatever is there after a kill says what the files said before, or what they say after a whole run."""
    before = said_by(city)
    done = run(*arguments)
    assert done.returncode in {0, 1}, done.stderr
    after, takes = said_by(city), 0.0
    dice, killed, seen = random.Random(2), 0, {"before": 0, "after": 0}
    while killed < kills:
        shutil.rmtree(city)
        for name, content in before.items():
            (city / name).parent.mkdir(parents=True, exist_ok=True)
            (city / name).write_bytes(content)
        begun = time.monotonic()
        killed += kill_after(start(*arguments), dice.uniform(0.1, takes * 1.05 or 1.0))
        takes = max(takes, time.monotonic() - begun)
        read_city(city, ruleset)  # which puts in its place what was written whole
        found = said_by(city)
        assert found in (before, after)
        seen["before" if found == before else "after"] += 1
        assert not [name for name in contents(city) if name == ".changes.json"]
    assert seen["before"]


def limited(bytes_left: int) -> Callable[[], None]:
    """No file may grow beyond this: what a full disk does to a program, file by file."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of 1 MB, where this may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_said_and_what_was_there_stays(small_disk: Path) -> None:
    assert run("assess", "panjin", "--out", str(small_disk / "out")).returncode == 0
    before = contents(small_disk / "out")
    with pytest.raises(OSError, match="No space"):
        (small_disk / "filler").write_bytes(bytes(2**21))
    for arguments in (("--out", str(small_disk / "out")), ("--ledger", str(small_disk / "ledger.db"))):
        done = run("assess", "shenyang", "panjin", *arguments)
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
        assert "No space left on device" in done.stderr or "full" in done.stderr
    done = run("assess", "shenyang", "panjin", "--jobs", "2", "--out", str(small_disk / "out"))
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert contents(small_disk / "out") == before
    (small_disk / "filler").unlink()
    assert run("assess", "shenyang", "panjin", "--out", str(small_disk / "out")).returncode == 0


COMMANDS = {
    "assess": ["assess", "panjin", "--out", "{out}"],
    "ledger": ["assess", "panjin", "--ledger", "{out}/ledger.db"],
    "documents": ["assess", "panjin", "--out", "{out}", "--format", "html,word,excel"],
    "generate": ["generate", "--cities", "2", "--out", "{out}"],
    "workbook": ["workbook", "panjin", "--part", "A.10.38", "--out", "{out}/w.xlsx"],
}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "workbook"])  # openpyxl prints what it meets
def test_a_file_that_cannot_grow_is_said_and_nothing_is_left(name: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    arguments = [word.format(out=tmp_path / "out") for word in COMMANDS[name]]
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, cwd=TOP, check=False, preexec_fn=limited(100)
    )
    assert done.returncode in {1, 2}, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file() and path.suffix != ".db"] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_in_which_nobody_may_write_is_said(name: str, tmp_path: Path) -> None:
    """A file stands where the folder should be: that stops even root."""
    (tmp_path / "out").write_text("")
    arguments = [word.format(out=tmp_path / "out") for word in COMMANDS[name]]
    done = run(*arguments)
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "out") in done.stderr
    assert (tmp_path / "out").read_text() == ""


CLOSED = "import os, sys; os.close(1); os.execv(sys.argv[1], sys.argv[1:])"
"""Runs a program whose standard output is closed."""


@pytest.mark.parametrize("command", [["schema", "city"], ["evidence", "xining"], ["assess", "xining", "--json"]])
def test_a_closed_output_is_no_fault(command: list[str]) -> None:
    program = [sys.executable, "-X", "utf8", "-m", "cityrubric", *command]
    done = subprocess.run([sys.executable, "-c", CLOSED, *program], stderr=subprocess.PIPE, check=False, cwd=TOP)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_reader_who_has_gone_is_told_once() -> None:
    program = [sys.executable, "-u", "-X", "utf8", "-m", "cityrubric", "--lang", "zh", "evidence", "xining"]
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(program, stdout=writes, stderr=subprocess.PIPE, check=False, cwd=TOP)
    os.close(writes)
    assert (done.returncode, done.stderr.decode()) == (1, "结果的接收方已退出；尚未完成的部分没有完成\n")


def test_two_runs_into_one_folder_and_one_ledger(tmp_path: Path) -> None:
    assert run("generate", "--cities", "8", "--out", str(tmp_path / "cities")).returncode == 0
    cities = sorted(map(str, (tmp_path / "cities").iterdir()))
    run("assess", *cities, "--out", str(tmp_path / "expected"))
    arguments = ["assess", *cities, "--out", str(tmp_path / "out"), "--ledger", str(tmp_path / "ledger.db")]
    runs = [start(*arguments), start(*arguments, "--jobs", "2"), start(*arguments, "--resume")]
    assert [child.wait(240) for child in runs] == [0, 0, 0]
    expected = contents(tmp_path / "expected")
    assert contents(tmp_path / "out") == expected
    assert len(check_ledger(tmp_path / "ledger.db", expected)) == 8
    with open_ledger(tmp_path / "ledger.db") as ledger:
        assert ledger.database.execute("SELECT max(revision), count(*) FROM revision").fetchone() == (1, 8)


def test_a_city_that_vanishes_costs_no_other(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        shutil.copytree(TOP / "cities" / "panjin", tmp_path / name)
    (tmp_path / "b" / "city.toml").unlink()
    done = run("assess", *(str(tmp_path / name) for name in "abc"), "--jobs", "2", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "b failed: " in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "c"]


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@pytest.mark.skipif(FAKETIME is None, reason="no libfaketime here")
@pytest.mark.parametrize("clock", ["-20y", "+40y", "@2021-12-31 23:59:58 x3600"])
def test_the_clock_bears_on_nothing(clock: str, tmp_path: Path) -> None:
    """Neither a wrong clock nor one that runs an hour a second changes a byte, ends a run or a wait."""
    cities = ["xining", "panjin", "ningbo"]
    assert run("assess", *cities, "--out", str(tmp_path / "expected")).returncode == 0
    where = ["--out", str(tmp_path / "out"), "--ledger", str(tmp_path / "ledger.db"), "--jobs", "2"]
    faked = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    done = run("assess", *cities, *where, **faked)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == contents(tmp_path / "expected")
    assert run("assess", *cities, *where, "--resume").returncode == 0
    assert len(check_ledger(tmp_path / "ledger.db", contents(tmp_path / "expected"))) == 3
