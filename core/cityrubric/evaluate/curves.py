"""Operators that are no lines and no bands: a plugin draws the points as a curve, and is asked part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from cityrubric.evaluate.calls import Failures, MeasureError, why_failed
from cityrubric.evaluate.measures import PartFault
from cityrubric.evaluate.operators import Earned, Limits, Rows, limits_of, terms_of
from cityrubric.interval import Floats
from cityrubric.pluginsources import speaking_aside
from cityrubric.rubric.model import Part
from cityrubric.scoring import Operator, Terms

_OPEN = np.array([[-np.inf], [np.inf]])


@frozen(eq=False)
class CurveTable:
    """Parts whose points an operator draws as a curve.

    Attributes:
        rows: numbers of the parts.
        curves: their operators, with what each part says of its points.
        limits: between what they earn.
    """

    rows: Rows
    curves: tuple[tuple[Operator, Terms], ...]
    limits: Limits

    def judge(self, ends: Floats, earned: Earned) -> tuple[PartFault, ...]:
        """Judge the measured values of the table's parts, write down what they earn, and say where a curve failed."""
        drawn, faults = np.empty(ends.shape), []
        for place, (operator, terms) in enumerate(self.curves):
            drawn[:, place], failures = _draw(operator, terms, ends[:, place])
            part, says = int(self.rows[place]), f"operator '{operator.name}'"
            faults += [PartFault(part, city, operator.plugin, f"{says} {why}") for city, why in failures.items()]
        self.limits.write(drawn, earned)
        return tuple(faults)


def _draw(operator: Operator, terms: Terms, ends: Floats) -> tuple[Floats, Failures]:
    """The points at the worse and the better end; a curve that fails is drawn city by city.

    What it fails on may be any points.
    """
    with speaking_aside(), np.errstate(all="ignore"):
        try:
            return _call(operator, terms, ends), {}
        except Exception:  # whatever a plugin raises: which cities are to blame is asked one by one
            drawn, failures = np.empty(ends.shape), Failures()
            for city in range(ends.shape[1]):
                try:
                    drawn[:, city : city + 1] = _one(operator, terms, ends[:, city : city + 1])
                except Exception as error:  # the city is reported as failed, with this reason
                    failures[city] = why_failed(error)
                    drawn[:, city] = -np.inf, np.inf
            return drawn, failures


def _one(operator: Operator, terms: Terms, ends: Floats) -> Floats:
    """The points of one city; where a curve cannot be drawn to infinity, what it reaches there is open."""
    try:
        return _call(operator, terms, ends)
    except Exception:
        finite = np.isfinite(ends)
        if finite.all():
            raise
        drawn = _OPEN.copy()
        if finite.any():
            known = _call(operator, terms, np.where(finite, ends, ends[finite]))
            drawn[finite] = known[finite]
        return drawn


def _call(operator: Operator, terms: Terms, ends: Floats) -> Floats:
    assert operator.curve is not None
    drawn = np.asarray(operator.curve(ends, terms), dtype=np.float64)
    if drawn.shape != ends.shape:
        raise MeasureError(f"returned the shape {drawn.shape}, not {ends.shape}")
    if not (drawn[0] <= drawn[1]).all():
        raise MeasureError("returned NaN, or falls where it must rise")
    return drawn


def curve_table(
    parts: Sequence[Part], deepest: Sequence[int], rounding: str, operators: Mapping[str, Operator]
) -> CurveTable:
    """Compile the parts whose operators draw curves; arguments as for `linear_table`."""
    rows = [n for n, part in enumerate(parts) if operators[part.operator].curve]
    curves = tuple((operators[parts[n].operator], terms_of(parts[n])) for n in rows)
    limits = limits_of(rows, parts, deepest, rounding, operators)
    return CurveTable(np.array(rows, dtype=np.intp), curves, limits)
