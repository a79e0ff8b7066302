"""Calling a plugin's measure: on the whole block, and city by city where that fails."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from cityrubric.errors import CityrubricError
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.layout import Layout
from cityrubric.hookspecs import Measure
from cityrubric.interval import Interval, UndeterminedError, share

Failures = dict[int, str]
"""City -> why a measure failed on it."""


class MeasureError(CityrubricError):
    """A measure broke its contract; the text says how."""


@frozen(eq=False)
class FactView:
    """The declared facts of one measure, over its years and all cities of a block."""

    block: Block
    layout: Layout
    measure: Measure
    years: slice
    cities: slice

    def __getitem__(self, key: str) -> Interval:
        """Return a declared fact."""
        if key not in self.measure.reads:
            raise MeasureError(f"reads '{key}', which its `reads` do not declare")
        first = self.layout.row(key)
        rows = slice(first + self.years.start, first + self.years.stop)
        return Interval(self.block.low[rows, self.cities], self.block.high[rows, self.cities])

    def share(self, part: str, rest: str) -> Interval:
        """Return part / (part + rest) of two declared facts."""
        return share(self[part], self[rest])


def call_measure(measure: Measure, block: Block, layout: Layout, years: int) -> tuple[Interval, Failures]:
    """Return the measure over years and cities, and the cities on which it failed; those are unknown."""
    cities = block.low.shape[1]
    if measure.by_row:
        return _city_by_city(measure, block, layout, years)
    try:
        return _call(measure, block, layout, slice(0, years), slice(0, cities)), {}
    except Exception:  # whatever a plugin raises: which cities are to blame is asked one by one
        return _city_by_city(measure, block, layout, years)


def _city_by_city(measure: Measure, block: Block, layout: Layout, years: int) -> tuple[Interval, Failures]:
    cities = block.low.shape[1]
    low, high = np.full((years, cities), -np.inf), np.full((years, cities), np.inf)
    failures: Failures = {}
    for city in range(cities):
        for year in range(years):
            try:
                one = _call(measure, block, layout, slice(year, year + 1), slice(city, city + 1))
            except UndeterminedError:
                continue
            except Exception as error:  # the city is reported as failed, with this reason
                failures[city] = (
                    error.args[0] if isinstance(error, MeasureError) else f"{type(error).__name__}: {error}"
                )
            else:
                low[year, city], high[year, city] = one.lower.item(), one.upper.item()
    return Interval(low, high), failures


def _call(measure: Measure, block: Block, layout: Layout, years: slice, cities: slice) -> Interval:
    result = measure.function(FactView(block, layout, measure, years, cities))
    if not isinstance(result, Interval):
        raise MeasureError(f"returned {type(result).__name__}, not an Interval")
    shape = (years.stop - years.start, cities.stop - cities.start)
    if result.lower.shape != shape or result.upper.shape != shape:
        raise MeasureError(f"returned the shape {result.lower.shape}, not {shape}")
    if not (result.lower <= result.upper).all():
        raise MeasureError("returned NaN, or a lower end above the upper one")
    return result
