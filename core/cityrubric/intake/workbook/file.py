"""An xlsx file from anybody -> the texts of its cells. What is no workbook, or a trap, is refused before it is parsed.

Entities are refused by defusedxml, which openpyxl uses where it is installed.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from attrs import define, field

from cityrubric.errors import FaultLog, reason
from cityrubric.intake.toml import digits
from cityrubric.intake.workbook import words
from cityrubric.intake.workbook.typed import clean
from cityrubric.language import translate as _
from cityrubric.limits import limits
from cityrubric.workbooks import look_through

_NOT_ZIPPED = b"\xd0\xcf\x11\xe0"
_LITERAL = re.compile(r'"[^"]*"|[\\!_*].|\[[^\]]*\]')
"""What a number format shows as it stands: a percent sign among it multiplies nothing."""
_SPECIAL = re.compile(rb"<(?:\w+:)?(?:f[\s/>]|mergeCell\s)")


@define
class Grid:
    """The cells of one sheet.

    Attributes:
        rows: row number -> column number -> text; empty ones are left out.
        merged: (row, column) of cells that take their text from the one above that they are merged with.
        faulty: (row, column) -> why there is no text.
    """

    rows: dict[int, dict[int, str]] = field(factory=dict)
    merged: set[tuple[int, int]] = field(factory=set)
    faulty: dict[tuple[int, int], str] = field(factory=dict)


def read_grids(path: Path, log: FaultLog) -> Mapping[str, Grid] | None:
    """Read all sheets of a workbook.

    Returns:
        Sheets by title; None if a fault was noted.
    """
    name = path.name
    try:
        special = _look_inside(path, name, log)
        return None if special is None else _grids(path, special=special)
    except OSError as error:
        log.add(name, "", _("cannot be read: {why}; is it open elsewhere?").format(why=reason(error)))
    except Exception as error:  # whatever a file that somebody made may raise in a parser
        why = f"{type(error).__name__}: {error}".partition("\n")[0]
        says = _("holds XML entities, which no spreadsheet writes; it is refused")
        log.add(name, "", says if _is_forbidden(error) else _("is damaged, or no workbook: {why}").format(why=why))
    return None


def _is_forbidden(error: BaseException | None) -> bool:
    from defusedxml import DefusedXmlException

    while error is not None and not isinstance(error, DefusedXmlException):
        error = error.__cause__ or error.__context__
    return error is not None


def _look_inside(path: Path, name: str, log: FaultLog) -> bool | None:
    """Refuse what must not be parsed; otherwise tell whether some sheet has formulas or merged cells."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            old = file.read(4) == _NOT_ZIPPED
        says = _("is protected by a password, or in an old format; save it as .xlsx without a password")
        log.add(name, "", says if old else _("is no .xlsx workbook"))
        return None
    try:
        look_through(path, dense=False)
    except ValueError as error:
        log.add(name, "", str(error))
        return None
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")]
        return any(_SPECIAL.search(archive.read(sheet)) for sheet in sheets)


def _grids(path: Path, *, special: bool) -> dict[str, Grid]:
    """Most workbooks are read row by row; formulas and merged cells need all of it, and three times as long."""
    with path.open("rb") as file:  # closed even where the parser gives up half-way
        grids = {sheet.title: _grid(sheet) for sheet in _sheets(file, data_only=True, read_only=not special)}
        if special:
            for sheet in _sheets(file, data_only=False, read_only=True):
                _note_uncomputed(sheet, grids[sheet.title])
    return grids


def _sheets(file: BinaryIO, *, data_only: bool, read_only: bool) -> list[Any]:
    from openpyxl import load_workbook

    return list(load_workbook(file, data_only=data_only, read_only=read_only, keep_links=False).worksheets)


def _grid(sheet: Any) -> Grid:
    grid = Grid()
    for row in _rows(sheet):
        for cell in row:
            if cell.value is not None:
                if cell.data_type == "e":
                    grid.faulty[cell.row, cell.column] = str(cell.value)
                elif text := _text(cell):
                    grid.rows.setdefault(cell.row, {})[cell.column] = text
    merged = getattr(sheet, "merged_cells", ()) and sheet.merged_cells.ranges
    if sum(area.max_row - area.min_row for area in merged) > limits().rows:
        raise ValueError(_("merges more than {n} rows").format(n=limits().rows))
    for area in merged:
        for row in range(area.min_row + 1, area.max_row + 1):
            grid.merged.add((row, area.min_col))
            if area.min_col in grid.rows.get(area.min_row, {}):
                grid.rows.setdefault(row, {})[area.min_col] = grid.rows[area.min_row][area.min_col]
    return grid


def _rows(sheet: Any) -> Iterator[Any]:
    """All rows; what a sheet says of its own size does not count, for every row would be filled up to that."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
    elif sheet.max_row * sheet.max_column > limits().cells:
        message = _("a sheet of {rows} rows and {columns} columns; delete what is beyond the table, even if empty")
        raise ValueError(message.format(rows=sheet.max_row, columns=sheet.max_column))
    return iter(sheet.iter_rows())


def _note_uncomputed(sheet: Any, grid: Grid) -> None:
    for row in _rows(sheet):
        for cell in row:
            if cell.data_type == "f" and cell.column not in grid.rows.get(cell.row, {}):
                grid.faulty.setdefault((cell.row, cell.column), str(cell.value))


def _text(cell: Any) -> str:
    """What a person reads in a cell."""
    value = cell.value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return words.YES if value else words.NO
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, (int, float)):
        number = float(f"{value:.15g}")  # a spreadsheet shows no more, as of 0.1 + 0.2
        if "%" in _LITERAL.sub("", cell.number_format):
            return format((Decimal(repr(number)) * 100).normalize(), "f") + "%"
        return digits(number) + ("%" if "%" in cell.number_format else "")
    return str(value)


def filled(grid: Grid, first: int) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield the rows from a number on that are not empty."""
    numbers = {*grid.rows, *(row for row, _column in grid.faulty)}
    for number in sorted(n for n in numbers if n >= first):
        yield number, grid.rows.get(number, {})
