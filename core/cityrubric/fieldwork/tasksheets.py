"""Workbooks for those who go out: the list of a draw, and a task sheet for each team to print on A4.

What comes from a register is always written as text: a name that begins with `=` is no formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cityrubric.fieldwork.plan import Plan
from cityrubric.fieldwork.record import Point, Record, current_points
from cityrubric.office import workbook_bytes, write_row

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LIST_COLUMNS = ("number", "mode", "id", "name", "district", "type", "address", "credit", "team")
_SHEET_COLUMNS = {"number": 6, "name": 30, "address": 30, "type": 16, "time": 14, "result": 26, "signed": 14}
_HEADING_ROW = 3
_ROW_HEIGHT = 30  # points; room to write by hand


def point_list(record: Record, plan: Plan, types: Mapping[str, str]) -> bytes:
    """Return the list of the points to be inspected as a workbook.

    Args:
        record: of the draw.
        plan: whose headings it bears.
        types: titles of the business types.
    """
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = _only_sheet(workbook)
    write_row(sheet, 1, [plan.texts["headings"][name] for name in LIST_COLUMNS])
    for number, point in enumerate(current_points(record), 1):
        entries = _entries(point, number, record, types)
        write_row(sheet, number + 1, [entries[name] for name in LIST_COLUMNS])
    sheet.freeze_panes = "A2"
    return workbook_bytes(workbook)


def task_sheets(record: Record, plan: Plan, types: Mapping[str, str]) -> dict[str, bytes]:
    """Return a workbook for each team that has points."""
    teams: dict[str, list[tuple[int, Point]]] = {}
    for number, point in enumerate(current_points(record), 1):
        teams.setdefault(point.team, []).append((number, point))
    return {team: _task_sheet(team, points, record, plan, types) for team, points in teams.items()}


def _task_sheet(
    team: str, points: Iterable[tuple[int, Point]], record: Record, plan: Plan, types: Mapping[str, str]
) -> bytes:
    from openpyxl import Workbook

    texts = plan.texts
    workbook = Workbook()
    sheet = _only_sheet(workbook)
    write_row(sheet, 1, [plan.title])
    write_row(sheet, 2, [f"{texts['title']} {record.mode} {team}"])
    write_row(sheet, _HEADING_ROW, [texts["headings"][name] for name in _SHEET_COLUMNS])
    row = _HEADING_ROW
    for number, point in points:
        row += 1
        entries = _entries(point, number, record, types)
        entries["address"] = entries["address"] or entries["district"]  # where to go, as far as the register says
        write_row(sheet, row, [entries.get(name, "") for name in _SHEET_COLUMNS])
    last = row + texts["blank_rows"]
    _lay_out(sheet, last)
    for number, signature in enumerate(texts["signatures"]):
        write_row(sheet, last + 2 + number, [signature])
        sheet.row_dimensions[last + 2 + number].height = _ROW_HEIGHT
    return workbook_bytes(workbook)


def _lay_out(sheet: Worksheet, last: int) -> None:
    """A4 across, the headings on every page, lines around every cell down to the last row."""
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.worksheet.properties import PageSetupProperties

    line = Side(style="thin")
    for row in range(_HEADING_ROW, last + 1):
        sheet.row_dimensions[row].height = _ROW_HEIGHT
        for column in range(1, len(_SHEET_COLUMNS) + 1):
            cell = sheet.cell(row, column)
            cell.border = Border(line, line, line, line)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.font = Font(bold=row == _HEADING_ROW)
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    for letter, width in zip("ABCDEFG", _SHEET_COLUMNS.values(), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.print_title_rows = f"1:{_HEADING_ROW}"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    assert sheet.oddFooter is not None
    sheet.oddFooter.center.text = "&P / &N"


def _entries(point: Point, number: int, record: Record, types: Mapping[str, str]) -> dict[str, str]:
    return {
        "number": str(number),
        "mode": record.mode,
        "id": point.id,
        "name": point.name,
        "district": point.district,
        "type": types.get(point.type, point.type),
        "address": point.address,
        "credit": point.credit,
        "team": point.team,
    }


def _only_sheet(workbook: Workbook) -> Worksheet:
    sheet = workbook.active
    assert sheet is not None
    return sheet
