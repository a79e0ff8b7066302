"""Points -> further results: joined by aggregations, or looked up in tables, from what stands before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.lines import least_beyond, least_reaching, rounded
from cityrubric.interval import Floats
from cityrubric.rubric.model import Group, Indicator
from cityrubric.rubric.passing import Result, Row
from cityrubric.scoring import Aggregation, Members

Grid = NDArray[np.int64]
_POINTS, _GROUP, _RESULT = range(3)


@frozen(eq=False)
class Lookup:
    """A table over the cells between the lines of its members: within a cell, one row decides.

    Attributes:
        starts: of each member, where its cells begin but for the first.
        values: of each combination of cells, in thousandths.
    """

    starts: tuple[Floats, ...]
    values: Grid

    def join(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Return the least and greatest value of each city, over all cells its members may lie in."""
        first = [np.searchsorted(starts, low[n], "right") for n, starts in enumerate(self.starts)]
        last = [np.searchsorted(starts, high[n], "right") for n, starts in enumerate(self.starts)]
        ends = np.empty((2, low.shape[1]))
        for city in range(low.shape[1]):
            box = self.values[tuple(slice(a[city], b[city] + 1) for a, b in zip(first, last, strict=True))]
            ends[:, city] = box.min(), box.max()
        return ends[0], ends[1]


@frozen(eq=False)
class Joint:
    """How one result is made.

    Attributes:
        members: where each stands: among indicators, groups or results, and its number.
        weights: one per member.
        how: an aggregation, or a look-up.
    """

    members: tuple[tuple[int, int], ...]
    weights: Floats
    how: Aggregation | Lookup


def plan_results(
    results: Sequence[Result],
    indicators: Sequence[Indicator],
    groups: Sequence[Group],
    aggregations: Mapping[str, Aggregation],
) -> tuple[Joint, ...]:
    """Compile how results are made; each is made only of what stands before it."""
    places = {indicator.id: (_POINTS, n) for n, indicator in enumerate(indicators)}
    places |= {group.id: (_GROUP, n) for n, group in enumerate(groups)}
    places |= {result.id: (_RESULT, n) for n, result in enumerate(results)}
    return tuple(
        Joint(
            members=tuple(places[id_] for id_ in result.of),
            weights=np.array(result.weights).reshape(-1, 1),
            how=_lookup(result.table, len(result.of)) if result.table else aggregations[result.aggregation],
        )
        for result in results
    )


def make_results(points: Floats, groups: Floats, plan: Sequence[Joint]) -> Floats:
    """Return least, greatest and most possible value of each result: three layers, in thousandths.

    Args:
        points: of each indicator: least, most, and what applies.
        groups: the same of each group.
        plan: how results are made.
    """
    made = np.zeros((3, len(plan), points.shape[2]))
    for number, joint in enumerate(plan):
        pools = {_POINTS: points, _GROUP: groups, _RESULT: made}
        low, high, most = (np.array([pools[kind][layer, n] for kind, n in joint.members]) for layer in range(3))
        members = Members(most, joint.weights)
        if isinstance(joint.how, Lookup):
            made[0, number], made[1, number] = joint.how.join(low, high)
            made[2, number] = joint.how.values.max()
        else:
            made[:, number] = [joint.how.join(ends, members) for ends in (low, high, most)]
    return made


def _lookup(table: Sequence[Row], members: int) -> Lookup:
    cells = [_cells(table, n) for n in range(members)]
    shape = tuple(len(some) for some in cells)
    values = [_value_at(values, table) for values in product(*cells)]
    starts = tuple(np.array(some[1:]) for some in cells)
    return Lookup(starts, np.array(values, dtype=np.int64).reshape(shape))


def _cells(table: Sequence[Row], member: int) -> list[float]:
    """Where the cells of a member begin, as floats that decide as the lines mean it."""
    starts = {-np.inf}
    for row in table:
        at_least, above, at_most, below = row.within[member]
        starts |= {least_reaching(line) for line in (at_least, below) if line is not None}
        starts |= {least_beyond(line) for line in (above, at_most) if line is not None}
    return sorted(starts)


def _value_at(values: Sequence[float], table: Sequence[Row]) -> int:
    exact = [float(rounded(value)) if np.isfinite(value) else value for value in values]
    return next(row.value for row in table if all(map(_holds, exact, row.within)))


def _holds(value: float, limits: tuple[float | None, float | None, float | None, float | None]) -> bool:
    at_least, above, at_most, below = limits
    return (
        (at_least is None or value >= at_least)
        and (above is None or value > above)
        and (at_most is None or value <= at_most)
        and (below is None or value < below)
    )
