"""Bands -> what each part earns in each: tables over the cells into which the lines of a part cut its values.

Every cell lies wholly in one band. Where points and verdicts only rise with the value, or only fall, what an interval
may earn lies between what its ends earn; elsewhere every pair of cells must be looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from cityrubric.evaluate.lines import least_beyond, least_reaching, rounded
from cityrubric.evaluate.operators import Earned, Grades, Points, Rows
from cityrubric.interval import Floats
from cityrubric.rubric.model import Band, Part
from cityrubric.states import Verdict

Cell = tuple[float, "Band | None"]
"""The least float of a cell, and the band in which it lies; None where no band does."""


@frozen(eq=False)
class StairTable:
    """Bands that only rise, or only fall.

    Attributes:
        rows: numbers of the parts, those with most lines first.
        falling: numbers of those that fall: of these the greatest value is the worse end.
        lines: the lines of each part, padded with what no value reaches.
        reach: how many parts have more than n lines, for n = 0, 1, ...
        points: of each part below its first line, then what is added beyond each.
        grades: the same of grades.
    """

    rows: Rows
    falling: tuple[int, ...]
    lines: Floats
    reach: tuple[int, ...]
    points: Points
    grades: Grades

    def judge(self, ends: Floats, earned: Earned) -> None:
        """Judge the measured values of the table's parts, the worse end first, and write down what they earn."""
        earned.points[...] = self.points[:, :1]
        earned.grades[...] = self.grades[:, :1]
        for n, count in enumerate(self.reach):
            rows, jump = slice(0, count), slice(n + 1, n + 2)
            reached = ends[:, rows] >= self.lines[rows, n : n + 1]
            earned.points[:, rows] += reached * self.points[rows, jump]
            earned.grades[:, rows] += reached.view(np.int8) * self.grades[rows, jump]


@frozen(eq=False)
class StepTable:
    """Bands of which the best or the worst lies in the middle.

    For each pair of cells that an interval may begin and end in, the table holds the least and most that can be earned
    in between.

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

    def judge(self, ends: Floats, earned: Earned) -> None:
        """Judge the measured values of the table's parts, and write down what they earn."""
        cell = (ends >= self.lines[:, :1]).view(np.int8)
        for n in range(1, len(self.reach)):
            rows = slice(0, self.reach[n])
            cell[:, rows] += ends[:, rows] >= self.lines[rows, n : n + 1]
        pair = cell[1] + self.bases
        pair += cell[0] * np.intp(self.lines.shape[1] + 1)
        earned.points[...] = self.points.take(pair, 1)
        earned.grades[...] = self.grades.take(pair, 1)


def band_tables(parts: Sequence[Part]) -> tuple[StairTable, StepTable]:
    """Compile the bands of the parts that have any."""
    cells = {n: cells_of(part.bands) for n, part in enumerate(parts) if part.bands}
    stairs = {n: some for n, some in cells.items() if _rises(some) or _rises(some[::-1])}
    return _stair_table(stairs), _step_table({n: some for n, some in cells.items() if n not in stairs})


def _stair_table(cells: Mapping[int, Sequence[Cell]]) -> StairTable:
    rows, lines, reach = _lines(cells)
    earned = np.zeros((2, len(rows), lines.shape[1] + 1), dtype=np.int32)
    for place, n in enumerate(rows):
        levels = np.array([_earned(band) for _start, band in cells[n]]).T
        earned[:, place, : len(cells[n])] = np.diff(levels, prepend=0)
    falling = tuple(n for n in rows if not _rises(cells[n]))
    return StairTable(np.array(rows, dtype=np.intp), falling, lines, reach, earned[0], earned[1].astype(np.int8))


def _step_table(cells: Mapping[int, Sequence[Cell]]) -> StepTable:
    rows, lines, reach = _lines(cells)
    width = lines.shape[1] + 1
    outcomes = np.array([pair for n in rows for pair in _pairs(cells[n], width)], dtype=np.int32).reshape(-1, 4)
    return StepTable(
        rows=np.array(rows, dtype=np.intp),
        lines=lines,
        reach=reach,
        bases=np.arange(len(rows), dtype=np.intp)[:, None] * width**2,
        points=np.ascontiguousarray(outcomes.T[:2]),
        grades=np.ascontiguousarray(outcomes.T[2:], dtype=np.int8),
    )


def _lines(cells: Mapping[int, Sequence[Cell]]) -> tuple[list[int], Floats, tuple[int, ...]]:
    """The parts, those with most lines first; their lines, padded; and how many have more than n lines."""
    rows = sorted(cells, key=lambda n: (-len(cells[n]), n))
    most = max((len(some) - 1 for some in cells.values()), default=1)
    lines = np.full((len(rows), most), np.inf)
    for place, n in enumerate(rows):
        lines[place, : len(cells[n]) - 1] = [start for start, _band in cells[n][1:]]
    return rows, lines, tuple(sum(len(cells[n]) - 1 > count for n in rows) for count in range(most))


def _rises(cells: Sequence[Cell]) -> bool:
    """Whether neither points nor grades ever fall from one cell to the next."""
    points, grades = zip(*(_earned(band) for _start, band in cells), strict=True)
    return [*points] == sorted(points) and [*grades] == sorted(grades)


def _earned(band: Band | None) -> tuple[int, int]:
    return (band.score, band.verdict.value) if band else (0, Verdict.NOT_MET.value)


def cells_of(bands: Sequence[Band]) -> list[Cell]:
    """Cut all values into cells."""
    starts = {-np.inf}
    starts |= {least_reaching(line) for band in bands for line in (band.at_least, band.below) if line is not None}
    starts |= {least_beyond(line) for band in bands for line in (band.above, band.at_most) if line is not None}
    return [(start, _band_at(start, bands)) for start in sorted(starts)]


def _band_at(start: float, bands: Sequence[Band]) -> Band | None:
    value = float(rounded(start)) if np.isfinite(start) else start
    return next((band for band in bands if band.holds(value)), None)


def _pairs(cells: Sequence[Cell], width: int) -> list[tuple[int, int, int, int]]:
    """Floor, ceiling, worst and best between any two cells; `width` is the table's number of cells."""
    scores, grades = zip(*(_earned(band) for _start, band in cells), strict=True)
    outcomes = []
    for first in range(width):
        for last in range(width):
            inside = slice(min(first, len(cells) - 1), max(first, last) + 1)
            outcomes.append((min(scores[inside]), max(scores[inside]), min(grades[inside]), max(grades[inside])))
    return outcomes
