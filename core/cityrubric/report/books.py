"""Sheets of workbooks as rows of texts: written for offices, and read back where people fill them in.

Nothing is used that WPS lacks: text and number cells, frozen headings, filters, drop-downs of a list, conditional
formats that compare a cell with a text.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cityrubric.errors import FaultLog, reason
from cityrubric.language import translate as _
from cityrubric.office import row_height, workbook_bytes, write_row
from cityrubric.workbooks import open_workbook, sheet_rows

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | float
_HEADING_FILL, _OWN_FILL = "DDE6F0", "FFF8E1"
_A4 = 9
_DRAWN = ("xl/media/", "xl/comments", "xl/threadedComments", "xl/charts/")


@frozen
class Column:
    """A column of a sheet.

    Attributes:
        title: its heading.
        width: in signs.
        choices: what may stand in it, as a drop-down; empty for anything.
        own: people fill it in; nothing else ever writes over it.
        colours: text -> colour of cells that say so.
    """

    title: str
    width: float
    choices: tuple[str, ...] = ()
    own: bool = False
    colours: Mapping[str, str] = {}


@frozen
class Sheet:
    """A sheet: its headings in the first row, which stays in sight."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def write_book(sheets: Iterable[Sheet], mark: str) -> bytes:
    """Return a workbook; `mark` stands on every printed page."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for one in sheets:
        sheet = workbook.create_sheet(one.title[:31])
        _fill(sheet, one)
        _lay_out(sheet, one, mark)
    return workbook_bytes(workbook)


def read_rows(path: Path, sheet: str, columns: Sequence[Column], log: FaultLog) -> list[dict[str, str]]:
    """Read a sheet back: a dict of heading and text per row that says anything, with its number under "".

    What is wrong is noted: a file that is no such workbook, headings that are missing, texts that are no choice.
    """
    name = path.as_posix()
    try:
        workbook = open_workbook(path)
        if sheet not in workbook.sheet_names:
            log.add(name, "", _("has no sheet '{sheet}'").format(sheet=sheet))
            return []
        table = sheet_rows(workbook, sheet)
    except (OSError, ValueError) as error:
        log.add(name, "", _("cannot be read: {why}").format(why=reason(error)))
        return []
    headings = [_text(cell) for cell in table[0]] if table else []
    for column in columns:
        if headings.count(column.title) != 1:
            log.add(name, sheet, _("needs one column '{title}'").format(title=column.title))
    for title in headings:
        if title and title not in {column.title for column in columns}:
            log.add(name, sheet, _("the column '{title}' would be lost; put it into the notes").format(title=title))
    if any(headings.count(column.title) != 1 for column in columns):
        return []
    rows = [
        {"": str(n), **dict(zip(headings, map(_text, cells), strict=False))} for n, cells in enumerate(table[1:], 2)
    ]
    rows = [row for row in rows if any(text for title, text in row.items() if title)]
    _check_choices(rows, columns, name, sheet, log)
    return rows


def check_nothing_is_lost(path: Path, sheets: Collection[str], log: FaultLog) -> None:
    """Note what a workbook holds beside its sheets, and what would be gone once it is written anew.

    Args:
        path: a workbook that has been read.
        sheets: those that it should have.
        log: where it is noted.
    """
    for sheet in open_workbook(path).sheet_names:
        if sheet not in sheets:
            log.add(path.as_posix(), "", _("the sheet '{sheet}' would be lost; keep it elsewhere").format(sheet=sheet))
    with zipfile.ZipFile(path) as packed:
        if any(member.startswith(_DRAWN) for member in packed.namelist()):
            says = _("pictures and comments would be lost; write the names of the files into a column")
            log.add(path.as_posix(), "", says)


def row_place(sheet: str, row: Mapping[str, str], column: str) -> str:
    """Return where a cell stands, in words for a message."""
    return _("{sheet}, row {row}, {column}").format(sheet=sheet, row=row[""], column=column)


def _check_choices(
    rows: Iterable[Mapping[str, str]], columns: Iterable[Column], name: str, sheet: str, log: FaultLog
) -> None:
    for column in columns:
        for row in rows if column.choices else ():
            if row[column.title] not in {"", *column.choices}:
                message = _("{found} is not one of: {choices}")
                told = message.format(found=repr(row[column.title]), choices=", ".join(column.choices))
                log.add(name, row_place(sheet, row, column.title), told)


def _text(value: object) -> str:
    """What a cell says: a date as ISO, a whole number without a fraction."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _fill(sheet: Worksheet, one: Sheet) -> None:
    from copy import copy

    from openpyxl.styles import Alignment, Border, Font, PatternFill
    from openpyxl.styles import Side as Line

    line = Line(style="thin", color="BBBBBB")
    border, top = Border(line, line, line, line), Alignment(wrap_text=True, vertical="top")
    write_row(sheet, 1, [column.title for column in one.columns])
    for n, column in enumerate(one.columns, 1):
        heading = sheet.cell(1, n)
        heading.font, heading.border = Font(bold=True), border
        heading.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        heading.fill = PatternFill("solid", start_color=_OWN_FILL if column.own else _HEADING_FILL)
    styled: Any = None
    for n, row in enumerate(one.rows, 2):
        write_row(sheet, n, [cell if isinstance(cell, str) else "" for cell in row])
        for m, value in enumerate(row, 1):
            cell: Any = sheet.cell(n, m)
            if not isinstance(value, str):
                cell.value = value
            if styled is None or cell.quotePrefix:
                cell.border, cell.alignment = border, top
                styled = styled or (None if cell.quotePrefix else copy(cell._style))
            else:  # to set a style anew for every cell would be most of the time that a workbook takes
                cell._style = copy(styled)
        sheet.row_dimensions[n].height = row_height(map(str, row), (column.width for column in one.columns))


def _lay_out(sheet: Worksheet, one: Sheet, mark: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for n, column in enumerate(one.columns, 1):
        letter = get_column_letter(n)
        sheet.column_dimensions[letter].width = column.width
        _offer(sheet, column, f"{letter}2:{letter}{max(len(one.rows) + 200, 2) if column.own else len(one.rows) + 1}")
    sheet.freeze_panes = "C2" if len(one.columns) > 3 else "A2"
    if one.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(one.columns))}{len(one.rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    assert sheet.oddHeader is not None
    assert sheet.oddFooter is not None
    sheet.oddHeader.right.text = mark.replace("&", "&&")
    sheet.oddFooter.center.text = "&P / &N"


def _offer(sheet: Worksheet, column: Column, cells: str) -> None:
    """A drop-down of the choices, and colours for what cells say."""
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.choices:
        offered = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
        offered.showErrorMessage = True
        offered.add(cells)
        sheet.add_data_validation(offered)
    for text, colour in column.colours.items():
        fill = PatternFill("solid", bgColor=colour)
        rule: Any = CellIsRule
        sheet.conditional_formatting.add(cells, rule(operator="equal", formula=[f'"{text}"'], fill=fill))
