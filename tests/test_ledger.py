"""The ledger: nothing twice, nothing lost, nothing half, and no other file taken for one."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cityrubric.errors import CityrubricError
from cityrubric.intake.facts import read_city
from cityrubric.ledger.ledger import open_ledger, record
from cityrubric.ledger.shape import STEPS
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_document
from cityrubric.telling.tell import assess
from ledgers import small

CITIES = Path(__file__).parent.parent / "cities"
WRITER = """
import json, sys
from pathlib import Path
from cityrubric.ledger.ledger import record
document, name, count = json.loads(sys.argv[2]), sys.argv[3], int(sys.argv[4])
for n in range(count):
    document["city"]["id"], document["facts_hash"] = name if n % 2 else "shared", f"{name}{n}"
    record(Path(sys.argv[1]), document)
    print(n, flush=True)
"""


def writer(file: Path, name: str, count: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WRITER, str(file), json.dumps(small()), name, str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def integrity(file: Path) -> str:
    with open_ledger(file) as ledger:
        word: str = ledger.database.execute("PRAGMA integrity_check").fetchone()[0]
    return word


def test_the_same_is_stored_once_and_a_change_is_a_revision(tmp_path: Path) -> None:
    file = tmp_path / "l.db"
    first, second = small(), small(facts_hash="other")
    assert [record(file, d) for d in (first, first, second, second, first)] == [True, False, True, False, True]
    with open_ledger(file) as ledger:
        history = ledger.history("a市")
        frozen = ledger.database.execute("SELECT count(*) FROM frozen").fetchone()[0]
        assert next(ledger.latest()).document == first
    assert [entry.revision for entry in history] == [1, 2, 3]
    assert [entry.document for entry in history] == [first, second, first]
    assert frozen == 2


def test_it_writes_ahead_and_holds_groups_and_findings(tmp_path: Path, ruleset: Ruleset) -> None:
    document = to_document(assess(read_city(CITIES / "xining", ruleset), ruleset))
    record(tmp_path / "l.db", document)
    with open_ledger(tmp_path / "l.db") as ledger:
        assert ledger.database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        groups = ledger.database.execute("SELECT id, least, most FROM group_score ORDER BY id").fetchall()
        findings = {row[0] for row in ledger.database.execute("SELECT id FROM finding")}
        stored = json.dumps(ledger.history("xining")[0].document, sort_keys=True)
    assert groups == [(g["id"], *g["score"]) for g in document["scores"]["groups"]]
    assert findings == {finding["id"] for finding in document["findings"]}
    assert stored == json.dumps(document, sort_keys=True)


def test_an_assessment_that_cannot_be_stored_whole_leaves_nothing(tmp_path: Path) -> None:
    twice = [{"id": "W.x", "kind": "weakness"}] * 2
    with pytest.raises(CityrubricError, match="cannot be used"):
        record(tmp_path / "l.db", small(findings=twice))
    with open_ledger(tmp_path / "l.db") as ledger:
        assert ledger.database.execute("SELECT count(*) FROM frozen").fetchone()[0] == 0
        assert not [*ledger.latest()]


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    file, count = tmp_path / "l.db", 60
    running = [writer(file, name, count) for name in ("x", "y")]
    for process in running:
        process.communicate(timeout=120)
        assert process.returncode == 0
    with open_ledger(file) as ledger:
        stored = {(e.city, e.facts_hash) for name in ("x", "y", "shared") for e in ledger.history(name)}
        shared = [e.revision for e in ledger.history("shared")]
    assert stored == {(name if n % 2 else "shared", f"{name}{n}") for name in ("x", "y") for n in range(count)}
    assert shared == list(range(1, count + 1))


def kill_while_writing(file: Path, chance: random.Random) -> None:
    """Whatever a killed process said it had written is there, and the ledger takes more."""
    process = writer(file, "x", 100_000)
    assert process.stdout is not None
    said = int(process.stdout.readline())
    time.sleep(chance.uniform(0, 0.15))
    process.kill()
    said = max([said, *(int(line) for line in process.stdout.read().split("\n") if line)])
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    assert integrity(file) == "ok"
    with open_ledger(file) as ledger:
        stored = {e.facts_hash for name in ledger.names() for e in ledger.history(name)}
    assert {f"x{n}" for n in range(said + 1)} <= stored
    assert record(file, small("after", facts_hash=str(chance.random())))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(n, marks=pytest.mark.slow) for n in range(3, 40))])
def test_a_killed_process_leaves_a_readable_ledger(tmp_path: Path, seed: int) -> None:
    kill_while_writing(tmp_path / "l.db", random.Random(seed))


def test_an_older_ledger_is_migrated(tmp_path: Path) -> None:
    file, document = tmp_path / "l.db", small(findings=[{"id": "W.x", "kind": "weakness"}])
    database = sqlite3.connect(file)
    STEPS[0](database)
    text = json.dumps(document)
    database.execute(
        "INSERT INTO frozen VALUES ('f', 'a', 'a市', '省', 2021, 'v', 'h', '', 'undetermined', ?)", (text,)
    )
    database.execute("INSERT INTO revision VALUES ('省', 'a', 2021, 'v', 1, 'f')")
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()
    with open_ledger(file) as ledger:
        assert ledger.database.execute("PRAGMA user_version").fetchone()[0] == len(STEPS) == 2
        assert ledger.history("a")[0].document == document
        assert ledger.database.execute("SELECT * FROM finding").fetchall() == [("f", "W.x", "weakness")]
        assert ledger.database.execute("SELECT least, most FROM group_score").fetchall() == [(0, 100)]


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "l.db").touch()
    assert record(tmp_path / "l.db", small())


def test_a_newer_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "l.db"
    record(file, small())
    database = sqlite3.connect(file)
    database.execute("PRAGMA user_version = 99")
    database.commit()
    database.close()
    with pytest.raises(CityrubricError, match=r"version 99, this program knows 2; update it"):
        record(file, small("b"))


def test_what_is_no_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, whatever it is called", encoding="utf-8")
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE t (x)")
    other.close()
    for name, says in (
        ("text", "file is not a database"),
        ("other", "is a database, but no ledger"),
        (".", "is a folder"),
        ("text/l.db", "cannot be written: "),
    ):
        with pytest.raises(CityrubricError, match=says):
            record(tmp_path / name, small())
    with pytest.raises(CityrubricError, match="no such ledger"), open_ledger(tmp_path / "absent"):
        pass
    assert not (tmp_path / "absent").exists()
