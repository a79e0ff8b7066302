"""Facts -> measured values: one interval per part of the rubric and city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from cityrubric.interval import Floats, Interval, anywhere, constants, everywhere, reconcile
from cityrubric.pluginsources import speaking_aside
from cityrubric.rubric.bands import rises
from cityrubric.rubric.model import Part, Ruleset, Window
from cityrubric.states import State

Rows = NDArray[np.intp]
_CONFLICTING, _NOT_OCCURRING = constants(np.uint16, State.CONFLICTING.bit, State.NOT_OCCURRING.bit)


class PartFault(NamedTuple):
    """What a plugin offers failed on one city of a block.

    Attributes:
        part: its number.
        city: its column.
        plugin: who offers it.
        why: what failed, and how.
    """

    part: int
    city: int
    plugin: str
    why: str


@frozen(eq=False)
class Measured:
    """What was measured; one row per part, one column per city.

    Attributes:
        ends: least and greatest measured values: two layers.
        bits: the states of all facts and years that each part looks at, joined.
        faults: where a measure failed.
    """

    ends: Floats
    bits: Bits
    faults: tuple[PartFault, ...]


@frozen(eq=False)
class FactWindow:
    """Parts that look at one fact each, over the same years in the same way.

    Attributes:
        parts: their numbers.
        places: where they stand among all parts, in the order in which these are measured.
        rows: the facts' rows; one line per year, the assessment year first.
        reducer: how the years become one.
        spans: rows of what is said of the recent years as a whole; empty where that does not bear on it.
    """

    parts: Rows
    places: slice
    rows: Rows
    reducer: str
    spans: Rows


class Sheets(NamedTuple):
    """Parts that are the mean of several facts, those with most facts first.

    Attributes:
        places: where they stand among all parts, in the order in which these are measured.
        rows: the facts' rows: first facts of all, then second facts of those that have one, ...
        reach: how many parts have a first fact, a second one, ...
        counts: how many facts each has.
    """

    places: slice
    rows: Rows
    reach: tuple[int, ...]
    counts: Floats


class MeasureCall(NamedTuple):
    """A part that a measure computes.

    Attributes:
        part: its number.
        place: where it stands among all parts, in the order in which these are measured.
        rows: where the years of each fact that the measure reads stand.
        reads: the same as rows, years first, facts second.
    """

    part: int
    place: int
    measure: Measure
    window: Window
    rows: Mapping[str, slice]
    reads: Rows


@frozen(eq=False)
class MeasurePlan:
    """How the parts of a rule set get their values, compiled once.

    Attributes:
        count: how many parts there are.
        reads: rows of the columns that parts look at, all parts one after the other.
        runs: the run of these rows that belongs to each part.
        windows: parts that look at one fact.
        sheets: parts that are the mean of several facts.
        calls: parts that a measure computes.
        order: where each part stands in the order in which they are measured: windows, sheets, calls.
    """

    count: int
    reads: Rows
    runs: Segments
    windows: tuple[FactWindow, ...]
    sheets: Sheets
    calls: tuple[MeasureCall, ...]
    order: Rows


def plan_measures(parts: Sequence[Part], layout: Layout, ruleset: Ruleset) -> MeasurePlan:
    """Compile how the parts get their values."""
    measures = [ruleset.offers.measures[part.measure] if part.measure else None for part in parts]
    windows = [_worst_year(part, takes=ruleset.offers.operators[part.operator].takes) for part in parts]
    reads = [rows_read(part, measure, layout) for part, measure in zip(parts, measures, strict=True)]
    sheets = sorted((n for n, part in enumerate(parts) if part.operator == "sheet"), key=lambda n: -len(reads[n]))
    simple = {n: layout.row(part.facts[0]) for n, part in enumerate(parts) if part.facts and n not in sheets}
    taken: list[int] = []
    single = []
    for window in dict.fromkeys(windows[n] for n in simple):
        alike = [n for n in simple if windows[n] == window]
        single.append(_fact_window(window, alike, len(taken), simple, layout))
        taken += alike
    taken += sheets
    asked = [(n, measure) for n, measure in enumerate(measures) if measure is not None]
    return MeasurePlan(
        count=len(parts),
        reads=_rows(row for rows in reads for row in rows),
        runs=segments(len(rows) for rows in reads),
        windows=tuple(single),
        sheets=_sheets(len(taken) - len(sheets), [reads[n] for n in sheets]),
        calls=tuple(_call(n, len(taken) + nth, measure, windows[n], layout) for nth, (n, measure) in enumerate(asked)),
        order=np.argsort(_rows([*taken, *(n for n, _measure in asked)])),
    )


def rows_read(part: Part, measure: Measure | None, layout: Layout) -> list[int]:
    """Return every row of the columns that a part looks at."""
    keys = measure.reads if measure else part.facts
    rows = [layout.row(key, year) for key in keys for year in range(part.window.years)]
    if part.facts and _sums_recent_years(part.window, layout):
        rows.append(layout.row(part.facts[0], layout.years))
    return rows


def _worst_year(part: Part, *, takes: bool) -> Window:
    """Where each year must do, the worst one decides: the lowest, unless greater values are worse."""
    if part.window.reducer != "each_of":
        return part.window
    rising = rises(part.bands) if part.bands else not takes
    return Window("lowest" if rising else "highest", part.window.years)


def _fact_window(
    window: Window, parts: Sequence[int], start: int, rows: Mapping[int, int], layout: Layout
) -> FactWindow:
    first = [rows[n] for n in parts]
    return FactWindow(
        parts=_rows(parts),
        places=slice(start, start + len(parts)),
        rows=_years_of(first, window.years),
        reducer=window.reducer,
        spans=_rows(first) + layout.years if _sums_recent_years(window, layout) else _rows(()),
    )


def _sheets(start: int, reads: Sequence[list[int]]) -> Sheets:
    longest = max((len(rows) for rows in reads), default=0)
    return Sheets(
        places=slice(start, start + len(reads)),
        rows=_rows(rows[nth] for nth in range(longest) for rows in reads if nth < len(rows)),
        reach=tuple(sum(nth < len(rows) for rows in reads) for nth in range(longest)),
        counts=np.array([[float(len(rows))] for rows in reads]),
    )


def _call(part: int, place: int, measure: Measure, window: Window, layout: Layout) -> MeasureCall:
    first = {key: layout.row(key) for key in measure.reads}
    rows = {key: slice(row, row + window.years) for key, row in first.items()}
    return MeasureCall(part, place, measure, window, rows, _years_of([*first.values()], window.years))


def _sums_recent_years(window: Window, layout: Layout) -> bool:
    return window == Window("sum", layout.recent_years)


def take_measures(block: Block, plan: MeasurePlan) -> Measured:
    """Measure every part on every city of the block.

    A measure that fails is asked again city by city; only the cities on which it fails are marked as faulty.
    """
    bits = plan.runs.join(np.bitwise_or, block.bits.take(plan.reads, 0))
    ends = np.empty((2, *bits.shape))
    for window in plan.windows:
        value = _over_years(block, window)
        ends[0, window.places], ends[1, window.places] = value.lower, value.upper
        if value.conflict is not None and anywhere(value.conflict):
            bits[window.parts] |= value.conflict * _CONFLICTING
    if plan.sheets.reach:
        ends[:, plan.sheets.places] = _means(block, plan.sheets)
    faults: list[PartFault] = []
    with speaking_aside():
        for call in plan.calls:
            series, failures = call_measure(call.measure, block.ends, call.rows, call.window.years)
            for city, why in failures.items():
                faults.append(PartFault(call.part, city, call.measure.plugin, f"{call.measure.id} {why}"))
            value = reduce_years(series, call.window.reducer, block.bits, call.reads)
            ends[0, call.place], ends[1, call.place] = value.lower, value.upper
            if value.conflict is not None and anywhere(value.conflict):
                bits[call.part] |= value.conflict * _CONFLICTING
    return Measured(ends.take(plan.order, 1), bits, tuple(faults))


def _over_years(block: Block, window: FactWindow) -> Interval:
    """The values of parts that look at one fact, their years made one."""
    series = Interval(*block.ends.take(window.rows, 1))
    value = reduce_years(series, window.reducer, block.bits, window.rows[:, None])
    if window.spans.size:
        value = reconcile(Interval(*block.ends.take(window.spans, 1)), value, within=0.0)
    return value


def _means(block: Block, sheets: Sheets) -> Floats:
    """The mean of several facts, of those that occur; anything possible where none occurs."""
    ends = block.ends.take(sheets.rows, 1)
    occurring = block.bits.take(sheets.rows, 0) != _NOT_OCCURRING
    if everywhere(occurring):
        return _sums(ends, sheets.reach) / sheets.counts
    count = _sums(occurring.astype(np.float64), sheets.reach)
    total = _sums(np.where(occurring, ends, 0.0), sheets.reach)
    return np.where(count == 0, ends[:, : sheets.reach[0]], total / np.maximum(count, 1))


def _sums(rows: Floats, reach: Sequence[int]) -> Floats:
    """First, second, third, ... rows added up one after the other: a sum of floats must not depend on the block."""
    start = reach[0]
    total = rows[..., :start, :].copy()
    for count in reach[1:]:
        total[..., :count, :] += rows[..., start : start + count, :]
        start += count
    return total


def _years_of(rows: Sequence[int], years: int) -> Rows:
    """The rows of facts in each year: years first, facts second."""
    return np.array([[row + year for row in rows] for year in range(years)], dtype=np.intp)


def _rows(numbers: Iterable[int]) -> Rows:
    return np.array([*numbers], dtype=np.intp)
