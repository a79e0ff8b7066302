"""The plain engine: what the rule form means. A conclusion holds where one of its conjunctions holds altogether."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.inference.ground import Conclusion, Test
from cityrubric.evaluate.segments import Segments, rows_or_slice, segments
from cityrubric.interval import Bools

Rows = NDArray[np.intp]


@frozen(eq=False)
class Stratum:
    """Conclusions that build only on tests and on earlier strata.

    Attributes:
        bodies: rows of what each conjunction needs; shorter ones repeat their last.
        conclusions: the run of conjunctions of each conclusion.
        into: rows that the conclusions' truths are written to.
    """

    bodies: Rows
    conclusions: Segments
    into: Rows | slice


@frozen(eq=False)
class PlainPlan:
    """Conclusions as tables over rows: first the tests, then the conclusions.

    Attributes:
        tests: how many rows are tests.
        rows: how many rows there are.
        strata: conclusions, in an order in which they can be drawn.
    """

    tests: int
    rows: int
    strata: tuple[Stratum, ...]


def plan_plain(conclusions: Sequence[Conclusion], tests: Mapping[Test, int]) -> PlainPlan:
    """Compile conclusions; `tests` gives the row of each test."""
    heights: list[int] = []
    for made in conclusions:
        needed = [heights[part] for body in made.alternatives for part in body if isinstance(part, int)]
        heights.append(max(needed, default=-1) + 1)
    strata = []
    for height in range(max(heights, default=-1) + 1):
        numbers = [n for n, other in enumerate(heights) if other == height]
        strata.append(_stratum(numbers, conclusions, tests))
    return PlainPlan(len(tests), len(tests) + len(conclusions), tuple(strata))


def _stratum(numbers: list[int], conclusions: Sequence[Conclusion], tests: Mapping[Test, int]) -> Stratum:
    bodies = [
        [part + len(tests) if isinstance(part, int) else tests[part] for part in body]
        for n in numbers
        for body in conclusions[n].alternatives
    ]
    longest = max(len(body) for body in bodies)
    counts = [len(conclusions[n].alternatives) for n in numbers]
    return Stratum(
        bodies=np.array([body + body[-1:] * (longest - len(body)) for body in bodies], dtype=np.intp).T,
        conclusions=segments(counts),
        into=rows_or_slice([n + len(tests) for n in numbers]),
    )


def infer(truths: Bools, plan: PlainPlan) -> Bools:
    """Draw every conclusion.

    Args:
        truths: one row per test, one column per city.
        plan: the conclusions.

    Returns:
        One row per conclusion, one column per city.
    """
    rows = np.empty((plan.rows, truths.shape[1]), dtype=np.bool_)
    rows[: plan.tests] = truths
    for stratum in plan.strata:
        holds = rows.take(stratum.bodies[0], 0)
        for needed in stratum.bodies[1:]:
            holds &= rows.take(needed, 0)
        rows[stratum.into] = stratum.conclusions.join(np.logical_or, holds)
    return rows[plan.tests :]
