"""What is computed from points, and what must be reached to pass. Points are whole thousandths."""

from __future__ import annotations

from attrs import frozen

from cityrubric.rubric.provenance import Provenance


@frozen
class Row:
    """One row of a look-up table: the value where every member lies within its limits; all in thousandths.

    Attributes:
        within: of each member: at least, above, at most, below; None where there is no such limit.
        title: what the value is called.
    """

    within: tuple[tuple[float | None, float | None, float | None, float | None], ...]
    value: int
    title: str
    provenance: Provenance


@frozen
class Result:
    """A further result, from points or from results before it.

    Attributes:
        aggregation: how its members are joined; `table` for a look-up.
        of: ids of its members: indicators, groups, or results that stand before it.
        weights: of the members.
        table: of a look-up: the first row that fits decides; the last one fits everything.
    """

    id: str
    title: str
    aggregation: str
    of: tuple[str, ...]
    provenance: Provenance
    unit: str = ""
    weights: tuple[float, ...] = ()
    table: tuple[Row, ...] = ()


@frozen
class Requirement:
    """A result that must be reached to pass.

    Attributes:
        result: its id.
        at_least: in thousandths.
    """

    result: str
    at_least: int
    provenance: Provenance


@frozen
class PassRule:
    """When a city passes.

    Attributes:
        line: least rate over the applicable maximum, in thousandths of a percent.
        key_items: indicators with a line of their own.
        key_line: that line, in thousandths of a percent.
        requires: further results that must be reached.
    """

    line: int
    line_provenance: Provenance
    key_items: tuple[str, ...] = ()
    key_line: int = 0
    key_provenance: Provenance | None = None
    requires: tuple[Requirement, ...] = ()
