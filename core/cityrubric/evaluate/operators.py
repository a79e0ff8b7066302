"""Measured values x operators -> what each part earns, and how good it may be: worst and best case at once.

A linear table holds every part whose operator is an even line; bands and curves stand in modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.errors import PluginError
from cityrubric.interval import Floats, constants
from cityrubric.language import translate as _
from cityrubric.pluginsources import speaking_aside
from cityrubric.rubric.model import Part
from cityrubric.scoring import Line, Operator, Terms

Points = NDArray[np.int32]
Grades = NDArray[np.int8]
Rows = NDArray[np.intp]

(_DUST,) = constants(np.float64, 1e-6)  # of a thousandth of a point: what floats may lose on the way


class Earned(NamedTuple):
    """What parts earn, at least and at most: two layers, one row per part, one column per city.

    Attributes:
        points: in thousandths.
        grades: from NOT_MET to MET.
    """

    points: Points
    grades: Grades

    def of(self, parts: slice) -> Earned:
        """Return the same of some parts, to be written to."""
        return Earned(self.points[:, parts], self.grades[:, parts])


@frozen(eq=False)
class Limits:
    """Between what parts earn, and how they round.

    Attributes:
        least: the least that can be earned; below zero for deductions from other parts.
        most: the most that can be earned.
        lift: 0 where points are rounded down, 0.5 where half up.
    """

    least: Floats
    most: Floats
    lift: float

    def write(self, exact: Floats, earned: Earned) -> None:
        """Write down exact points as whole thousandths between the limits. What is not full never earns full."""
        np.minimum(np.maximum(exact, self.least, out=exact), self.most, out=exact)
        exact += _DUST
        if self.lift:
            most = self.most - (exact < self.most)
            exact = np.minimum(exact + self.lift, most)
        earned.points[...] = np.floor(exact, out=exact)
        earned.grades[...] = grades_of(exact, self.most)


@frozen(eq=False)
class LinearTable:
    """Everything that is earned or lost in proportion; points per unit, in thousandths.

    Attributes:
        rows: numbers of the parts.
        slope: points per unit of the measured value; negative for deductions; anything where the part is flat.
        start: points at zero.
        flat: places of the parts whose points are the same for all values.
        limits: between what they earn.
    """

    rows: Rows
    slope: Floats
    start: Floats
    flat: Rows
    limits: Limits

    def judge(self, ends: Floats, earned: Earned) -> None:
        """Judge the measured values of the table's parts, and write down what they earn."""
        exact = ends * self.slope
        if self.flat.size:
            exact[:, self.flat] = 0.0
        exact += self.start
        self.limits.write(exact, earned)


def grades_of(points: NDArray[Any], most: NDArray[Any]) -> Grades:
    """Full marks are met, none are not met; a grade is the number of these two lines that are reached."""
    full = points >= most  # nothing of nothing is met, too
    return full.view(np.int8) + ((points > 0) | full)


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
            lines.append(_drawn(operators[part.operator], draw, part))
    slope, start = _column(line.slope for line in lines), _column(line.start for line in lines)
    flat = slope == 0
    slope[flat] = 1  # so that a value without an end is not multiplied by nothing
    limits = limits_of(rows, parts, deepest, rounding, operators)
    return LinearTable(np.array(rows, dtype=np.intp), slope, start, np.flatnonzero(flat), limits)


def _drawn(operator: Operator, draw: Callable[[Terms], Line], part: Part) -> Line:
    """The line of a part, the same for all cities.

    Raises:
        PluginError: if it is none, or leads the wrong way; whatever it gave would look like points.
    """
    with speaking_aside():
        line = draw(terms_of(part))
    if not _leads(line, operator):
        says = _("plugin '{plugin}': operator '{name}' draws no fitting line: {line}")
        raise PluginError(says.format(plugin=operator.plugin, name=operator.name, line=line))
    return line


def _leads(line: object, operator: Operator) -> bool:
    """Whether a line is one, and never falls, or never rises where points are taken."""
    if not isinstance(line, Line) or not np.isfinite([line.slope, line.start]).all():
        return False
    return (-line.slope if operator.takes else line.slope) >= 0


def terms_of(part: Part) -> Terms:
    """Return what a part says of its points."""
    return Terms(float(part.points), float(part.each), part.full)


def limits_of(
    rows: Sequence[int], parts: Sequence[Part], deepest: Sequence[int], rounding: str, operators: Mapping[str, Operator]
) -> Limits:
    """Return the limits of some parts; arguments as for `linear_table`."""
    return Limits(
        least=_column(-deepest[n] if operators[parts[n].operator].takes else 0 for n in rows),
        most=_column(parts[n].points for n in rows),
        lift=0.5 if rounding == "half_up" else 0.0,
    )


def _column(numbers: Iterable[float]) -> Floats:
    return np.array([*numbers], dtype=np.float64).reshape(-1, 1)
