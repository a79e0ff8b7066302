"""Measured values x operators -> what each part earns, and how good it may be: worst and best case at once.

A step table holds all bands of the rule set; a linear table holds every part whose operator is an even line; curves
stand in a module of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.lines import least_beyond, least_reaching, rounded
from cityrubric.interval import Floats
from cityrubric.rubric.model import Band, Part
from cityrubric.scoring import Operator, Terms
from cityrubric.states import Verdict

Points = NDArray[np.int32]
Grades = NDArray[np.int8]
Rows = NDArray[np.intp]

_DUST = 1e-6  # of a thousandth of a point: what floats may lose on the way


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
        points = whole(exact, self.most, self.lift)
        points[:, self.falling] = points[::-1, self.falling]
        return Earned(points.astype(np.int32), grades_of(points, self.most))


def whole(exact: Floats, most: Floats, lift: float) -> Floats:
    """Whole thousandths, between 0 and the most; in place. What is not full never earns full."""
    exact += _DUST
    points = np.floor(exact + lift)
    np.minimum(points, most - (exact < most), out=points)
    return points


def grades_of(points: NDArray[Any], most: NDArray[Any]) -> Grades:
    """Full marks are met, none are not met; a grade is the number of these two lines that are reached."""
    grades = (points >= most).view(np.int8)  # nothing of nothing is met, too
    grades += (points > 0) | (points >= most)
    return grades


def step_table(parts: Sequence[Part]) -> StepTable:
    """Compile the bands of the parts that have any."""
    cells = {n: cells_of(part.bands) for n, part in enumerate(parts) if part.bands}
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


def linear_table(
    parts: Sequence[Part], deepest: Sequence[int], rounding: str, operators: Mapping[str, Operator]
) -> LinearTable:
    """Compile the parts that earn or lose evenly.

    Args:
        parts: all parts.
        deepest: the most that each may take from others of its indicator.
        rounding: `down` or `half_up`, to a thousandth of a point.
        operators: by name.
    """
    rows, lines = [], []
    for n, part in enumerate(parts):
        if draw := operators[part.operator].line:
            rows.append(n)
            lines.append(draw(terms_of(part)))
    slope, start = _column(line.slope for line in lines), _column(line.start for line in lines)
    return LinearTable(slope=slope, start=start, **earned_limits(rows, parts, deepest, rounding, operators))


def terms_of(part: Part) -> Terms:
    """Return what a part says of its points."""
    return Terms(float(part.points), float(part.each), part.full)


def earned_limits(
    rows: Sequence[int], parts: Sequence[Part], deepest: Sequence[int], rounding: str, operators: Mapping[str, Operator]
) -> dict[str, Any]:
    """Return what tables of parts have in common: between what they earn, which of them take, and how they round."""
    takes = [operators[parts[n].operator].takes for n in rows]
    return {
        "rows": np.array(rows, dtype=np.intp),
        "least": _column(-deepest[n] if falls else 0 for n, falls in zip(rows, takes, strict=True)),
        "most": _column(parts[n].points for n in rows),
        "falling": np.flatnonzero(takes),
        "lift": 0.5 if rounding == "half_up" else 0.0,
    }


def _column(numbers: Iterable[float]) -> Floats:
    return np.array([*numbers], dtype=np.float64).reshape(-1, 1)


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
