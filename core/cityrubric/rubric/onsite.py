"""Inspection sheets as a rule set writes them. Points are whole thousandths."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from cityrubric.rubric.provenance import Provenance


@frozen
class SheetRow:
    """One row of an inspection sheet.

    Attributes:
        id: unique among all sheets.
        operator: award, award_proportional or deduct.
        points: what it can earn at a point, in thousandths; 0 for deductions from other rows of its item.
        each: points lost per occurrence, in thousandths.
        item: rows of one item are floored at zero together; empty for a row by itself.
        modes: in which it is asked.
        feeds: keys of the facts to which it contributes.
        provenance: of what it asks.
    """

    id: str
    asks: str
    operator: str
    points: int
    points_provenance: Provenance
    each: int
    each_provenance: Provenance | None
    item: str
    modes: tuple[str, ...]
    feeds: tuple[str, ...]
    provenance: Provenance


@frozen
class Sheet:
    """What is inspected at the points of one business type; `type` and `modes` are words of the rule set's domains."""

    type: str
    title: str
    modes: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    provenance: Provenance
    note: str = ""

    def asked(self, mode: str) -> tuple[SheetRow, ...]:
        """Return the rows that are asked in a mode."""
        return tuple(row for row in self.rows if mode in row.modes)


@frozen
class InspectionTerms:
    """How inspections on site are read and scored.

    Attributes:
        sheets: one per business type that can be inspected.
        once: one occurrence costs points in the dearest of its rows only; otherwise in each of them.
        confidence: of the intervals for sampling, between 0 and 1.
        words: pass, fail, not_applicable, not_inspected -> how a table writes them.
        columns: our name of a column -> its heading.
    """

    sheets: tuple[Sheet, ...]
    once: bool
    once_provenance: Provenance
    confidence: float
    confidence_provenance: Provenance
    words: Mapping[str, str]
    columns: Mapping[str, str]
