"""Workbooks and Parquet files in: looked through before they are opened.

A small workbook can ask for any amount of memory, and what reads a damaged Parquet file may end the process.
"""

from __future__ import annotations

import multiprocessing
import re
import stat
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cityrubric.language import translate as _
from cityrubric.limits import limits

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_CELL = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,3})([0-9]{1,7})""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["']\s*([0-9]{1,7})""")
_READ_ALL = """
import sys
path, format, most, megabytes, *sys.path = sys.argv[1:]
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) * 2**20,) * 2)
except (ImportError, ValueError, OSError):
    pass
import polars
table = polars.scan_parquet(path, glob=False) if format == "parquet" else polars.scan_ipc(path, glob=False)
count = table.select(polars.len()).collect().item()
if not int(most) or count <= int(most):
    for first in range(0, count, 250_000):
        table.slice(first, 250_000).collect()
print(count)
"""
"""Too many rows are counted and not read. Polars is looked for where this process finds it."""

_CHUNK, _OVERLAP = 2**20, 512


def open_workbook(path: Path) -> CalamineWorkbook:
    """Open an xlsx file.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is no workbook, or larger than the limits allow; the text says so.
    """
    from python_calamine import CalamineWorkbook

    look_through(path)
    with _reading():
        return CalamineWorkbook.from_path(path)


def sheet_rows(workbook: CalamineWorkbook, sheet: str) -> list[list[object]]:
    """Return all rows of a sheet from its first cell on.

    Raises:
        ValueError: if the sheet is damaged.
    """
    with _reading():
        return [[*row] for row in workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def check_columns(path: Path, *, most: int = 0) -> None:
    """Let another process read a Parquet or Arrow file first: what reads a damaged one may end its process.

    A process that another has started for some cities is not spared: its end costs no other city, and is told.

    Args:
        path: ending in parquet; any other ending is taken for Arrow.
        most: rows that are allowed; 0 for any number.

    Raises:
        OSError: if there is no such file.
        ValueError: if it is too large, or damaged in any way.
    """
    check_size(path)
    if not most and multiprocessing.parent_process() is not None:
        return
    words = (path, path.suffix.lower().removeprefix("."), most, limits().worker_mb)
    command = [sys.executable, "-I", "-c", _READ_ALL, *map(str, words), *sys.path]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limits().seconds_per_city, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(_("is damaged: reading it does not end")) from error
    if done.returncode:
        raise ValueError(_("is damaged, or no Parquet file"))
    if most and int(done.stdout) > most:
        raise ValueError(_("{n} rows; the limit is {limit}").format(n=int(done.stdout), limit=most))


def check_size(path: Path) -> None:
    """Refuse a table that is too large to be read.

    Raises:
        OSError: if there is no such file.
        ValueError: if it is too large, or no file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError(_("is no file"))
    size, limit = path.stat().st_size, limits().table_mb
    if size > limit * 2**20:
        raise ValueError(_("{size} MB; the limit is {limit} MB").format(size=-(-size // 2**20), limit=limit))


def look_through(path: Path, *, dense: bool = True) -> None:
    """Refuse a workbook that would grow.

    Args:
        path: the workbook.
        dense: whether its reader makes room for every cell up to the last row and column, filled or not.

    Raises:
        OSError: if there is no such file.
        ValueError: if it is no archive, or larger than the limits allow; the text says so.
    """
    check_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > limits().unpacked_mb * 2**20:
                message = _("{size} MB when unpacked; the limit is {limit} MB")
                raise ValueError(message.format(size=-(-unpacked // 2**20), limit=limits().unpacked_mb))
            for member in archive.infolist() if dense else ():
                _check_extent(_chunks(archive, member))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(_("is no workbook (xlsx): {why}").format(why=error)) from error


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content piece by piece, each beginning with the end of the one before; never more than was announced."""
    with archive.open(member) as file:
        end = b""
        while piece := file.read(_CHUNK):
            yield end + piece
            end = piece[-_OVERLAP:]


def _check_extent(chunks: Iterator[bytes]) -> None:
    """Rows times columns count, however few cells are filled."""
    rows = columns = 1
    for chunk in chunks:
        for letters, digits in set(_CELL.findall(chunk)):
            columns, rows = max(columns, _column(letters)), max(rows, int(digits))
        rows = max([rows, *map(int, _ROW.findall(chunk))])
        if rows * columns > limits().cells:
            message = _("a sheet of {rows} rows and {columns} columns; delete what is beyond the table, even if empty")
            raise ValueError(message.format(rows=rows, columns=columns))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever the library raises into a message; its panics are no exceptions of Python's."""
    from python_calamine import CalamineError

    try:
        yield
    except CalamineError as error:
        raise ValueError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError(_("the workbook is damaged")) from error
