"""Measured values x operators -> what each part earns, and how good it may be: worst and best case at once.

Two shapes carry every operator. A step table holds all bands of the rule set (bands, award, veto); a linear table holds
what grows or shrinks with the value (award_proportional, deduct, sheet, expert).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.lines import least_beyond, least_reaching, rounded
from cityrubric.interval import Floats
from cityrubric.records import Verdict
from cityrubric.rubric.model import Band, Part

Points = NDArray[np.int32]
Grades = NDArray[np.int8]
Rows = NDArray[np.intp]

_DUST = 1e-6  # of a thousandth of a point: what floats may lose on the way
STEP_OPERATORS = frozenset({"bands", "award", "veto"})
LINEAR_OPERATORS = frozenset({"award_proportional", "deduct", "sheet", "expert"})


class Earned(NamedTuple):
    """What parts earn, at least and at most: two layers, one row per part, one column per city.

    Attributes:
        points: in thousandths.
        grades: from NOT_MET to MET.
    """

    points: Points
    grades: Grades


def nothing(rows: int, cities: int) -> Earned:
    """What parts earn that only report."""
    return Earned(np.zeros((2, rows, cities), np.int32), np.zeros((2, rows, cities), np.int8))


@frozen(eq=False)
class StepTable:
    """All bands of a rule set in one table.

    The lines of a part cut its values into cells, and every cell lies wholly in one band. For each pair of cells that
    an interval may begin and end in, the table holds the least and most that can be earned in between.

    Attributes:
        rows: numbers of the parts, those with most lines first.
        lines: the lines of each part, padded with what no value reaches.
        reach: how many parts have more than n lines, for n = 0, 1, ...
        bases: where each part's pairs of cells begin.
        points: least and most for each pair of cells.
        grades: worst and best for each pair of cells.
    """

    rows: Rows
    lines: Floats
    reach: tuple[int, ...]
    bases: Rows
    points: Points
    grades: Grades

    def judge(self, ends: Floats) -> Earned:
        """Judge the measured values of the table's parts."""
        cell = (ends >= self.lines[:, :1]).view(np.int8)
        for n in range(1, len(self.reach)):
            rows = slice(0, self.reach[n])
            cell[:, rows] += ends[:, rows] >= self.lines[rows, n : n + 1]
        pair = cell[1] + self.bases
        pair += cell[0] * np.intp(self.lines.shape[1] + 1)
        return Earned(self.points.take(pair, 1), self.grades.take(pair, 1))


@frozen(eq=False)
class LinearTable:
    """Everything that is earned or lost in proportion; points per unit, in thousandths.

    Attributes:
        rows: numbers of the parts.
        slope: points per unit of the measured value; negative for deductions.
        start: points at zero.
        least: the least that can be earned; below zero for deductions from other parts.
        most: the most that can be earned.
        falling: places of the deductions, which earn least where the value is greatest.
        lift: 0 where points are rounded down, 0.5 where half up.
    """

    rows: Rows
    slope: Floats
    start: Floats
    least: Floats
    most: Floats
    falling: Rows
    lift: float

    def judge(self, ends: Floats) -> Earned:
        """Judge the measured values of the table's parts."""
        exact = ends * self.slope
        exact += self.start
        np.minimum(np.maximum(exact, self.least, out=exact), self.most, out=exact)
        exact += _DUST
        points = np.floor(exact + self.lift)
        np.minimum(points, self.most - (exact < self.most), out=points)  # what is not full never earns full
        points[:, self.falling] = points[::-1, self.falling]
        return Earned(points.astype(np.int32), grades_of(points, self.most))


def grades_of(points: NDArray[Any], most: NDArray[Any]) -> Grades:
    """Full marks are met, none are not met; a grade is the number of these two lines that are reached."""
    grades = (points >= most).view(np.int8)  # nothing of nothing is met, too
    grades += (points > 0) | (points >= most)
    return grades


def step_table(parts: Sequence[Part]) -> StepTable:
    """Compile the bands of the parts that have any."""
    cells = {n: cells_of(part.bands) for n, part in enumerate(parts) if part.operator in STEP_OPERATORS}
    rows = sorted(cells, key=lambda n: (-len(cells[n]), n))
    width = max((len(some) for some in cells.values()), default=2)
    lines = np.full((len(rows), width - 1), np.inf)
    for place, n in enumerate(rows):
        lines[place, : len(cells[n]) - 1] = [start for start, _band in cells[n][1:]]
    outcomes = np.array([pair for n in rows for pair in _pairs(cells[n], width)], dtype=np.int32).reshape(-1, 4)
    return StepTable(
        rows=np.array(rows, dtype=np.intp),
        lines=lines,
        reach=tuple(sum(len(cells[n]) - 1 > count for n in rows) for count in range(width - 1)),
        bases=np.arange(len(rows), dtype=np.intp)[:, None] * width**2,
        points=np.ascontiguousarray(outcomes.T[:2]),
        grades=np.ascontiguousarray(outcomes.T[2:], dtype=np.int8),
    )


def linear_table(parts: Sequence[Part], deepest: Sequence[int], rounding: str) -> LinearTable:
    """Compile the parts that earn or lose in proportion.

    Args:
        parts: all parts.
        deepest: the most that each may take from others of its indicator.
        rounding: `down` or `half_up`, to a thousandth of a point.
    """
    rows = [n for n, part in enumerate(parts) if part.operator in LINEAR_OPERATORS]
    deducts = [parts[n].operator == "deduct" for n in rows]
    slope = [
        -parts[n].each if deduct else parts[n].points / parts[n].full for n, deduct in zip(rows, deducts, strict=True)
    ]
    columns = {
        "slope": slope,
        "start": [parts[n].points if deduct else 0 for n, deduct in zip(rows, deducts, strict=True)],
        "least": [-deepest[n] if deduct else 0 for n, deduct in zip(rows, deducts, strict=True)],
        "most": [parts[n].points for n in rows],
    }
    arrays = {name: np.array(column, dtype=np.float64).reshape(-1, 1) for name, column in columns.items()}
    falling, lift = np.flatnonzero(deducts), 0.5 if rounding == "half_up" else 0.0
    return LinearTable(np.array(rows, dtype=np.intp), **arrays, falling=falling, lift=lift)


def cells_of(bands: Sequence[Band]) -> list[tuple[float, Band | None]]:
    """Cut all values into cells: the least float of each, and the band in which it lies; None where no band does."""
    starts = {-np.inf}
    starts |= {least_reaching(line) for band in bands for line in (band.at_least, band.below) if line is not None}
    starts |= {least_beyond(line) for band in bands for line in (band.above, band.at_most) if line is not None}
    return [(start, _band_at(start, bands)) for start in sorted(starts)]


def _band_at(start: float, bands: Sequence[Band]) -> Band | None:
    value = float(rounded(start)) if np.isfinite(start) else start
    return next((band for band in bands if band.holds(value)), None)


def _pairs(cells: Sequence[tuple[float, Band | None]], width: int) -> list[tuple[int, int, int, int]]:
    """Floor, ceiling, worst and best between any two cells; `width` is the table's number of cells."""
    scores = [band.score if band else 0 for _start, band in cells]
    grades = [band.verdict.value if band else Verdict.NOT_MET.value for _start, band in cells]
    outcomes = []
    for first in range(width):
        for last in range(width):
            inside = slice(min(first, len(cells) - 1), max(first, last) + 1)
            outcomes.append((min(scores[inside]), max(scores[inside]), min(grades[inside]), max(grades[inside])))
    return outcomes
