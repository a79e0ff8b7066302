"""Facts -> measured values: one interval per part of the rubric and city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from cityrubric.evaluate.calls import Failures, call_measure
from cityrubric.evaluate.columns import Bits, Block
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.windows import reduce_years
from cityrubric.hookspecs import Measure
from cityrubric.interval import Bools, Floats, Interval, reconcile
from cityrubric.records import KNOWN_BITS, State
from cityrubric.rubric.model import Part, Ruleset, Window

Rows = NDArray[np.intp]


class MeasureFault(NamedTuple):
    """A measure failed on one city of a block."""

    part: int
    city: int
    why: str


@frozen(eq=False)
class Measured:
    """What was measured; one row per part, one column per city.

    Attributes:
        low: least measured values.
        high: greatest measured values.
        bits: the states of all facts and years that each part looks at, joined.
        faults: where a measure failed.
    """

    low: Floats
    high: Floats
    bits: Bits
    faults: tuple[MeasureFault, ...]


@frozen(eq=False)
class MeasurePlan:
    """How the parts of a rule set get their values, compiled once.

    Attributes:
        layout: where facts stand in the columns.
        count: how many parts there are.
        reads: rows of the columns that parts look at, all parts one after the other.
        starts: where each part's rows begin in `reads`.
        direct: parts that are one fact in one year: their numbers, and its rows.
        sheets: parts that are the mean of several facts: their numbers, the rows, and where each part's begin.
        others: all other parts: their numbers, what they say, and their measure.
    """

    layout: Layout
    count: int
    reads: Rows
    starts: Rows
    direct: tuple[Rows, Rows]
    sheets: tuple[Rows, Rows, Rows]
    others: tuple[tuple[int, Part, Measure | None], ...]


def plan_measures(parts: Sequence[Part], layout: Layout, ruleset: Ruleset) -> MeasurePlan:
    """Compile how the parts get their values."""
    parts = [_with_worst_year(part) for part in parts]
    measures = [ruleset.offers.measures[part.measure] if part.measure else None for part in parts]
    reads = [rows_read(part, measure, layout) for part, measure in zip(parts, measures, strict=True)]
    sheets = [n for n, part in enumerate(parts) if part.operator == "sheet"]
    direct = [n for n, part in enumerate(parts) if n not in sheets and part.facts and part.window.years == 1]
    simple = {*sheets, *direct}
    return MeasurePlan(
        layout=layout,
        count=len(parts),
        reads=_rows(row for rows in reads for row in rows),
        starts=_starts(reads),
        direct=(_rows(direct), _rows(reads[n][0] for n in direct)),
        sheets=(_rows(sheets), _rows(row for n in sheets for row in reads[n]), _starts([reads[n] for n in sheets])),
        others=tuple((n, part, measures[n]) for n, part in enumerate(parts) if n not in simple),
    )


def _with_worst_year(part: Part) -> Part:
    """Each year must do: the worst one decides, which is the lowest unless the lines are upper limits."""
    if part.window.reducer != "each_of":
        return part
    rising = all(band.at_most is None and band.below is None for band in part.bands)
    return evolve(part, window=Window("lowest" if rising else "highest", part.window.years))


def rows_read(part: Part, measure: Measure | None, layout: Layout) -> list[int]:
    """Return every row of the columns that a part looks at."""
    keys = measure.reads if measure else part.facts
    rows = [layout.row(key, year) for key in keys for year in range(part.window.years)]
    if part.window.reducer == "sum" and part.facts and part.window.years == layout.recent_years:
        rows.append(layout.row(part.facts[0], layout.years))
    return rows


def take_measures(block: Block, plan: MeasurePlan) -> Measured:
    """Measure every part on every city of the block.

    A measure that fails is asked again city by city; only the cities on which it fails are marked as faulty.
    """
    low = np.empty((plan.count, block.low.shape[1]))
    high = np.empty_like(low)
    parts, rows = plan.direct
    low[parts], high[parts] = block.low.take(rows, 0), block.high.take(rows, 0)
    if plan.sheets[0].size:
        low[plan.sheets[0]], high[plan.sheets[0]] = _means(block, plan)
    bits = np.bitwise_or.reduceat(block.bits.take(plan.reads, 0), plan.starts, axis=0)
    faults: list[MeasureFault] = []
    for number, part, measure in plan.others:
        value, failures = _over_years(block, plan.layout, part, measure)
        faults += (MeasureFault(number, city, why) for city, why in failures.items())
        low[number], high[number] = value.lower, value.upper
        if value.conflict is not None:
            bits[number] |= np.where(value.conflict, State.CONFLICTING.bit, 0).astype(np.uint16)
    return Measured(low, high, bits, tuple(faults))


def _over_years(block: Block, layout: Layout, part: Part, measure: Measure | None) -> tuple[Interval, Failures]:
    """A part's value in each year of its window, made one."""
    years = part.window.years
    if measure is not None:
        series, failures = call_measure(measure, block, layout, years)
    else:
        rows = slice(layout.row(part.facts[0]), layout.row(part.facts[0]) + years)
        series, failures = Interval(block.low[rows], block.high[rows]), {}
    keys = measure.reads if measure is not None else part.facts
    known = np.stack([_known(block, [layout.row(key, year) for key in keys]) for year in range(years)])
    value = reduce_years(series, known, part.window.reducer)
    if part.window.reducer == "sum" and measure is None and years == layout.recent_years:
        span = layout.row(part.facts[0], layout.years)
        value = reconcile(Interval(block.low[span], block.high[span]), value, within=0.0)
    return value, failures


def _known(block: Block, rows: list[int]) -> Bools:
    """Where each of several facts is known."""
    return np.asarray((block.bits[rows] & KNOWN_BITS != 0).all(axis=0))


def _means(block: Block, plan: MeasurePlan) -> tuple[Floats, Floats]:
    """The mean of several facts, of those that occur; any value where none occurs."""
    _parts, rows, starts = plan.sheets
    occurring = block.bits.take(rows, 0) != State.NOT_OCCURRING.bit
    count = np.add.reduceat(occurring, starts, axis=0, dtype=np.int64)
    divisor = np.maximum(count, 1)
    low = np.add.reduceat(block.low.take(rows, 0) * occurring, starts, axis=0) / divisor
    high = np.add.reduceat(block.high.take(rows, 0) * occurring, starts, axis=0) / divisor
    most = np.maximum.reduceat(block.high.take(rows, 0), starts, axis=0)
    return low, np.where(count == 0, most, high)


def _rows(numbers: Iterable[int]) -> Rows:
    return np.array([*numbers], dtype=np.intp)


def _starts(lists: Sequence[Sequence[int]]) -> Rows:
    """Where each list begins when all are laid one after the other."""
    return np.cumsum([0, *(len(some) for some in lists[:-1])], dtype=np.intp)
