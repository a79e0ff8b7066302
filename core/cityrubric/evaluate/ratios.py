"""Percentages from their counts: a figure that is published, derivable, or both."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cityrubric.evaluate.layout import Layout
from cityrubric.interval import Bools, Floats, Interval, reconcile
from cityrubric.records import KNOWN_BITS, State

_MOST_PLACES = 6


class Columns(NamedTuple):
    """Least values, greatest values and states, row by row and city by city."""

    low: Floats
    high: Floats
    bits: NDArray[np.uint16]


def derive_ratios(columns: Columns, layout: Layout) -> None:
    """Fill in the percentages that follow from counts, and narrow those that are published too, in place.

    A share is computed from the whole counts, so it is not rounded: 49 of 50 is 98 %, whatever was printed.
    """
    for spec in layout.specs:
        if spec.ratio is None:
            continue
        own, top, bottom = (slice(layout.row(key), layout.row(key) + layout.width) for key in (spec.key, *spec.ratio))
        known = (
            (columns.bits[top] & KNOWN_BITS != 0)
            & (columns.bits[bottom] & KNOWN_BITS != 0)
            & (columns.high[bottom] > 0)
        )
        if not known.any():
            continue
        quotient = Interval(columns.low[top], columns.high[top]) / Interval(columns.low[bottom], columns.high[bottom])
        derived = quotient * (100.0 if spec.unit == "%" else 1.0)
        _write(columns, own, derived, known, spec.within, (spec.low, spec.high))


def _rounding(low: Floats, high: Floats, within: float) -> Floats:
    """By how much a published figure may be off: half of its last printed place, at most `within`."""
    allowed = np.full(low.shape, within)
    for places in range(1, _MOST_PLACES):
        printed = (low == high) & (np.round(low, places - 1) != low)
        allowed = np.where(printed, np.minimum(allowed, 0.5 / 10**places), allowed)
    return allowed


def _write(
    columns: Columns, own: slice, derived: Interval, known: Bools, within: float, limits: tuple[float, float]
) -> None:
    low, high, bits = columns.low[own], columns.high[own], columns.bits[own]
    published = known & (bits & KNOWN_BITS != 0)
    impossible = known & (derived.lower > limits[1])
    possible = Interval(np.maximum(derived.lower, limits[0]), np.minimum(derived.upper, limits[1]))
    both = reconcile(Interval(low, high), possible, _rounding(low, high, within))
    conflict = published & both.conflict if both.conflict is not None else np.zeros_like(published)
    low[known] = np.where(published, both.lower, possible.lower)[known]
    high[known] = np.where(published, both.upper, possible.upper)[known]
    low[impossible], high[impossible] = limits
    bits[known & ~published] = State.KNOWN.bit
    bits[conflict | impossible] = State.CONFLICTING.bit
