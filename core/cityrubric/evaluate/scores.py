"""Outcomes -> scores: group by group and in total, as whole thousandths, with denominators; and the pass rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.verdicts import Outcomes
from cityrubric.records import Decision, Verdict
from cityrubric.rubric.model import Group, Indicator, PassRule

Sums = NDArray[np.int64]
Rows = NDArray[np.intp]

WHOLE = 100_000
"""A whole, in thousandths of a percent. Rates are compared by cross-multiplication, so nothing is ever rounded."""


@frozen(eq=False)
class Scores:
    """Points of each group and of the base groups together, in thousandths, one column per city.

    Attributes:
        floor: least points; one row per group.
        ceiling: most points.
        maximum: what could be earned by what applies: the denominator.
        base: floor, ceiling and maximum of all base groups together.
        decision: codes of `Decision`.
    """

    floor: Sums
    ceiling: Sums
    maximum: Sums
    base: tuple[Sums, Sums, Sums]
    decision: NDArray[np.int8]


@frozen(eq=False)
class ScorePlan:
    """How outcomes add up, compiled once.

    Attributes:
        groups: the indicators of each group.
        base: numbers of the groups that count toward the rate.
        vetoes: numbers of the indicators that are vetoes.
        key_items: numbers of the indicators with a line of their own.
        line: least rate over the applicable maximum, in thousandths of a percent.
        key_line: least rate of key items.
    """

    groups: tuple[slice, ...]
    base: Rows
    vetoes: Rows
    key_items: Rows
    line: int
    key_line: int


def plan_scores(groups: Sequence[Group], indicators: Sequence[Indicator], pass_rule: PassRule) -> ScorePlan:
    """Compile how outcomes add up; indicators stand in the order of their groups."""
    roles = {group.id: group.role for group in groups}
    owners = [indicator.group for indicator in indicators]
    ids = [indicator.id for indicator in indicators]
    return ScorePlan(
        groups=tuple(slice(owners.index(g.id), owners.index(g.id) + owners.count(g.id)) for g in groups),
        base=np.array([n for n, group in enumerate(groups) if group.role == "base"], dtype=np.intp),
        vetoes=np.array([n for n, owner in enumerate(owners) if roles[owner] == "veto"], dtype=np.intp),
        key_items=np.array([ids.index(id_) for id_ in pass_rule.key_items], dtype=np.intp),
        line=pass_rule.line,
        key_line=pass_rule.key_line,
    )


def score(outcomes: Outcomes, plan: ScorePlan) -> Scores:
    """Add up what each group earns, and apply the pass rule."""
    floor, ceiling, maximum = (
        np.stack([points[rows].sum(axis=0, dtype=np.int64) for rows in plan.groups])
        for points in (outcomes.floor, outcomes.ceiling, outcomes.maximum)
    )
    base = (floor[plan.base].sum(axis=0), ceiling[plan.base].sum(axis=0), maximum[plan.base].sum(axis=0))
    return Scores(floor, ceiling, maximum, base, _decide(outcomes, base, plan))


def _decide(outcomes: Outcomes, base: tuple[Sums, Sums, Sums], plan: ScorePlan) -> NDArray[np.int8]:
    """Pass only if even the least scores pass and every veto is known not triggered; never on a failed rule."""
    floor, ceiling, maximum = base
    vetoes = outcomes.verdicts[plan.vetoes]
    passes = (floor * WHOLE >= plan.line * maximum) & (vetoes == Verdict.MET).all(axis=0) & (maximum > 0)
    fails = (ceiling * WHOLE < plan.line * maximum) | (vetoes == Verdict.NOT_MET).any(axis=0)
    if plan.key_items.size:
        low, high, whole = (
            points[plan.key_items].astype(np.int64) for points in (outcomes.floor, outcomes.ceiling, outcomes.maximum)
        )
        passes &= (low * WHOLE >= plan.key_line * whole).all(axis=0)
        fails |= (high * WHOLE < plan.key_line * whole).any(axis=0)
    decision = np.where(fails, Decision.FAIL, np.where(passes, Decision.PASS, Decision.UNDETERMINED))
    failed = (outcomes.verdicts == Verdict.ERROR).any(axis=0)
    return np.where(failed, Decision.UNDETERMINED, decision).astype(np.int8)
