"""Points -> further results: joined by aggregations, or looked up in tables, from what stands before them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.calls import Failures, MeasureError, why_failed
from cityrubric.evaluate.lines import least_beyond, least_reaching, rounded
from cityrubric.interval import Floats
from cityrubric.pluginsources import speaking_aside
from cityrubric.rubric.model import Group, Indicator
from cityrubric.rubric.passing import Result, Row
from cityrubric.scoring import Aggregation, Members

Grid = NDArray[np.int64]
Whole = NDArray[np.int32] | NDArray[np.int64]
_POINTS, _GROUP, _RESULT = range(3)
_ANYTHING = np.array([[-np.inf], [np.inf], [0.0]])


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
        inside = np.ones((*self.values.shape, low.shape[1]), dtype=np.bool_)
        for n, starts in enumerate(self.starts):
            cells = np.arange(len(starts) + 1)[:, None]
            first, last = (np.searchsorted(starts, some[n], "right") for some in (low, high))
            within = (cells >= first) & (cells <= last)
            inside &= within.reshape([len(cells) if axis == n else 1 for axis in range(len(self.starts))] + [-1])
        possible = inside.reshape(-1, low.shape[1])
        values = self.values.reshape(-1, 1).astype(np.float64)
        return np.where(possible, values, np.inf).min(axis=0), np.where(possible, values, -np.inf).max(axis=0)


class ResultFault(NamedTuple):
    """A result that could not be made of one city of a block.

    Attributes:
        result: its number.
        city: its column.
        why: whose aggregation failed, and how.
    """

    result: int
    city: int
    why: str


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


def make_results(points: Whole, groups: Whole, plan: Sequence[Joint]) -> tuple[Floats, tuple[ResultFault, ...]]:
    """Return least, greatest and most possible value of each result: three layers, in thousandths; and what failed.

    Where an aggregation fails, its result may be anything, and so may what is made of it.

    Args:
        points: of each indicator: least, most, and what applies.
        groups: the same of each group.
        plan: how results are made.
    """
    made = np.zeros((3, len(plan), points.shape[2]))
    faults: list[ResultFault] = []
    for number, joint in enumerate(plan):
        pools = {_POINTS: points, _GROUP: groups, _RESULT: made}
        ends = np.array([pools[kind][:, n] for kind, n in joint.members], dtype=np.float64).transpose(1, 0, 2)
        built_on = {n for kind, n in joint.members if kind == _RESULT}
        failures = {fault.city: fault.why for fault in faults if fault.result in built_on}
        if isinstance(joint.how, Lookup):
            applies = ends[2] > 0  # nothing of nothing may be anything
            known = np.where(applies, ends[0], -np.inf), np.where(applies, ends[1], np.inf)
            made[0, number], made[1, number] = joint.how.join(*known)
            made[2, number] = joint.how.values.max()
        else:
            made[:, number], own = _join(joint.how, ends, joint.weights, failures)
            failures = {**own, **failures}
        made[:, number, [*failures]] = _ANYTHING
        faults += [ResultFault(number, city, why) for city, why in failures.items()]
    return made, tuple(faults)


def _join(how: Aggregation, ends: Floats, weights: Floats, without: Container[int]) -> tuple[Floats, Failures]:
    """The joined members; an aggregation that fails is asked again city by city, except of those that failed before."""
    with speaking_aside(), np.errstate(all="ignore"):
        try:
            return _call(how, ends, weights), {}
        except Exception:  # whatever a plugin raises: which cities are to blame is asked one by one
            made, failures = np.zeros((3, ends.shape[2])), Failures()
            for city in range(ends.shape[2]):
                try:
                    if city not in without:
                        made[:, city] = _call(how, ends[:, :, city : city + 1], weights)[:, 0]
                except Exception as error:  # the city is reported as failed, with this reason
                    failures[city] = f"{how.plugin}: aggregation '{how.name}' {why_failed(error)}"
            return made, failures


def _call(how: Aggregation, ends: Floats, weights: Floats) -> Floats:
    members = Members(ends[2], weights)
    joined = [np.asarray(how.join(layer, members), dtype=np.float64) for layer in ends]
    for layer in joined:
        if layer.shape != ends.shape[2:]:
            raise MeasureError(f"returned the shape {layer.shape}, not {ends.shape[2:]}")
    made = np.stack(joined)
    if not np.isfinite(made).all():
        raise MeasureError("returned NaN, or no finite number")
    if not (made[0] <= made[1]).all():
        raise MeasureError("falls where a member rises")
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
