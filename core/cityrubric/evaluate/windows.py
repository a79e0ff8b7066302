"""A series over years -> one value: the latest, the worst, the sum, the growth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cityrubric.interval import Bools, Interval


def reduce_years(series: Interval, known: Bools, reducer: str) -> Interval:
    """Make one value of a series.

    Args:
        series: one row per year, the assessment year first.
        known: where everything the series is made of is known.
        reducer: latest, lowest, highest, sum or growth.
    """
    shape = known.shape
    lower, upper = np.broadcast_to(series.lower, shape), np.broadcast_to(series.upper, shape)
    conflict = None if series.conflict is None else np.broadcast_to(series.conflict, shape)
    whole = Interval(lower, upper, conflict)
    if shape[0] == 1:
        return Interval(lower[0], upper[0], None if conflict is None else conflict[0])
    if reducer == "latest":
        return _latest(whole, known)
    value = _REDUCERS[reducer](whole)
    return Interval(value.lower, value.upper, None if conflict is None else conflict.any(axis=0))


def _latest(series: Interval, known: Bools) -> Interval:
    """The most recent year in which it is known; where it never is, the assessment year's range."""
    year, cities = np.argmax(known, axis=0), np.arange(known.shape[1])
    conflict = None if series.conflict is None else series.conflict[year, cities]
    return Interval(series.lower[year, cities], series.upper[year, cities], conflict)


def _lowest(series: Interval) -> Interval:
    return Interval(series.lower.min(axis=0), series.upper.min(axis=0))


def _highest(series: Interval) -> Interval:
    return Interval(series.lower.max(axis=0), series.upper.max(axis=0))


def _sum(series: Interval) -> Interval:
    return Interval(series.lower.sum(axis=0), series.upper.sum(axis=0))


def _growth(series: Interval) -> Interval:
    """The least growth from one year to the next; years are stored latest first."""
    later, earlier = (Interval(series.lower[rows], series.upper[rows]) for rows in (slice(None, -1), slice(1, None)))
    return _lowest(later - earlier)


_REDUCERS: dict[str, Callable[[Interval], Interval]] = {
    "lowest": _lowest,
    "highest": _highest,
    "sum": _sum,
    "growth": _growth,
}
