"""A series over years -> one value: the latest, the worst, the sum, the growth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cityrubric.evaluate.block import Bits
from cityrubric.evaluate.segments import Rows
from cityrubric.interval import Interval
from cityrubric.states import KNOWN_BITS


def reduce_years(series: Interval, reducer: str, bits: Bits, reads: Rows) -> Interval:
    """Make one value of a series; conflicts in any of its years are kept.

    Args:
        series: the years along the first axis, the assessment year first.
        reducer: latest, lowest, highest, sum or growth.
        bits: states of all facts.
        reads: rows of the facts that each year's value is made of: years first, facts second.
    """
    if len(series.lower) == 1:
        return Interval(series.lower[0], series.upper[0], None if series.conflict is None else series.conflict[0])
    if reducer == "latest":
        return _latest(series, bits, reads)
    value = _REDUCERS[reducer](series)
    conflict = None if series.conflict is None else np.asarray(series.conflict.any(axis=0))
    return Interval(value.lower, value.upper, conflict)


def _latest(series: Interval, bits: Bits, reads: Rows) -> Interval:
    """The most recent year in which all it is made of is known; where there is none, the assessment year's range."""
    known = (bits.take(reads, 0) & KNOWN_BITS != 0).all(axis=1)
    year = np.argmax(known, axis=0)[None]
    lower, upper = (np.take_along_axis(end, year, 0)[0] for end in (series.lower, series.upper))
    conflict = None if series.conflict is None else np.take_along_axis(series.conflict, year, 0)[0]
    return Interval(lower, upper, conflict)


def _lowest(series: Interval) -> Interval:
    return Interval(series.lower.min(axis=0), series.upper.min(axis=0))


def _highest(series: Interval) -> Interval:
    return Interval(series.lower.max(axis=0), series.upper.max(axis=0))


def _sum(series: Interval) -> Interval:
    return Interval(series.lower.sum(axis=0), series.upper.sum(axis=0))


def _growth(series: Interval) -> Interval:
    """The least growth from one year to the next; years are stored latest first."""
    later, earlier = (Interval(series.lower[years], series.upper[years]) for years in (slice(None, -1), slice(1, None)))
    return _lowest(later - earlier)


_REDUCERS: dict[str, Callable[[Interval], Interval]] = {
    "lowest": _lowest,
    "highest": _highest,
    "sum": _sum,
    "growth": _growth,
}
