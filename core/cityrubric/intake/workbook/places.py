"""Where something stands in a workbook, as faults name it."""

from __future__ import annotations

from attrs import frozen

from cityrubric.errors import FaultLog, Spot
from cityrubric.intake.workbook.columns import Column


@frozen
class Place:
    """One row of a sheet of a workbook.

    Attributes:
        document: the workbook's name.
        log: where faults are noted.
    """

    document: str
    log: FaultLog
    sheet: str
    row: int
    columns: tuple[Column, ...]

    def cell(self, name: str = "") -> str:
        """Return a cell as in `能力建设!D17`; the first one of the row unless named."""
        from openpyxl.utils import get_column_letter

        number = next((n for n, column in enumerate(self.columns, 1) if column.name == name), 1)
        return f"{self.sheet}!{get_column_letter(number)}{self.row}"

    def cells(self) -> dict[str, str]:
        """Return all of them, by name."""
        return {column.name: self.cell(column.name) for column in self.columns}

    def spot(self, name: str = "") -> Spot:
        """Return a cell as a place for faults."""
        return _CellSpot(self.document, self.log, (self.cell(name),))

    def spots(self) -> Spot:
        """Return the row as a place for faults, whose steps are its columns."""
        return _RowSpot(self.document, self.log, place=self)


@frozen
class _CellSpot(Spot):
    """A cell: whatever is wrong further in is wrong there."""

    def at(self, *_steps: str | int) -> Spot:
        """Return the cell itself."""
        return self

    def fault(self, says: str) -> None:
        """Note what is wrong in the cell."""
        self.log.add(self.document, str(self.steps[0]), says)


@frozen
class _RowSpot(Spot):
    """A row, whose places are its columns."""

    place: Place | None = None

    def at(self, *steps: str | int) -> Spot:
        """Return a cell."""
        assert self.place is not None
        return self.place.spot(str(steps[0]))
