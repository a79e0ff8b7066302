"""What is known of facts by period -> the columns: which figure or reason stands for which year, for many cities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from attrs import fields, frozen
from numpy.typing import NDArray

from cityrubric.evaluate.block import Bits
from cityrubric.evaluate.layout import Layout
from cityrubric.interval import Floats
from cityrubric.states import KNOWN_BITS, State

Numbers = NDArray[np.intp]

NO_PERIOD = 0
"""Stands for the years of what is tied to none."""


@frozen(eq=False)
class Settled:
    """What is known of facts: one row per city, fact and period, no two alike, in the order in which they were stated.

    Attributes:
        column: the city's column.
        fact: the fact's number in the layout.
        first: first year; `NO_PERIOD` where there is none.
        last: last year.
        bits: the state's bit, and `CLAIMS_DIFFER`.
        low: least value.
        high: greatest value.
    """

    column: Numbers
    fact: Numbers
    first: Numbers
    last: Numbers
    bits: Bits
    low: Floats
    high: Floats

    def and_(self, other: Settled) -> Settled:
        """Return these rows, then the other ones."""
        return Settled(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in _COLUMNS))

    def of_columns(self, rows: Numbers, columns: Numbers) -> Settled:
        """Return these rows, each for another column."""
        return Settled(columns, *(getattr(self, name)[rows] for name in _COLUMNS[1:]))


_COLUMNS = tuple(attribute.name for attribute in fields(Settled))

SettledRow = tuple[int, int, int, int, int, float, float]
"""One row of `Settled`."""


def settled_rows(rows: Sequence[SettledRow]) -> Settled:
    """Return rows as columns."""
    columns = [*zip(*rows, strict=True)] or [()] * 7
    column, fact, first, last = (np.array(some, dtype=np.intp) for some in columns[:4])
    low, high = (np.array(some, dtype=np.float64) for some in columns[5:])
    return Settled(column, fact, first, last, np.array(columns[4], dtype=np.uint16), low, high)


class _Places(NamedTuple):
    """Which of the settled rows stand how many years back."""

    rows: Numbers
    back: Numbers


def place(settled: Settled, assessed: Numbers, layout: Layout) -> tuple[Floats, Bits]:
    """Return the ends and bits of a block: what is settled, year by year, and for the recent years as a whole.

    In each year the year's own figure or reason stands, else the nearest stock, else a reason that covers the year,
    else what has no period. What nobody states keeps its whole possible range.

    Args:
        settled: what is known.
        assessed: the assessment year of each city.
        layout: where everything stands.
    """
    ends = np.repeat(layout.ends[:, :, None], len(assessed), axis=2)
    bits = np.zeros(ends.shape[1:], dtype=np.uint16)  # 0: nothing said
    places = [*_weakest_first(settled, assessed[settled.column], layout)]
    rows = np.concatenate([some.rows for some in places])
    _write(ends, bits, settled, rows, np.concatenate([some.back for some in places]), layout)
    _zero_where_none_occurs(ends, bits, layout)
    _one_reason(ends, bits, layout)
    span_starts = assessed[settled.column] - layout.recent_years + 1
    spans = np.flatnonzero((settled.first == span_starts) & (settled.last == assessed[settled.column]))
    _write(ends, bits, settled, spans, layout.years, layout)
    _at_least_inside(ends, bits, settled, span_starts, assessed, layout)
    bits[bits == 0] = State.ABSENT.bit
    return ends, bits


def _weakest_first(settled: Settled, assessed: Numbers, layout: Layout) -> list[_Places]:
    """Everything that may stand for a year; of several for the same one the last decides."""
    known = settled.bits & KNOWN_BITS != 0
    timed = settled.first != NO_PERIOD
    single = timed & (settled.first == settled.last)
    back = assessed - settled.first
    whenever = np.flatnonzero(~timed & (layout.timeless[settled.fact] | ~known))
    reasons = np.flatnonzero(timed & ~known)[::-1]  # of several reasons the first stated one
    years = np.arange(layout.years)[:, None]
    covered = (back[reasons] >= years) & ((assessed - settled.last)[reasons] <= years)
    covers = np.nonzero(covered)
    return [
        _Places(np.tile(whenever, layout.years), np.repeat(years[:, 0], len(whenever))),
        _Places(reasons[covers[1]], covers[0]),
        *_lent(np.flatnonzero(single & known), back, settled, layout),
        _inside(np.flatnonzero(single), back, layout),
    ]


def _lent(stocks: Numbers, back: Numbers, settled: Settled, layout: Layout) -> list[_Places]:
    """Stocks that stand in for years before and after their own: the nearest decides, of two the later one."""
    carry = layout.carry[settled.fact]
    places = []
    for distance in range(int(carry[stocks].max(initial=0)), 0, -1):
        far = stocks[carry[stocks] >= distance]
        places += [_inside(far, back - distance, layout), _inside(far, back + distance, layout)]
    return places


def _inside(rows: Numbers, back: Numbers, layout: Layout) -> _Places:
    """These rows, so many years back, as far as there are columns for that."""
    some = back[rows]
    inside = (some >= 0) & (some < layout.years)
    return _Places(rows[inside], some[inside])


def _write(ends: Floats, bits: Bits, settled: Settled, rows: Numbers, back: Numbers | int, layout: Layout) -> None:
    where = settled.fact[rows] * layout.width + back, settled.column[rows]
    bits[where], ends[0][where], ends[1][where] = settled.bits[rows], settled.low[rows], settled.high[rows]


def _at_least_inside(
    ends: Floats, bits: Bits, settled: Settled, starts: Numbers, assessed: Numbers, layout: Layout
) -> None:
    """What is said of some of the recent years together is the least there can be in all of them.

    Where nothing can be below zero; a figure for all of them that is less contradicts it.
    """
    last, possible = assessed[settled.column], layout.ends[0, settled.fact * layout.width]
    inside = (settled.first >= starts) & (settled.last <= last) & (settled.last - settled.first < last - starts)
    several = (settled.first < settled.last) & (settled.bits & KNOWN_BITS != 0) & (possible >= 0)
    for row in np.flatnonzero(inside & several & (settled.low > possible)).tolist():
        where = settled.fact[row] * layout.width + layout.years, settled.column[row]
        if settled.low[row] > ends[1][where]:
            bits[where], ends[1][where] = State.CONFLICTING.bit, settled.high[row]
        elif bits[where] & KNOWN_BITS == 0:
            bits[where] = State.KNOWN.bit
        if bits[where] & State.CONFLICTING.bit == 0:
            ends[0][where] = max(ends[0][where], settled.low[row])


def _zero_where_none_occurs(ends: Floats, bits: Bits, layout: Layout) -> None:
    """For some facts "does not occur here" means none, in every single year."""
    rows = layout.zero_rows
    facts, columns = np.nonzero(bits[rows] == State.NOT_OCCURRING.bit)
    bits[rows[facts], columns], ends[:, rows[facts], columns] = State.KNOWN.bit, 0.0


def _one_reason(ends: Floats, bits: Bits, layout: Layout) -> None:
    """Why nothing is known of the recent years as a whole, where the same is so of each of them."""
    by_year = bits.reshape(len(layout.specs), layout.width, -1)
    newest = by_year[:, 0]
    same = (newest != 0) & (newest & KNOWN_BITS == 0)
    for back in range(1, layout.recent_years):
        same &= by_year[:, back] == newest
    facts, columns = np.nonzero(same)
    first = facts * layout.width
    bits[first + layout.years, columns] = bits[first, columns]
    ends[:, first + layout.years, columns] = ends[:, first, columns]
