"""Operators that are no lines and no bands: a plugin draws the points as a curve, and is asked part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from cityrubric.errors import CityrubricError
from cityrubric.evaluate.operators import Earned, Rows, earned_limits, grades_of, terms_of, whole
from cityrubric.interval import Floats
from cityrubric.language import translate as _
from cityrubric.pluginsources import speaking_aside
from cityrubric.rubric.model import Part
from cityrubric.scoring import Operator, Terms


@frozen(eq=False)
class CurveTable:
    """Parts whose points an operator draws as a curve.

    Attributes:
        rows: numbers of the parts.
        curves: their operators, with what each part says of its points.
        least: the least that can be earned; below zero for what is taken from other parts.
        most: the most that can be earned.
        falling: places of those that take points away; their curves fall.
        lift: 0 where points are rounded down, 0.5 where half up.
    """

    rows: Rows
    curves: tuple[tuple[Operator, Terms], ...]
    least: Floats
    most: Floats
    falling: Rows
    lift: float

    def judge(self, ends: Floats) -> Earned:
        """Judge the measured values of the table's parts.

        Raises:
            CityrubricError: if a curve returns what is no number, or falls where it must not.
        """
        drawn = np.empty(ends.shape)
        for place, (operator, terms) in enumerate(self.curves):
            drawn[:, place] = _draw(operator, terms, ends[:, place])
        exact = np.minimum(np.maximum(drawn, self.least), self.most)
        points = whole(exact, self.most, self.lift)
        return Earned(points.astype(np.int32), grades_of(points, self.most))


def _draw(operator: Operator, terms: Terms, ends: Floats) -> Floats:
    assert operator.curve is not None
    with speaking_aside(), np.errstate(all="ignore"):
        drawn = np.asarray(operator.curve(ends, terms), dtype=np.float64)
    drawn = drawn[::-1] if operator.takes else drawn
    if drawn.shape != ends.shape or not (drawn[0] <= drawn[1]).all():
        says = _("operator '{name}': its curve returns no numbers, or falls where it must rise")
        raise CityrubricError(says.format(name=operator.name))
    return drawn


def curve_table(
    parts: Sequence[Part], deepest: Sequence[int], rounding: str, operators: Mapping[str, Operator]
) -> CurveTable:
    """Compile the parts whose operators draw curves; arguments as for `linear_table`."""
    rows = [n for n, part in enumerate(parts) if operators[part.operator].curve]
    curves = tuple((operators[parts[n].operator], terms_of(parts[n])) for n in rows)
    return CurveTable(curves=curves, **earned_limits(rows, parts, deepest, rounding, operators))
