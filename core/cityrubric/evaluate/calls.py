"""Calling a plugin's measure: on the whole block, and city by city where that fails."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import define

from cityrubric.errors import CityrubricError
from cityrubric.hookspecs import Measure
from cityrubric.interval import Floats, Interval, UndeterminedError, everywhere, share

Failures = dict[int, str]
"""City -> why a measure or an operator failed on it."""


class MeasureError(CityrubricError):
    """A measure or an operator broke its contract; the text says how."""


@define(eq=False)  # not frozen, as intervals
class FactView:
    """The declared facts of one measure, over its years and the cities of a block.

    Attributes:
        low: least values of all facts.
        high: greatest values.
        rows: where the years of each declared fact stand.
    """

    low: Floats
    high: Floats
    rows: Mapping[str, slice]

    def __getitem__(self, key: str) -> Interval:
        """Return a declared fact."""
        rows = self.rows.get(key)
        if rows is None:
            raise MeasureError(f"reads '{key}', which its `reads` do not declare")
        return Interval(self.low[rows], self.high[rows])

    def share(self, part: str, rest: str) -> Interval:
        """Return part / (part + rest) of two declared facts."""
        return share(self[part], self[rest])


def why_failed(error: Exception) -> str:
    """Return in a few words what a plugin did wrong."""
    return str(error) if isinstance(error, MeasureError) else f"{type(error).__name__}: {error}"


def call_measure(measure: Measure, ends: Floats, rows: Mapping[str, slice], years: int) -> tuple[Interval, Failures]:
    """Return the measure over years and cities, and the cities on which it failed; those are unknown.

    Args:
        measure: what to call.
        ends: least and greatest values of all facts.
        rows: where the years of each fact that it reads stand.
        years: how many years there are.
    """
    if measure.by_row:
        return _city_by_city(measure, ends, rows, years)
    try:
        return _call(measure, ends, rows, (years, ends.shape[2])), {}
    except Exception:  # whatever a plugin raises: which cities are to blame is asked one by one
        return _city_by_city(measure, ends, rows, years)


def _city_by_city(measure: Measure, ends: Floats, rows: Mapping[str, slice], years: int) -> tuple[Interval, Failures]:
    low, high = np.full((years, ends.shape[2]), -np.inf), np.full((years, ends.shape[2]), np.inf)
    failures: Failures = {}
    for city in range(ends.shape[2]):
        for year in range(years):
            one_year = {key: slice(some.start + year, some.start + year + 1) for key, some in rows.items()}
            try:
                one = _call(measure, ends[:, :, city : city + 1], one_year, (1, 1))
            except UndeterminedError:
                continue
            except Exception as error:  # the city is reported as failed, with this reason
                failures[city] = why_failed(error)
            else:
                low[year, city], high[year, city] = one.lower.item(), one.upper.item()
    return Interval(low, high), failures


def _call(measure: Measure, ends: Floats, rows: Mapping[str, slice], shape: tuple[int, int]) -> Interval:
    result = measure.function(FactView(ends[0], ends[1], rows))
    if not isinstance(result, Interval):
        raise MeasureError(f"returned {type(result).__name__}, not an Interval")
    if result.lower.shape != shape or result.upper.shape != shape:
        raise MeasureError(f"returned the shape {result.lower.shape}, not {shape}")
    if not everywhere(result.lower <= result.upper):
        raise MeasureError("returned NaN, or a lower end above the upper one")
    return result
