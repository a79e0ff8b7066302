"""The rows of all sheets as one small table, to be joined to what was inspected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cityrubric.rubric.onsite import InspectionTerms, Sheet, SheetRow

if TYPE_CHECKING:
    from polars import DataFrame, Enum, Expr

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
        """One line per row: its sheet's type, title and number, class, bit, points, each, operator, own, place.

        `own` is whether it is floored by itself.
        """
        import polars as pl

        lines = [
            (
                row.id,
                sheet.type,
                self.types[sheet.type],
                self._nth[sheet.type],
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
        kinds: dict[str, Any] = {"row": pl.String, "sheet": pl.String, "title": pl.String, "nth": pl.UInt16}
        kinds |= {"class": pl.UInt16, "bit": pl.Int64, "points": pl.Int32, "each": pl.Int32, "operator": pl.UInt8}
        kinds |= {"own": pl.Boolean, "place": pl.UInt8}
        return pl.DataFrame(lines, schema=kinds, orient="row")

    @cached_property
    def ids(self) -> Enum:
        """The rows' ids, in the order of `frame`."""
        import polars as pl

        return pl.Enum([*self.by_row])

    @cached_property
    def asked(self) -> Expr:
        """The sum of the bits of all rows that are asked of a visit, by the number of its sheet and its mode."""
        import polars as pl

        sums: dict[str, list[int]] = {}
        for sheet, row, _class, bit in self.by_row.values():
            for mode in row.modes:
                sums.setdefault(mode, [0] * len(self.types))[self._nth[sheet.type]] += 1 << bit
        each = [
            pl.when(pl.col("mode") == mode).then(pl.lit(pl.Series(some, dtype=pl.Int64)).gather("nth"))
            for mode, some in sums.items()
        ]
        return pl.coalesce(*each, 0)

    @cached_property
    def _nth(self) -> Mapping[str, int]:
        return {type_: n for n, type_ in enumerate(self.types)}

    def added_to(self, lines: DataFrame) -> DataFrame:
        """Add to lines what the sheets say of their rows; nothing where a row is of no sheet."""
        import polars as pl

        at = lines["row"].cast(self.ids, strict=False).to_physical()
        return lines.hstack(self.frame.select(pl.exclude("row").gather(at)).get_columns())


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
