"""Office files out: they say nothing of who made them, when and with what; what looks like a formula is text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say

_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_ANONYMOUS = {"docProps/core.xml": _CORE, "docProps/app.xml": _APP}
_LEFT_OUT = {"docProps/thumbnail.jpeg"}
_LINE, _HIGHEST_ROW = 15.0, 400.0  # points; no row may be higher than 409


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_row(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    """Write texts as what they are: none is ever a formula, nor becomes one when its cell is edited."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    for column, text in enumerate(texts, 1):
        cell: Any = sheet.cell(row, column)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("�", text)
        cell.data_type = "s"
        if text.startswith(FORMULA_SIGNS):
            cell.quotePrefix = True


def workbook_bytes(workbook: Workbook) -> bytes:
    """Return a workbook as a file: the same content, the same bytes."""
    file = io.BytesIO()
    workbook.save(file)
    return repack(file.getvalue())


def repack(content: bytes) -> bytes:
    """Return a .docx or .xlsx with empty properties and a fixed time on everything in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for entry in old.infolist():
            if entry.filename in _LEFT_OUT:
                continue
            data = _ANONYMOUS[entry.filename].encode() if entry.filename in _ANONYMOUS else old.read(entry)
            if entry.filename == "_rels/.rels":
                data = _without_thumbnail(data)
            told = zipfile.ZipInfo(entry.filename, _FIRST_DAY)
            told.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(told, data)
    return packed.getvalue()


def _without_thumbnail(relations: bytes) -> bytes:
    return re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", relations)


def row_height(texts: Iterable[str], widths: Iterable[float]) -> float:
    """Points that the fullest cell of a row needs; not every program finds out for itself.

    Args:
        texts: of the cells.
        widths: of their columns, in characters.
    """
    lines = max(
        sum(max(1, -(-_signs(line) // int(width - 1))) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    return min(_LINE * lines + 2, _HIGHEST_ROW)


def _signs(text: str) -> int:
    """How wide a text is: a Chinese sign is as wide as two others."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
