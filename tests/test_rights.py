"""What an ordinary user may not write or read: said, and nothing changes; what is only read needs no right to write."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
SETPRIV = shutil.which("setpriv")
AS_OTHERS = [str(SETPRIV), "--bounding-set=-dac_override,-dac_read_search", "--"]
"""Root without the right to pass over rights."""

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights otherwise"),
    pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0 and not SETPRIV, reason="root may write everywhere"),
]


def run(cwd: Path, line: str) -> subprocess.CompletedProcess[str]:
    rights = AS_OTHERS if os.geteuid() == 0 else []
    return subprocess.run(
        [*rights, sys.executable, "-m", "cityrubric", "--lang", "en", *line.split()],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def changed(office: Path) -> dict[Path, int]:
    """When each file and folder was last changed, but for what is in `free`."""
    return {path: path.stat().st_mtime_ns for path in (office, *office.rglob("*")) if "free" not in path.parts}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory):
    """A folder in which all is there and nothing may be written, but for `free`."""
    office = tmp_path_factory.mktemp("office")
    for name in ("city", "other", "unreadable"):
        shutil.copytree(TOP / "cities" / "panjin", office / name)
    assert run(office, "assess city --out out --ledger ledger/ledger.db").returncode == 0
    assert run(office, "workbook city -o w.xlsx").returncode == 0
    (office / "free").mkdir()
    closed = [path for path in (office, *office.rglob("*")) if path.name != "free"]
    for path in closed:
        path.chmod(0o500 if path.is_dir() else 0o400)
    (office / "unreadable" / "city.toml").chmod(0)
    yield office
    for path in closed:
        path.chmod(0o700)


@pytest.mark.parametrize(
    "line",
    [
        "assess city",
        "assess city --out out --resume",
        "assess city --out free/out --ledger free/new/ledger.db",
        "history 盘锦市 --ledger ledger/ledger.db",
        "compare 盘锦市 --ledger ledger/ledger.db",
        "province --ledger ledger/ledger.db",
        "report out/city/assessment.json --format html,word,excel --out free/report",
        "explain city A.01.01",
        "evidence city",
        "verify out/city/assessment.json",
        "workbook city -o free/w.xlsx",
    ],
)
def test_what_is_only_read_needs_no_right_to_write(line: str, office: Path) -> None:
    done = run(office, line)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("assess city --out out", "out/city/assessment.json"),
        ("assess city --out new", "new/city/assessment.json"),
        ("assess city other --jobs 2 --out new", "new"),
        ("assess other --ledger ledger/ledger.db", "ledger/ledger.db"),
        ("assess city --ledger new/ledger.db", "new/ledger.db"),
        ("report out/city/assessment.json --format html,word,excel --out new", "new"),
        ("import w.xlsx city", "city"),
        ("migrate city --from 2021 --to 2014", "city"),
        ("workbook city -o new.xlsx", "new.xlsx"),
        ("dossier city A.01.01 -o new.html", "new.html"),
        ("generate --cities 1 --out new", "new"),
        ("init new", "new"),
        ("bulk city --out new", "new"),
        ("assess unreadable", "city.toml"),
        ("assess unreadable city --out free/both", "city.toml"),
        ("workbook unreadable -o free/u.xlsx", "city.toml"),
        ("import w.xlsx unreadable", "unreadable"),
    ],
)
def test_what_may_not_be_written_or_read_is_said_and_stays(line: str, names: str, office: Path) -> None:
    before = changed(office)
    done = run(office, line)
    assert done.returncode in {1, 2}, done.stdout
    assert "Traceback" not in done.stderr
    assert names in done.stderr
    assert changed(office) == before
