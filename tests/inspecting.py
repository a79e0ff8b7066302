"""Tables of inspections, written as inspectors hand them in; and what a city that was read from them says."""

from datetime import date
from pathlib import Path

import pytest

from cityrubric.assessment import Assessment
from cityrubric.authoring.visits import Visits, fictional_visits
from cityrubric.errors import Faults
from cityrubric.inspected import FactRate
from cityrubric.intake.facts import read_city
from cityrubric.records import City, Claim
from cityrubric.rubric.model import Ruleset
from tabular import write

CITY = """
schema_version = 1
name = "虚构市"
province = "虚构省"
assessment_year = 2021
reference_date = 2021-12-31

[areas]
east = { name = "东区", kind = "district" }
west = { name = "西县", kind = "county" }
"""
Row = dict[str, str]
SAME = {"mode": "明查", "district": "东区", "time": "2021-11-03 10:00", "inspector": "甲", "second": "乙"}


def rows_of(type_: str, point: str, ruleset: Ruleset, **changes: Row) -> list[Row]:
    """All rows of a point passed, but for changes by the last part of the row's id, such as r2."""
    assert ruleset.inspections is not None
    sheet = next(sheet for sheet in ruleset.inspections.sheets if sheet.type == type_)
    mode = next(iter(changes.values()), {}).get("mode", sheet.modes[0])
    base = [
        {**SAME, "mode": mode, "point": point, "type": type_, "row": row.id, "result": "符合"}
        for row in sheet.asked(mode)
    ]
    return [{**row, **changes.get("r" + row["row"].partition(".")[2].replace(".", "_"), {})} for row in base]


def written(folder: Path, tables: dict[str, list[list[str]]]) -> Path:
    """Write the city with its tables, and return its folder."""
    folder.mkdir(exist_ok=True)
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    for name, cells in tables.items():
        write(folder / name, cells)
    return folder


def folder_of(tmp_path: Path, tables: dict[str, list[Row]], ruleset: Ruleset, mapping: str = "") -> Path:
    assert ruleset.inspections is not None
    columns = ruleset.inspections.columns
    cells = {
        name: [[*columns.values()], *([row.get(column, "") for column in columns] for row in rows)]
        for name, rows in tables.items()
    }
    folder = written(tmp_path, cells)
    if mapping:
        (folder / "inspections.toml").write_text("schema_version = 1\n" + mapping, encoding="utf-8")
    return folder


def one(city: City, key: str) -> Claim:
    (claim,) = [claim for claim in city.claims if claim.key == key]
    return claim


def fact(city: City, key: str) -> FactRate:
    assert city.inspections is not None
    return next(rate for rate in city.inspections.facts if rate.key == key)


def faults(folder: Path, ruleset: Ruleset) -> list[str]:
    with pytest.raises(Faults) as raised:
        read_city(folder, ruleset)
    return [f"{fault.path}: {fault.says}" for fault in raised.value.faults]


FAIL = {"result": "不符合"}
FOUND = {**FAIL, "photos": "1.jpg", "confirmed": "是"}


def outcome(assessment: Assessment, id_: str) -> tuple[str, tuple[float, float]]:
    return next((one.verdict, one.score) for one in assessment.outcomes if one.id == id_)


def visited(seed: int, count: int, ruleset: Ruleset) -> list[list[str]]:
    visits = Visits(seed, count, ("东区", "西县"), date(2021, 12, 30))
    return [[*row] for row in fictional_visits(visits, ruleset)]
