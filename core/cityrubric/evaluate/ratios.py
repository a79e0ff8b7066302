"""Percentages from their counts: a figure that is published, derivable, or both."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.layout import Layout
from cityrubric.interval import Bools, Floats, Interval, anywhere, reconcile
from cityrubric.states import KNOWN_BITS, State

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
    for ratios in _plan_ratios(layout):
        own, top, bottom = ratios.rows
        known = columns.bits[top] & KNOWN_BITS != 0
        known &= columns.bits[bottom] & KNOWN_BITS != 0
        known &= columns.high[bottom] > 0
        if not anywhere(known):
            continue
        quotient = Interval(columns.low[top], columns.high[top]) / Interval(columns.low[bottom], columns.high[bottom])
        derived = Interval(quotient.lower * ratios.times, quotient.upper * ratios.times, quotient.conflict)
        _write(columns, own, derived, known, ratios)


@frozen(eq=False)
class _Ratios:
    """Percentages that can be derived together: none is another's count.

    Attributes:
        rows: of the percentages, their numerators and their denominators.
        times: what a share is multiplied by.
        within: by how much rounding may make published ones differ.
        low: the least they can be.
        high: the most.
    """

    rows: NDArray[np.intp]
    times: Floats
    within: Floats
    low: Floats
    high: Floats


@functools.lru_cache(maxsize=16)
def _plan_ratios(layout: Layout) -> tuple[_Ratios, ...]:
    """The percentages in their order; what rests on a derived one comes in a later lot."""
    lots: list[list[FactSpec]] = [[]]
    for spec in layout.specs:
        if spec.ratio is not None:
            if any(earlier.key in spec.ratio for earlier in lots[-1]):
                lots.append([])
            lots[-1].append(spec)
    return tuple(_ratios(lot, layout) for lot in lots if lot)


def _ratios(lot: Sequence[FactSpec], layout: Layout) -> _Ratios:
    keys = zip(*((spec.key, *(spec.ratio or ())) for spec in lot), strict=True)
    rows = [[layout.row(key, year) for key in some for year in range(layout.width)] for some in keys]
    figures = [[100.0 if spec.unit == "%" else 1.0, spec.within, spec.low, spec.high] for spec in lot]
    columns = np.repeat(np.array(figures), layout.width, axis=0)
    return _Ratios(np.array(rows, dtype=np.intp), *(columns[:, n : n + 1] for n in range(4)))


def _rounding(low: Floats, high: Floats, within: Floats) -> Floats:
    """By how much a published figure may be off: half of its last printed place, at most `within`."""
    allowed = np.broadcast_to(within, low.shape)
    for places in range(1, _MOST_PLACES):
        printed = (low == high) & (np.round(low, places - 1) != low)
        allowed = np.where(printed, np.minimum(allowed, 0.5 / 10**places), allowed)
    return allowed


def _write(columns: Columns, own: NDArray[np.intp], derived: Interval, known: Bools, ratios: _Ratios) -> None:
    low, high, bits = columns.low[own], columns.high[own], columns.bits[own]
    published = known & (bits & KNOWN_BITS != 0)
    impossible = known & (derived.lower > ratios.high)
    possible = Interval(np.maximum(derived.lower, ratios.low), np.minimum(derived.upper, ratios.high))
    within = _rounding(low, high, ratios.within) if anywhere(published) else ratios.within
    both = reconcile(Interval(low, high), possible, within)
    conflict = published & both.conflict if both.conflict is not None else np.zeros_like(published)
    low = np.where(known, np.where(published, both.lower, possible.lower), low)
    high = np.where(known, np.where(published, both.upper, possible.upper), high)
    bits[known & ~published] = State.KNOWN.bit
    bits[conflict | impossible] = State.CONFLICTING.bit
    columns.low[own] = np.where(impossible, ratios.low, low)
    columns.high[own] = np.where(impossible, ratios.high, high)
    columns.bits[own] = bits
