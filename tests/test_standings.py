"""What a ledger tells of cities and years side by side is what the intervals allow."""

import copy
import json
from pathlib import Path

import pytest

from cityrubric.errors import CityrubricError
from cityrubric.intake.facts import read_city
from cityrubric.ledger.changes import Stated
from cityrubric.ledger.compare import compare
from cityrubric.ledger.ledger import open_ledger, record
from cityrubric.ledger.province import over_all
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_document
from cityrubric.telling.tell import assess
from ledgers import small
from test_command_line import run

CITIES = Path(__file__).parent.parent / "cities"


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
