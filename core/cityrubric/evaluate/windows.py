"""A series over years -> one value: the latest, the worst, the sum, the growth."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np

from cityrubric.evaluate.block import Bits
from cityrubric.evaluate.segments import Rows
from cityrubric.interval import Floats, Interval
from cityrubric.states import KNOWN_BITS

Ends = tuple[Floats, Floats]


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
    lower, upper = _REDUCERS[reducer](series)
    return Interval(lower, upper, None if series.conflict is None else np.logical_or.reduce(series.conflict))


def _latest(series: Interval, bits: Bits, reads: Rows) -> Interval:
    """The most recent year in which all it is made of is known; where there is none, the assessment year's range."""
    known = (bits.take(reads, 0) & KNOWN_BITS != 0).all(axis=1)
    year = np.argmax(known, axis=0)[None]
    lower, upper = (np.take_along_axis(end, year, 0)[0] for end in (series.lower, series.upper))
    conflict = None if series.conflict is None else np.take_along_axis(series.conflict, year, 0)[0]
    return Interval(lower, upper, conflict)


def _lowest(series: Interval) -> Ends:
    return np.minimum.reduce(series.lower), np.minimum.reduce(series.upper)


def _highest(series: Interval) -> Ends:
    return np.maximum.reduce(series.lower), np.maximum.reduce(series.upper)


def _sum(series: Interval) -> Ends:
    """One after the other, since the sum of floats must not depend on how many cities there are."""
    return reduce(np.add, series.lower), reduce(np.add, series.upper)


def _growth(series: Interval) -> Ends:
    """The least growth from one year to the next; years are stored latest first."""
    return _lowest(Interval(series.lower[:-1], series.upper[:-1]) - Interval(series.lower[1:], series.upper[1:]))


_REDUCERS: dict[str, Callable[[Interval], Ends]] = {
    "lowest": _lowest,
    "highest": _highest,
    "sum": _sum,
    "growth": _growth,
}
