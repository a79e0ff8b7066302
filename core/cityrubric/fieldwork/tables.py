"""A table of text from CSV, Parquet or xlsx: every row with the number its reader sees, none left out."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import define, field, frozen

from cityrubric.errors import FAULTS_SHOWN, UNSEEN, CityrubricError, Fault, FaultLog, did_you_mean, reason
from cityrubric.language import translate as _
from cityrubric.limits import limits
from cityrubric.workbooks import check_columns, check_size, open_workbook, sheet_rows

_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number


@frozen
class Table:
    """Headings and rows of text.

    Attributes:
        headings: the first row.
        rows: the others; the first of them is row 2.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@define
class RowFaults:
    """Faults of one table by row: the first hundred are kept, all are counted."""

    document: str
    kept: list[Fault] = field(factory=list)
    count: int = 0

    def add(self, row: int | None, says: str) -> None:
        """Note what is wrong in a row, or in the whole table."""
        self.count += 1
        if len(self.kept) < FAULTS_SHOWN:
            self.kept.append(Fault(self.document, "" if row is None else _("row {n}").format(n=row), says))

    def hand_on(self, log: FaultLog) -> None:
        """Note in a log what was noted here, and how many there are besides."""
        log.faults += self.kept
        if more := self.count - len(self.kept):
            log.more[self.document] = log.more.get(self.document, 0) + more

    def check(self) -> None:
        """Raise what was noted.

        Raises:
            Faults: if anything was.
        """
        log = FaultLog()
        self.hand_on(log)
        log.check()


def read_table(path: Path, faults: RowFaults, sheet: str | None = None) -> Table:
    """Read a table; text is in NFC and without spaces around it.

    Args:
        path: a file ending in csv (UTF-8), parquet or xlsx.
        faults: where faulty rows are noted.
        sheet: which sheet of a workbook; needed where it has several.

    Raises:
        Faults: if the file cannot be read at all.
        CityrubricError: if it is of another kind.
    """
    readers: dict[str, Callable[[Path, str | None], Sequence[Sequence[object]]]] = {
        ".csv": _csv_rows,
        ".parquet": _parquet_rows,
        ".xlsx": _workbook_rows,
    }
    if path.suffix.lower() not in readers:
        raise CityrubricError(_("{file}: must end in .csv, .parquet or .xlsx").format(file=path.as_posix()))
    try:
        rows = readers[path.suffix.lower()](path, sheet)
    except OSError as error:
        faults.add(None, _("cannot be read: {why}").format(why=reason(error)))
    except UnicodeDecodeError as error:
        faults.add(None, _("not UTF-8 (byte {n}); save it as UTF-8").format(n=error.start))
    except ValueError as error:
        faults.add(None, _("cannot be read: {why}").format(why=error))
    else:
        table = _table(rows, faults)
        if table:
            return table
        faults.add(None, _("is empty"))
    faults.check()
    raise AssertionError  # a fault was noted on every way here


def _table(rows: Sequence[Sequence[object]], faults: RowFaults) -> Table | None:
    if len(rows) > limits().rows + 1:
        faults.add(None, _("{n} rows; the limit is {limit}").format(n=len(rows) - 1, limit=limits().rows))
        faults.check()
    cleaned = [tuple(_text(cell, number, faults) for cell in row) for number, row in enumerate(rows, 1)]
    while cleaned and not any(cleaned[-1]):
        cleaned.pop()  # empty lines after the last row
    if not cleaned:
        return None
    width = len(cleaned[0])
    for number, row in enumerate(cleaned, 1):
        if len(row) != width:
            faults.add(number, _("{n} cells instead of {wanted}").format(n=len(row), wanted=width))
    return Table(cleaned[0], tuple((*row, *[""] * width)[:width] for row in cleaned[1:]))


def _text(cell: object, row: int, faults: RowFaults) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        unseen = None if cell.isprintable() else UNSEEN.search(cell := cell.replace("\r\n", "\n"))
        if unseen:
            message = _("holds a character that cannot be shown ({code}); delete it")
            faults.add(row, message.format(code=f"U+{ord(unseen[0]):04X}"))
        return cell.strip() if cell.isascii() else unicodedata.normalize("NFC", cell).strip()
    if isinstance(cell, float) and cell.is_integer():
        if abs(cell) >= _EXACT:
            faults.add(row, _("a number of more than 15 digits has lost some; format the column as text"))
        return str(int(cell))
    return str(cell)


def _csv_rows(path: Path, _sheet: str | None) -> Sequence[Sequence[object]]:
    check_size(path)
    text = path.read_bytes().decode("utf-8-sig")
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _parquet_rows(path: Path, _sheet: str | None) -> Sequence[Sequence[object]]:
    import polars

    check_columns(path, most=limits().rows)
    try:
        frame = polars.read_parquet(path.absolute(), glob=False)  # to polars "~" is somebody's home
    except polars.exceptions.PolarsError as error:
        raise ValueError(str(error)) from error
    return [frame.columns, *frame.iter_rows()]


def _workbook_rows(path: Path, sheet: str | None) -> Sequence[Sequence[object]]:
    workbook = open_workbook(path)
    names = workbook.sheet_names
    if not names:
        raise ValueError(_("has no sheet"))
    if sheet is None and len(names) > 1:
        raise ValueError(_("has several sheets; name one of them: {names}").format(names=", ".join(names)))
    if sheet is not None and sheet not in names:
        raise ValueError(_("has no sheet '{name}'; it has: {names}").format(name=sheet, names=", ".join(names)))
    return sheet_rows(workbook, sheet or names[0])


def locate(table: Table, columns: dict[str, str], faults: RowFaults, mend: str = "") -> dict[str, int]:
    """Find columns by their headings.

    Args:
        table: where.
        columns: our name -> heading.
        faults: where headings that are missing, or stand there twice, are noted.
        mend: what else one may do about a missing one.

    Returns:
        Our name -> position.
    """
    found = {}
    for name, heading in columns.items():
        places = [i for i, other in enumerate(table.headings) if other == heading]
        if not places:
            faults.add(1, _("no column '{name}'").format(name=heading) + did_you_mean(heading, table.headings) + mend)
        elif len(places) > 1:
            faults.add(1, _("two columns are called '{name}'").format(name=heading))
        else:
            found[name] = places[0]
    return found
