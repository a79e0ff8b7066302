"""Several rows joined to one, many times over, for all columns at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.interval import Scalar

_FEW = 16
Rows = NDArray[np.intp]


@frozen(eq=False)
class Segments:
    """Runs of rows, each to be joined to one row.

    Attributes:
        order: where the rows of the first run stand, those of the second, ...; None where they stand in that order.
        starts: where each run begins in that order.
        first: the first row of each run.
        further: for the second, third, ... rows of runs: which runs have one, and which row it is.
    """

    order: Rows | None
    starts: Rows
    first: Rows
    further: tuple[tuple[Rows, Rows], ...]

    def join(self, ufunc: np.ufunc, rows: NDArray[Scalar]) -> NDArray[Scalar]:
        """Return one row per run: its rows joined by the function, in their order; of each layer, if there are any.

        `reduceat` is quick for few columns and slow for many. Both ways give the same, except for sums of floats, whose
        order matters: those always go one way, since a city must not depend on its company.
        """
        if rows.shape[-1] < _FEW and rows.dtype.kind != "f":
            ordered = rows if self.order is None else rows.take(self.order, -2)
            few: NDArray[Scalar] = ufunc.reduceat(ordered, self.starts, axis=-2)
            return few
        joined = rows.take(self.first, -2)
        for runs, more in self.further:
            joined[..., runs, :] = ufunc(joined[..., runs, :], rows.take(more, -2))
        return joined


def segments(lengths: Iterable[int], order: Rows | None = None) -> Segments:
    """Return runs of these lengths, each 1 or more; without an order they stand one after the other."""
    size = np.array([*lengths], dtype=np.intp)
    starts = np.cumsum(size) - size
    places = np.arange(size.sum()) if order is None else order
    further = []
    for nth in range(1, int(size.max(initial=1))):
        runs = np.flatnonzero(size > nth)
        further.append((runs, places[starts[runs] + nth]))
    return Segments(order, starts, places[starts], tuple(further))


def rows_or_slice(rows: Sequence[int]) -> Rows | slice:
    """Return rising numbers of rows as an index; those that follow each other are quicker to reach as a slice."""
    if rows and rows[-1] - rows[0] == len(rows) - 1:
        return slice(rows[0], rows[-1] + 1)
    return np.array(rows, dtype=np.intp)
