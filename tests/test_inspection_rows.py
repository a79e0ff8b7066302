"""Rows of inspections that cannot be right: every one is named, and all are counted."""

from pathlib import Path
from typing import Any

import pytest
import tomli

from cityrubric.errors import Faults
from cityrubric.intake.facts import read_city
from cityrubric.rubric.model import Ruleset
from inspecting import FAIL, FOUND, faults, folder_of, rows_of

BROKEN = tomli.loads((Path(__file__).parent / "broken" / "inspections.toml").read_text(encoding="utf-8"))["broken"]


@pytest.mark.parametrize("broken", BROKEN, ids=[broken["name"] for broken in BROKEN])
def test_each_bad_row_is_named(broken: dict[str, Any], tmp_path: Path, ruleset: Ruleset) -> None:
    rows = rows_of("Y17", "P1", ruleset)
    if "twice" in broken:
        rows.append(rows[broken["twice"] - 2])
    elif "without" in broken:
        del rows[broken["without"] - 2]
    else:
        rows[broken["row"] - 2].update(broken["put"])
    for name in ("inspections.csv", "inspections.parquet"):
        folder = folder_of(tmp_path / name.partition(".")[2], {name: rows}, ruleset)
        assert faults(folder, ruleset) == broken["says"]


def test_the_first_hundred_faults_are_told_and_all_are_counted(tmp_path: Path, ruleset: Ruleset) -> None:
    rows = [row for n in range(40) for row in rows_of("Y17", f"P{n}", ruleset)]
    for row in rows[10:]:
        row["district"] = "北区"
    with pytest.raises(Faults) as raised:
        read_city(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
    first, *told, last = str(raised.value).splitlines()
    assert first.endswith(f"inspections.csv: {len(rows) - 10} faults")
    assert len(told) == 100
    assert told[0].startswith("  row 12: ")
    assert last == f"  and {len(rows) - 10 - 100} faults more"


def test_of_two_faulty_tables_each_tells_its_own_number(tmp_path: Path, ruleset: Ruleset) -> None:
    long, short = ([row for n in some for row in rows_of("Y17", f"P{n}", ruleset)] for some in (range(40), (40,)))
    for row in (*long, *short[:2]):
        row["district"] = "北区"
    folder = folder_of(tmp_path, {"inspections-1.csv": long, "inspections-2.csv": short}, ruleset)
    with pytest.raises(Faults) as raised:
        read_city(folder, ruleset)
    counts = [line.rpartition(": ")[2] for line in str(raised.value).splitlines() if not line.startswith(" ")]
    assert counts == [f"{len(long)} faults", "2 faults"]


def test_a_deduction_without_the_ids_of_its_occurrences_is_refused(tmp_path: Path, ruleset: Ruleset) -> None:
    told = faults(folder_of(tmp_path, {"inspections.csv": rows_of("Y23", "P1", ruleset, r2=FAIL)}, ruleset), ruleset)
    assert told == ["row 3: '不符合' needs the id of each occurrence, one line each"]


def test_an_occurrence_at_two_points_is_refused(tmp_path: Path, ruleset: Ruleset) -> None:
    found = {**FOUND, "occurrence": "O1"}
    rows = [*rows_of("Y23", "P1", ruleset, r2=found), *rows_of("Y23", "P2", ruleset, r3=found)]
    told = faults(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
    assert told == ["row 9: occurrence 'O1' was recorded at 'P1' in row 3"]


@pytest.mark.parametrize("names", [("inspections.csv",), ("inspections-1.csv", "inspections-2.csv")])
@pytest.mark.parametrize(("type_", "district"), [("Y17", "西县"), ("Y18", "东区")])
def test_a_point_is_of_one_type_and_one_district(
    type_: str, district: str, names: tuple[str, ...], tmp_path: Path, ruleset: Ruleset
) -> None:
    """Even if every row of both is there."""
    first = rows_of("Y17", "P1", ruleset)
    second = [{**row, "district": district} for row in rows_of(type_, "P1", ruleset)]
    tables = {names[0]: [*first, *second]} if len(names) == 1 else dict(zip(names, (first, second), strict=True))
    told = faults(folder_of(tmp_path, tables, ruleset), ruleset)
    where = "row 2" if len(names) == 1 else "row 2 of inspections-1.csv"
    says = f"'P1' is {type_} in {district} here, and Y17 in 东区 in {where}"
    assert [one.partition(": ")[2] for one in told if "stands in row" not in one] == [says] * len(second)
    assert len(told) == len(second) * (2 if type_ == "Y17" and len(names) == 1 else 1)
