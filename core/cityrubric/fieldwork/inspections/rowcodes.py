"""The rows of all sheets as one small table, to be joined to what was inspected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cityrubric.rubric.onsite import InspectionTerms, Sheet, SheetRow

if TYPE_CHECKING:
    from polars import DataFrame, Enum

OPERATORS = {"award": 0, "award_proportional": 1, "deduct": 2}


@frozen(eq=False, slots=False)
class RowCodes:
    """Rows and what they belong to, as numbers.

    Rows of one sheet that feed the same facts and belong to one item are of one class: their points can be added up
    before anything is asked of them, which leaves few sums per point.

    Attributes:
        classes: (type, item, facts) of each class.
        by_row: row -> its sheet, itself, its class and its bit.
        types: id of a business type -> its title.
    """

    classes: tuple[tuple[str, str, tuple[str, ...]], ...]
    by_row: Mapping[str, tuple[Sheet, SheetRow, int, int]]
    types: Mapping[str, str]

    @cached_property
    def frame(self) -> DataFrame:
        """One line per row: its sheet's type and title, class, bit, points, each, operator, own (floored by itself)."""
        import polars as pl

        lines = [
            (
                row.id,
                sheet.type,
                self.types[sheet.type],
                class_,
                1 << bit,
                row.points,
                row.each,
                OPERATORS[row.operator],
                not row.item,
                bit,
            )
            for sheet, row, class_, bit in self.by_row.values()
        ]
        kinds: dict[str, Any] = {"row": pl.String, "sheet": pl.String, "title": pl.String, "class": pl.UInt16}
        kinds |= {"bit": pl.Int64, "points": pl.Int32, "each": pl.Int32, "operator": pl.UInt8}
        kinds |= {"own": pl.Boolean, "place": pl.UInt8}
        return pl.DataFrame(lines, schema=kinds, orient="row")

    @cached_property
    def ids(self) -> Enum:
        """The rows' ids, in the order of `frame`."""
        import polars as pl

        return pl.Enum([*self.by_row])

    def mask(self, type_: str, mode: str) -> int:
        """Return the sum of the bits of all rows that are asked of a type in a mode."""
        rows = [entry for entry in self.by_row.values() if entry[0].type == type_ and mode in entry[1].modes]
        return sum(1 << bit for _sheet, _row, _class, bit in rows)


def row_codes(terms: InspectionTerms, types: Mapping[str, str]) -> RowCodes:
    """Number the rows of a rule set's sheets; `types` are the titles of the business types."""
    classes: dict[tuple[str, str, tuple[str, ...]], int] = {}
    by_row = {}
    for sheet, bit, row in _rows(terms):
        class_ = classes.setdefault((sheet.type, row.item, row.feeds), len(classes))
        by_row[row.id] = (sheet, row, class_, bit)
    return RowCodes(tuple(classes), by_row, types)


def _rows(terms: InspectionTerms) -> Iterator[tuple[Sheet, int, SheetRow]]:
    for sheet in terms.sheets:
        for bit, row in enumerate(sheet.rows):
            yield sheet, bit, row
