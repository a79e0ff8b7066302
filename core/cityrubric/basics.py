"""The operators and aggregations of every rule set, offered by the same hooks as those of any plugin."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np

from cityrubric.hookspecs import hookimpl
from cityrubric.interval import Floats
from cityrubric.scoring import Aggregation, Line, Members, Operator

WHOLE = 100_000.0
"""A whole, in thousandths of a percent."""


@hookimpl
def operators() -> Iterable[Operator]:
    """Return the operators: by lines, in proportion, per occurrence, or only shown."""
    return (
        Operator("bands"),
        Operator("award"),
        Operator("veto"),
        Operator("report", earns=False),
        Operator("award_proportional", line=lambda terms: Line(terms.points / terms.full)),
        Operator("sheet", line=lambda terms: Line(terms.points / terms.full)),
        Operator("expert", line=lambda terms: Line(terms.points / terms.full)),
        Operator("deduct", line=lambda terms: Line(-terms.each, terms.points), takes=True, earns=False),
    )


@hookimpl
def aggregations() -> Iterable[Aggregation]:
    """Return the aggregations."""
    return (
        Aggregation("sum", _sum),
        Aggregation("rate", _rate),
        Aggregation("weighted_mean", _weighted_mean),
        Aggregation("lowest", _lowest),
        Aggregation("highest", _highest),
    )


def _sum(values: Floats, members: Members) -> Floats:
    """Points together."""
    return _added(values)


def _rate(values: Floats, members: Members) -> Floats:
    """Points together, as a part of what applies; nothing where nothing applies."""
    most = _added(members.most)
    return np.asarray(WHOLE * _added(values) / np.where(most > 0, most, 1.0))


def _weighted_mean(values: Floats, members: Members) -> Floats:
    """The mean by weights, over what applies."""
    weights = members.weights * members.applies
    total = _added(weights)
    return np.asarray(_added(weights * values) / np.where(total > 0, total, 1.0))


def _lowest(values: Floats, members: Members) -> Floats:
    """The weakest link: the least of what applies. Of values on one scale, the cap that each sets on all others."""
    least = np.where(members.applies, values, np.inf).min(axis=0)
    return np.where(np.isfinite(least), least, 0.0)


def _highest(values: Floats, members: Members) -> Floats:
    """The greatest of what applies."""
    greatest = np.where(members.applies, values, -np.inf).max(axis=0)
    return np.where(np.isfinite(greatest), greatest, 0.0)


def _added(rows: Floats) -> Floats:
    """One after the other: the sum of a city's floats must not depend on how many cities there are."""
    return functools.reduce(np.add, rows)
