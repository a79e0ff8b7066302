"""Facts -> measured values: one interval per part of the rubric and city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.block import Bits, Block
from cityrubric.evaluate.calls import call_measure
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.segments import Segments, segments
from cityrubric.evaluate.windows import reduce_years
from cityrubric.hookspecs import Measure
from cityrubric.interval import Floats, Interval, reconcile
from cityrubric.records import State
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
class FactWindow:
    """Parts that look at one fact each, over the same years in the same way.

    Attributes:
        parts: their numbers.
        rows: the facts' rows; one line per year, the assessment year first.
        reducer: how the years become one.
        spans: rows of what is said of the recent years as a whole; empty where that does not bear on it.
    """

    parts: Rows
    rows: Rows
    reducer: str
    spans: Rows


@frozen(eq=False)
class MeasurePlan:
    """How the parts of a rule set get their values, compiled once.

    Attributes:
        layout: where facts stand in the columns.
        count: how many parts there are.
        reads: rows of the columns that parts look at, all parts one after the other.
        runs: the run of these rows that belongs to each part.
        windows: parts that look at one fact.
        sheets: parts that are the mean of several facts: their numbers, the rows, and each part's run of them.
        functions: parts that a measure computes: their numbers, the measures and their windows.
    """

    layout: Layout
    count: int
    reads: Rows
    runs: Segments
    windows: tuple[FactWindow, ...]
    sheets: tuple[Rows, Rows, Segments]
    functions: tuple[tuple[int, Measure, Window], ...]


def plan_measures(parts: Sequence[Part], layout: Layout, ruleset: Ruleset) -> MeasurePlan:
    """Compile how the parts get their values."""
    measures = [ruleset.offers.measures[part.measure] if part.measure else None for part in parts]
    windows = [_worst_year(part) for part in parts]
    reads = [rows_read(part, measure, layout) for part, measure in zip(parts, measures, strict=True)]
    sheets = [n for n, part in enumerate(parts) if part.operator == "sheet"]
    simple = {n: layout.row(part.facts[0]) for n, part in enumerate(parts) if part.facts and n not in sheets}
    return MeasurePlan(
        layout=layout,
        count=len(parts),
        reads=_rows(row for rows in reads for row in rows),
        runs=segments(len(rows) for rows in reads),
        windows=tuple(
            _fact_window(window, simple, windows, layout) for window in dict.fromkeys(windows[n] for n in simple)
        ),
        sheets=(_rows(sheets), _rows(row for n in sheets for row in reads[n]), segments(len(reads[n]) for n in sheets)),
        functions=tuple((n, measure, windows[n]) for n, measure in enumerate(measures) if measure is not None),
    )


def rows_read(part: Part, measure: Measure | None, layout: Layout) -> list[int]:
    """Return every row of the columns that a part looks at."""
    keys = measure.reads if measure else part.facts
    rows = [layout.row(key, year) for key in keys for year in range(part.window.years)]
    if part.facts and _sums_recent_years(part.window, layout):
        rows.append(layout.row(part.facts[0], layout.years))
    return rows


def _worst_year(part: Part) -> Window:
    """Where each year must do, the worst one decides: the lowest, unless the lines are upper limits."""
    if part.window.reducer != "each_of":
        return part.window
    rising = all(band.at_most is None and band.below is None for band in part.bands)
    return Window("lowest" if rising else "highest", part.window.years)


def _fact_window(window: Window, simple: dict[int, int], windows: Sequence[Window], layout: Layout) -> FactWindow:
    parts = [n for n in simple if windows[n] == window]
    first = _rows(simple[n] for n in parts)
    return FactWindow(
        parts=_rows(parts),
        rows=_years_of([simple[n] for n in parts], window.years),
        reducer=window.reducer,
        spans=first + layout.years if _sums_recent_years(window, layout) else _rows(()),
    )


def _sums_recent_years(window: Window, layout: Layout) -> bool:
    return window == Window("sum", layout.recent_years)


def take_measures(block: Block, plan: MeasurePlan) -> Measured:
    """Measure every part on every city of the block.

    A measure that fails is asked again city by city; only the cities on which it fails are marked as faulty.
    """
    low = np.empty((plan.count, block.low.shape[1]))
    high = np.empty_like(low)
    bits = plan.runs.join(np.bitwise_or, block.bits.take(plan.reads, 0))
    for window in plan.windows:
        value = _over_years(block, window)
        _write(value, window.parts, low, high, bits)
    if plan.sheets[0].size:
        _write(_means(block, plan), plan.sheets[0], low, high, bits)
    faults: list[MeasureFault] = []
    for number, measure, years in plan.functions:
        series, failures = call_measure(measure, block, plan.layout, years.years)
        faults += (MeasureFault(number, city, why) for city, why in failures.items())
        rows = _years_of([plan.layout.row(key) for key in measure.reads], years.years)
        _write(reduce_years(series, years.reducer, block.bits, rows), number, low, high, bits)
    return Measured(low, high, bits, tuple(faults))


def _over_years(block: Block, window: FactWindow) -> Interval:
    """The values of parts that look at one fact, their years made one."""
    series = Interval(block.low.take(window.rows, 0), block.high.take(window.rows, 0))
    value = reduce_years(series, window.reducer, block.bits, window.rows[:, None])
    if window.spans.size:
        span = Interval(block.low.take(window.spans, 0), block.high.take(window.spans, 0))
        value = reconcile(span, value, within=0.0)
    return value


def _means(block: Block, plan: MeasurePlan) -> Interval:
    """The mean of several facts, of those that occur; anything possible where none occurs."""
    _parts, rows, runs = plan.sheets
    low, high = block.low.take(rows, 0), block.high.take(rows, 0)
    occurring = (block.bits.take(rows, 0) != State.NOT_OCCURRING.bit).astype(np.float64)
    count = runs.join(np.add, occurring)
    divisor = np.maximum(count, 1.0)
    most = np.where(count == 0, runs.join(np.maximum, high), runs.join(np.add, high * occurring) / divisor)
    return Interval(runs.join(np.add, low * occurring) / divisor, most)


def _write(value: Interval, parts: Rows | int, low: Floats, high: Floats, bits: Bits) -> None:
    low[parts], high[parts] = value.lower, value.upper
    if value.conflict is not None:
        bits[parts] |= np.where(value.conflict, State.CONFLICTING.bit, 0).astype(np.uint16)


def _years_of(rows: Sequence[int], years: int) -> Rows:
    """The rows of facts in each year: years first, facts second."""
    return np.array([[row + year for row in rows] for year in range(years)], dtype=np.intp)


def _rows(numbers: Iterable[int]) -> Rows:
    return np.array([*numbers], dtype=np.intp)
