"""Filling in workbooks as assessors do; shared by the tests that need some."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cityrubric.errors import FaultLog, Faults
from cityrubric.intake.entries import Entry, entries_of
from cityrubric.intake.facts import read_city, read_documents
from cityrubric.intake.importing import import_files, write_import
from cityrubric.intake.workbook.plan import plan_workbook
from cityrubric.intake.workbook.questions import read_part
from cityrubric.intake.workbook.writing import workbook_bytes
from cityrubric.rubric.model import Ruleset

GIVEN = {"谁的数据": "省级核实", "来源": "initial_assessment"}
STAFF = ("team.staff", "全市", "2021")


def write(
    folder: Path, ruleset: Ruleset, assessor: str = "张三", parts: tuple[str, ...] = ("B",), name: str = "w"
) -> Path:
    document = read_documents(folder, FaultLog())
    city = read_city(folder, ruleset)
    plan = plan_workbook(city, document, ruleset, read_part(parts, city, ruleset), assessor)
    path = folder.parent / f"{name}.xlsx"
    path.write_bytes(workbook_bytes(plan, city, ruleset))
    return path


def fill(
    path: Path, cells: Mapping[tuple[str, str, str], dict[str, Any]], spare: Sequence[dict[str, Any]] = ()
) -> None:
    """Fill in rows of facts, each known by its key, area and period; further rows go into the empty ones."""
    workbook = load_workbook(path)
    left = dict(cells)
    rest = list(spare)
    for sheet in workbook.worksheets:
        headings = {cell.value: cell.column for cell in sheet[2]}
        if "事实编号" not in headings or sheet.title in ("问卷调查", "分歧清单"):
            continue
        for row in range(3, sheet.max_row + 1):
            place = tuple(str(sheet.cell(row, headings[h]).value or "") for h in ("事实编号", "区县", "期间"))
            if place in left:
                put(sheet, row, headings, left.pop(place))
            elif not place[0] and rest:
                put(sheet, row, headings, rest.pop())
    assert (left, rest) == ({}, [])
    workbook.save(path)


def put(sheet: Worksheet, row: int, headings: dict[Any, int], values: dict[str, Any]) -> None:
    for heading, value in values.items():
        sheet.cell(row, headings[heading]).value = value


def add(path: Path, sheet: str, **values: Any) -> None:
    """Fill in the first empty row of a sheet."""
    workbook = load_workbook(path)
    headings = {cell.value: cell.column for cell in workbook[sheet][2]}
    row = next(
        n for n in range(3, 999) if not workbook[sheet].cell(n, 1).value and not workbook[sheet].cell(n, 2).value
    )
    put(workbook[sheet], row, headings, values)
    workbook.save(path)


def bring_in(folder: Path, ruleset: Ruleset, *paths: Path) -> None:
    write_import(import_files(paths, folder, ruleset), folder)


def stated(folder: Path, key: str) -> list[Entry]:
    return [entry for entry in entries_of(read_documents(folder, FaultLog())["facts"]) if entry.key == key]


def told(paths: list[Path], folder: Path, ruleset: Ruleset) -> list[str]:
    with pytest.raises(Faults) as raised:
        import_files(paths, folder, ruleset)
    return [f"{fault.path}: {fault.says}" if fault.path else fault.says for fault in raised.value.faults]


def column(sheet: Worksheet, title: str) -> int:
    """Where a heading of the first row stands."""
    return next(cell.column for cell in sheet[1] if cell.value == title)
