"""Runs of rows joined to one row each, for all columns at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

_FEW = 16
Rows = NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)


@frozen(eq=False)
class Segments:
    """Consecutive runs of rows.

    Attributes:
        first: the first row of each run.
        further: for the second, third, ... rows of runs: which runs have one, and which row it is.
    """

    first: Rows
    further: tuple[tuple[Rows, Rows], ...]

    def join(self, ufunc: np.ufunc, rows: NDArray[Scalar]) -> NDArray[Scalar]:
        """Return one row per run: its rows joined by the function, in their order; of each layer, if there are any.

        `reduceat` is quick for few columns and slow for many. Both ways give the same, except for sums of floats, whose
        order matters: those always go one way, since a city must not depend on its company.
        """
        if rows.shape[-1] < _FEW and rows.dtype.kind != "f":
            few: NDArray[Scalar] = ufunc.reduceat(rows, self.first, axis=-2)
            return few
        joined = rows.take(self.first, -2)
        for runs, more in self.further:
            joined[..., runs, :] = ufunc(joined[..., runs, :], rows.take(more, -2))
        return joined


def segments(lengths: Iterable[int]) -> Segments:
    """Return runs of these lengths, each 1 or more, one after the other."""
    size = np.array([*lengths], dtype=np.intp)
    first = np.cumsum(size) - size
    further = []
    for nth in range(1, int(size.max(initial=1))):
        runs = np.flatnonzero(size > nth)
        further.append((runs, first[runs] + nth))
    return Segments(first, tuple(further))
