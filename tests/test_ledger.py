"""The ledger: nothing twice, nothing lost, nothing half, and what it tells is what the intervals allow."""

import copy
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cityrubric.errors import CityrubricError
from cityrubric.intake.facts import read_city
from cityrubric.ledger.changes import Stated
from cityrubric.ledger.compare import compare
from cityrubric.ledger.ledger import open_ledger, record
from cityrubric.ledger.province import over_all
from cityrubric.ledger.shape import STEPS
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_document
from cityrubric.telling.tell import assess
from test_command_line import run

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


def small(city: str = "a", *, rate: tuple[float, float] = (0, 100), year: int = 2021, **more: Any) -> dict[str, Any]:
    group = {
        "id": "A",
        "title": "基础工作",
        "role": "base",
        "score": list(rate),
        "max_score": 100.0,
        "applicable": 100.0,
    }
    return {
        "city": {"id": city, "name": f"{city}市", "province": more.pop("province", "省"), "areas": []},
        "assessment_year": year,
        "ruleset": {"version": "v", "hash": "h"},
        "plugins": [],
        "facts": [],
        "facts_hash": "",
        "outcomes": [],
        "findings": [],
        "scores": {"groups": [group], "rate": list(rate), "total": list(rate)},
        "conclusion": {"verdict": "undetermined", "declared": None},
        **more,
    }


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


@pytest.mark.parametrize(
    ("rates", "by", "ranks"),
    [
        ([(90, 95), (80, 89), (10, 20)], "", [(1, 1), (2, 2), (3, 3)]),
        ([(90, 95), (80, 90), (10, 20)], "", [(1, 2), (1, 2), (3, 3)]),
        ([(0, 100), (90, 95), (80, 89)], "", [(1, 3), (1, 2), (2, 3)]),
        ([(0, 100), (90, 95), (80, 89)], "least", [(3, 3), (1, 1), (2, 2)]),
        ([(0, 100), (90, 95), (80, 89)], "most", [(1, 1), (2, 2), (3, 3)]),
    ],
)
def test_overlapping_intervals_are_not_ranked_apart_unless_told(
    tmp_path: Path, rates: list[tuple[float, float]], by: str, ranks: list[tuple[int, int]]
) -> None:
    for city, rate in zip("abc", rates, strict=True):
        record(tmp_path / "l.db", small(city, rate=rate))
    with open_ledger(tmp_path / "l.db") as ledger:
        found = {one.city: one.rank for one in compare(ledger, "abc", None, None, by).standings}
    assert found == dict(zip("abc", ranks, strict=True))


def test_cities_under_different_rules_are_not_ranked(tmp_path: Path) -> None:
    record(tmp_path / "l.db", small("a", rate=(90, 95)))
    record(tmp_path / "l.db", small("b", rate=(10, 20), ruleset={"version": "w", "hash": "i"}))
    with open_ledger(tmp_path / "l.db") as ledger:
        assert [one.rank for one in compare(ledger, "ab", None, None).standings] == [None, None]


def test_who_improved_and_why(tmp_path: Path, ruleset: Ruleset) -> None:
    """A fact that fell short the year before: the verdict that changed, and that fact alone beside it."""
    now = to_document(assess(read_city(CITIES / "ningbo", ruleset), ruleset))
    folder = tmp_path / "ningbo"
    folder.mkdir()
    text = (CITIES / "ningbo" / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(text.replace("86.16", "79.5"), encoding="utf-8")
    record(tmp_path / "l.db", to_document(assess(read_city(folder, ruleset), ruleset)))
    record(tmp_path / "l.db", now)
    with open_ledger(tmp_path / "l.db") as ledger:
        change = compare(ledger, ["宁波市"], 2021, "2021").standings[0].development
    assert change is not None
    assert (change.since, change.trend, change.same_rules) == ((2021, 1), "overlap", True)
    verdict = next(one for one in change.verdicts if one.id == "D.25.78")
    assert (verdict.after, verdict.direction) == ("met", "better")
    assert [(f.key, f.period, f.before, f.after) for f in verdict.facts] == [
        ("status.satisfaction", "2021", (Stated("79.5 分", "known", "self"),), (Stated("86.16 分", "known", "self"),))
    ]
    told = run("--lang", "zh", "compare", "ningbo", "--ledger", str(tmp_path / "l.db"))
    assert "79.5 分（城市自报） → 86.16 分（城市自报）" in told.stdout


def test_areas_are_told_by_their_names(tmp_path: Path) -> None:
    place = {"key": "f", "title": "件数", "state": "known", "by": "self", "period": "2021"}
    for given in ("1 件", "2 件"):
        facts = [{**place, "area": area, "given": given} for area in ("east", "gone")]
        document = small(facts=facts, facts_hash=given)
        document["city"]["areas"] = [{"id": "east", "name": "东区", "kind": "district"}]
        record(tmp_path / "l.db", document)
    done = run("compare", "a", "--ledger", str(tmp_path / "l.db"))
    assert "件数 2021 东区: 1 件" in done.stdout
    assert "件数 2021 gone: 1 件" in done.stdout


def test_the_previous_year_counts_where_there_is_no_earlier_revision(tmp_path: Path) -> None:
    for year, rate in ((2019, (10, 20)), (2020, (30, 40)), (2021, (45, 50))):
        record(tmp_path / "l.db", small(rate=rate, year=year))
    with open_ledger(tmp_path / "l.db") as ledger:
        developments = [compare(ledger, "a", year, None).standings[0].development for year in (2019, None)]
    assert developments[0] is None
    assert developments[1] is not None
    assert (developments[1].since, developments[1].trend) == ((2020, 1), "better")


def test_province_counts_the_weaknesses_of_latest_revisions(tmp_path: Path) -> None:
    weak = {"id": "W.x", "kind": "weakness", "title": "短", "says": "不足"}
    advice = {"id": "R.x", "kind": "recommendation", "says": "改", "because": ["finding:W.x"]}
    other = {**copy.deepcopy(advice), "id": "R.y", "says": "别的", "because": ["finding:W.y"]}
    for city, findings, province in (("a", [weak, advice, other], "省"), ("b", [weak], "省"), ("c", [weak], "外")):
        record(tmp_path / "l.db", small(city, findings=findings, province=province))
    record(tmp_path / "l.db", small("b", findings=[]))  # mended since
    with open_ledger(tmp_path / "l.db") as ledger:
        here, everywhere = over_all(ledger, "省", None), over_all(ledger, None, 2021)
        with pytest.raises(CityrubricError, match="no assessment of that province"):
            over_all(ledger, None, 1999)
    assert [(w.id, w.cities, w.recommendations) for w in here.weaknesses] == [("W.x", ("a市",), ("改",))]
    assert sorted(everywhere.weaknesses[0].cities) == ["a市", "c市"]


def test_the_commands(tmp_path: Path) -> None:
    file = str(tmp_path / "l.db")
    for _ in range(2):
        assert run("assess", "xining", "shenyang", "panjin", "ningbo", "--ledger", file).returncode == 0
    history = json.loads(run("history", "西宁市", "--ledger", file, "--json").stdout)
    assert [entry["revision"] for entry in history] == [1]
    told = run("compare", "xining", "shenyang", "panjin", "ningbo", "--ledger", file)
    assert told.returncode == 0
    assert told.stdout.count("1..4") == 4
    assert "\x1b" not in told.stdout
    assert "(100.94 / 122)" in " ".join(told.stdout.split())
    compared = json.loads(run("compare", "xining", "panjin", "--ledger", file, "--json").stdout)
    assert {one["city"]: one["declared"]["compared"] for one in compared["standings"]} == {
        "xining": "open",
        "panjin": "other",
    }
    assert "1/4" in run("province", "--ledger", file).stdout
    assert "did you mean 'xining'?" in run("compare", "xinin", "--ledger", file).stderr
    assert "is a folder" in run("assess", "xining", "--ledger", str(tmp_path)).stderr
