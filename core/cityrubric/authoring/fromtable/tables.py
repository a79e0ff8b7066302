"""Tables of Word and Excel files as rows of texts: a merged cell says the same in every place that it covers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from cityrubric.canonical import decimal_text
from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.language import translate as _
from cityrubric.limits import limits
from cityrubric.workbooks import look_through, open_workbook

Rows = list[list[str]]

NAMES = {
    "group": ("一级指标", "一级", "类别", "大项"),
    "point": ("二级指标", "二级", "评价要点", "要点"),
    "item": ("三级指标", "三级", "评价内容", "检查内容", "指标", "内容"),
    "number": ("序号", "编号"),
    "points": ("分值", "满分", "标准分"),
    "scoring": ("评分标准", "评分办法", "评分细则", "计分方法", "评分方法"),
}
"""Our columns -> what tables call them, best first."""
_NEEDED = ("item", "scoring")
_SPACE = re.compile(r"\s+")


@frozen
class Row:
    """One row below the headings.

    Attributes:
        number: of the row in its table, as a person counts.
        cells: by our names of columns.
    """

    number: int
    cells: Mapping[str, str]


def read_rows(file: Path, columns: Mapping[str, str]) -> list[Row]:
    """Read the rows of the first table that has the headings that are needed.

    Args:
        file: a .docx or .xlsx.
        columns: what this table calls our columns, where that is not one of `NAMES`.

    Raises:
        CityrubricError: if the file cannot be read, or none of its tables has the headings.
    """
    for name in columns:
        if name not in NAMES:
            raise CityrubricError(_("no such column: '{heading}'").format(heading=name) + did_you_mean(name, NAMES))
    tables = list(_tables(file))
    for table in tables:
        for place, row in enumerate(table):
            places = _places(row, columns)
            if all(name in places for name in _NEEDED):
                return [
                    Row(number, {name: cells[at] for name, at in places.items()})
                    for number, cells in enumerate(table[place + 1 :], place + 2)
                    if any(cells)
                ]
    headings = " | ".join(dict.fromkeys(cell for table in tables for cell in table[0] if cell))
    says = _("{file}: no table has a column for items and one for scoring ({headings}); name them with --columns")
    raise CityrubricError(says.format(file=file, headings=headings or "—"))


def _places(row: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    texts = [_SPACE.sub("", cell) for cell in row]
    places = {}
    for name, called in NAMES.items():
        wanted = [_SPACE.sub("", columns[name])] if name in columns else called
        found = next((texts.index(word) for word in wanted if word in texts), None)
        if found is not None:
            places[name] = found
    return places


def _tables(file: Path) -> Iterator[Rows]:
    try:
        if file.suffix.lower() == ".docx":
            yield from _of_word(file)
        elif file.suffix.lower() == ".xlsx":
            yield from _of_excel(file)
        else:
            raise CityrubricError(_("{file}: only .docx and .xlsx are read").format(file=file))
    except CityrubricError:
        raise
    except Exception as error:  # whatever a library makes of a file that is none
        raise CityrubricError(_("{file} cannot be read: {why}").format(file=file, why=error)) from error


def _of_word(file: Path) -> Iterator[Rows]:
    from docx import Document  # only those who bring in a table need it

    look_through(file, dense=False)
    with file.open("rb") as opened:
        for table in Document(opened).tables:
            wide = table._element.xpath("sum(.//w:gridSpan/@w:val)")  # each is made as many cells as it says
            if not wide <= limits().cells:
                raise ValueError(_("a cell as wide as {n:g} others").format(n=wide))
            yield [[cell.text.strip() for cell in row.cells] for row in table.rows]


def _of_excel(file: Path) -> Iterator[Rows]:
    from openpyxl import load_workbook  # merged cells are what the quick reader does not tell

    open_workbook(file)  # looks through it first
    with file.open("rb") as opened:
        sheets = load_workbook(opened, data_only=True).worksheets
    for sheet in sheets:
        rows = [["" if value is None else _told(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        for merged in sheet.merged_cells.ranges:
            first = rows[merged.min_row - 1][merged.min_col - 1]
            for row in range(merged.min_row - 1, merged.max_row):
                for column in range(merged.min_col - 1, merged.max_col):
                    rows[row][column] = first
        yield rows


def _told(value: object) -> str:
    return decimal_text(value) if isinstance(value, float) else str(value).strip()
