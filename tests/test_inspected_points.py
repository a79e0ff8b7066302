"""Inspections follow their draw: points that were drawn are inspected, after the draw, and no others."""

import json
from pathlib import Path

import pytest

from cityrubric.intake.facts import read_city
from cityrubric.rubric.model import Ruleset
from inspecting import Row, faults, folder_of, rows_of


def record(points: list[str], mode: str, *, covert: bool) -> str:
    """The record of a draw of canteens in one district."""
    common = {"title": "t", "announced": "a", "ruleset": "2021", "rows": 9, "declared": 9}
    frozen = {**common, "register_hash": "0" * 64, "plan_hash": "0" * 64, "commitments": {}}
    listed = [
        {"id": p, "name": p, "district": "东区", "type": "Y17", "credit": "", "address": "", "team": ""} for p in points
    ]
    stratum = {"district": "东区", "type": "Y17", "size": 9, "minimum": 1, "points": listed, "reserves": []}
    head = {"schema_version": 1, "mode": mode, "covert": covert, "total": len(points), "frozen": frozen}
    return json.dumps({**head, "public": "p", "secret": "", "strata": [stratum], "replaced": [], "outside": []})


DRAWN = """
[[draws]]
record = "open.json"
drawn_on = 2021-11-01

[[draws]]
record = "covert.json"
drawn_on = 2021-11-01
"""


def drawn(rows: list[Row], tmp_path: Path, ruleset: Ruleset) -> Path:
    folder = folder_of(tmp_path, {"inspections.csv": rows}, ruleset, DRAWN)
    (folder / "open.json").write_text(record(["P1", "P2"], "明查", covert=False), encoding="utf-8")
    (folder / "covert.json").write_text(record(["C1"], "暗访", covert=True), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"time": "2021-10-31"}, "row 2: inspected on 2021-10-31, before its point was drawn on 2021-11-01"),
        ({"point": "C1"}, "row 2: 'C1' is a covert point and must not stand among those of 明查"),
        ({"point": "P9"}, "row 2: 'P9' was not drawn for 明查"),
        ({"district": "西县"}, "row 2: 'P1' was drawn as 东区 Y17"),
    ],
)
def test_inspections_follow_their_draw(change: Row, says: str, tmp_path: Path, ruleset: Ruleset) -> None:
    rows = [{**row, **change} for row in rows_of("Y17", "P1", ruleset)]
    told = faults(drawn(rows, tmp_path, ruleset), ruleset)
    assert told[0] == says
    assert len(told) == len(rows)


def test_a_point_that_was_replaced_is_no_longer_inspected(tmp_path: Path, ruleset: Ruleset) -> None:
    folder = drawn(rows_of("Y17", "P1", ruleset), tmp_path, ruleset)
    document = json.loads((folder / "open.json").read_text(encoding="utf-8"))
    stratum = document["strata"][0]
    stratum["reserves"] = [{**stratum["points"][0], "id": "R1"}]
    document["replaced"] = [{"out": "P1", "into": "R1", "reason": "歇业"}]
    (folder / "open.json").write_text(json.dumps(document), encoding="utf-8")
    told = faults(folder, ruleset)
    assert told == [f"row {n}: 'P1' was replaced by a reserve and is no longer a point of 明查" for n in range(2, 8)]
    folder = folder_of(tmp_path, {"inspections.csv": rows_of("Y17", "R1", ruleset)}, ruleset, DRAWN)
    city = read_city(folder, ruleset)
    assert city.inspections is not None
    assert city.inspections.not_visited == ("C1", "P2")


def test_points_that_were_drawn_and_not_visited_are_named(tmp_path: Path, ruleset: Ruleset) -> None:
    city = read_city(drawn(rows_of("Y17", "P1", ruleset), tmp_path, ruleset), ruleset)
    assert city.inspections is not None
    assert city.inspections.not_visited == ("C1", "P2")
