"""Measured values -> outcomes: what each part earns, and what is said of each indicator, or why nothing can be."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.block import CLEARED, FOUND, Block
from cityrubric.evaluate.measures import Measured
from cityrubric.evaluate.operators import Earned, Grades, LinearTable, Points, StepTable, linear_table, step_table
from cityrubric.evaluate.segments import Segments, segments
from cityrubric.interval import Bools
from cityrubric.records import KNOWN_BITS, State, Verdict
from cityrubric.rubric.model import Ruleset

Rows = NDArray[np.intp]

_MET, _NOT_MET = Verdict.MET.value, Verdict.NOT_MET.value
_REASON_BITS = np.uint16(sum(state.bit for state in State) & ~KNOWN_BITS)
_REASONS_TO_ASK = np.uint16(int(_REASON_BITS) & ~State.NOT_OCCURRING.bit)

# Why a part is open, or that it counts: joined over the parts of an indicator by `|`.
_COUNTS, _PLAINLY_OPEN, _NOT_INSPECTED, _FAILED = 1, 2, 4, 8


@frozen(eq=False)
class Outcomes:
    """What is said of each indicator; one row per indicator, one column per city; points in thousandths.

    Attributes:
        verdicts: codes of `Verdict`.
        floor: least points.
        ceiling: most points.
        maximum: what could be earned by what applies.
    """

    verdicts: Grades
    floor: Points
    ceiling: Points
    maximum: Points


@frozen(eq=False)
class VerdictPlan:
    """The rubric's parts and indicators as tables, compiled once; parts stand in the order of their indicators.

    Attributes:
        indicators: the run of parts of each indicator.
        several: indicators of more than one part, which are judged by their points.
        most: what each part can earn.
        least: the least each part can earn; below zero for deductions.
        unscored: indicators outside the score.
        recorded: parts that are vetoes cleared by a record only.
        late_is_lost: whether what was not supplied in time earns nothing.
    """

    steps: StepTable
    lines: LinearTable
    indicators: Segments
    several: Rows
    most: Points
    least: Points
    unscored: Rows
    recorded: Rows
    late_is_lost: bool


def plan_verdicts(ruleset: Ruleset) -> VerdictPlan:
    """Compile how the indicators are judged."""
    indicators = ruleset.indicators
    parts = [part for indicator in indicators for part in indicator.parts]
    deepest = [indicator.max_score for indicator in indicators for _part in indicator.parts]
    counts = [len(indicator.parts) for indicator in indicators]
    least = [-deep if part.operator == "deduct" else 0 for part, deep in zip(parts, deepest, strict=True)]
    return VerdictPlan(
        steps=step_table(parts),
        lines=linear_table(parts, deepest, ruleset.rounding),
        indicators=segments(counts),
        several=np.flatnonzero(np.array(counts) > 1),
        most=np.array([[part.points] for part in parts], dtype=np.int32),
        least=np.array(least, dtype=np.int32)[:, None],
        unscored=np.flatnonzero([not indicator.scored for indicator in indicators]),
        recorded=np.flatnonzero([part.cleared_by == "record" for part in parts]),
        late_is_lost=ruleset.after_deadline is Verdict.NOT_MET,
    )


def judge(measured: Measured, block: Block, plan: VerdictPlan) -> Outcomes:
    """Judge every indicator on every city."""
    earned = _earn(measured, plan)
    known = measured.bits & KNOWN_BITS != 0
    _clear_vetoes(earned, known, block, plan)
    flags = _open_parts(earned, measured, known, plan)
    for fault in measured.faults:
        flags[fault.part, fault.city] |= _FAILED
    return _join_parts(earned, flags, plan)


def _earn(measured: Measured, plan: VerdictPlan) -> Earned:
    """What each part earns by its operator; parts that only report earn nothing."""
    shape = measured.low.shape
    earned = Earned(*(np.zeros(shape, dtype) for dtype in (np.int32, np.int32, np.int8, np.int8)))
    columns: tuple[NDArray[Any], ...] = earned
    for table in (plan.steps, plan.lines):
        judged = table.judge(measured.low.take(table.rows, 0), measured.high.take(table.rows, 0))
        for whole, some in zip(columns, judged, strict=True):
            whole[table.rows] = some
    return earned


def _clear_vetoes(earned: Earned, known: Bools, block: Block, plan: VerdictPlan) -> None:
    """A veto is cleared by positive evidence only: without a record, "not known to have happened" stays open."""
    rows = plan.recorded
    if not rows.size:
        return
    worst, best = earned.worst[rows], earned.best[rows]
    happened, silent = (best == _NOT_MET) & known[rows], ~known[rows]
    cleared = (block.cleared == CLEARED) & ~happened & (silent | (worst == _MET))
    found = happened | ((block.cleared == FOUND) & silent)
    earned.worst[rows] = np.where(cleared, _MET, _NOT_MET)
    earned.best[rows] = np.where(found, _NOT_MET, _MET)
    known[rows] |= cleared | found


def _open_parts(earned: Earned, measured: Measured, known: Bools, plan: VerdictPlan) -> NDArray[np.uint8]:
    """Say of each part whether it counts, and if it is open, why; in place, what is open earns from all to nothing.

    A reason stands only where every fact that is still unknown gives it; mixed reasons leave the part plainly open.
    """
    floor, ceiling, worst, best = earned
    reasons = measured.bits & _REASON_BITS
    none_known = ~known
    np.copyto(floor, plan.least, where=none_known)
    np.copyto(ceiling, plan.most, where=none_known)
    worst[none_known], best[none_known] = _NOT_MET, _MET
    is_open = worst != best
    absent = is_open & (reasons == State.NOT_OCCURRING.bit)
    not_inspected = is_open & _only(reasons, State.NOT_INSPECTED)
    if plan.late_is_lost:
        late = is_open & _only(reasons, State.NOT_SUPPLIED) & (plan.most > 0)
        floor[late] = ceiling[late] = 0
        worst[late] = best[late] = _NOT_MET
        is_open &= ~late
    floor[absent] = ceiling[absent] = 0
    flags = np.where(absent, 0, _COUNTS).astype(np.uint8)
    flags |= np.where(not_inspected, _NOT_INSPECTED, np.where(is_open & ~absent, _PLAINLY_OPEN, 0)).astype(np.uint8)
    return flags


def _only(reasons: NDArray[np.uint16], state: State) -> Bools:
    """Where this is the reason for everything unknown, but for what does not occur at all."""
    return np.asarray(reasons & _REASONS_TO_ASK == state.bit)


def _join_parts(earned: Earned, flags: NDArray[np.uint8], plan: VerdictPlan) -> Outcomes:
    """Parts -> indicators: points add up, between nothing and what applies; verdicts follow."""
    join, first = plan.indicators.join, plan.indicators.first
    maximum = join(np.add, plan.most * (flags & _COUNTS))
    floor, ceiling = (np.clip(join(np.add, points), 0, maximum) for points in (earned.floor, earned.ceiling))
    joined = join(np.bitwise_or, flags)
    worst, best = earned.worst.take(first, 0), earned.best.take(first, 0)
    rows = plan.several
    worst[rows], best[rows] = (_by_points(points[rows], maximum[rows]) for points in (floor, ceiling))
    verdicts = np.where(worst == best, worst, np.int8(Verdict.UNDETERMINED))
    only_uninspected = (verdicts == Verdict.UNDETERMINED) & (
        joined & (_PLAINLY_OPEN | _NOT_INSPECTED) == _NOT_INSPECTED
    )
    verdicts[only_uninspected] = Verdict.NOT_ASSESSED
    verdicts[joined & _COUNTS == 0] = Verdict.NOT_APPLICABLE
    verdicts[plan.unscored] = Verdict.OUT_OF_SCOPE
    failed = joined & _FAILED != 0
    if failed.any():
        verdicts[failed] = Verdict.ERROR
        floor[failed], ceiling[failed] = 0, maximum[failed]
    return Outcomes(verdicts, floor, ceiling, maximum)


def _by_points(points: Points, maximum: Points) -> Grades:
    """Full marks are met, none are not met."""
    partly = np.where(points > 0, Verdict.PARTLY_MET.value, _NOT_MET)
    return np.where(points >= maximum, _MET, partly).astype(np.int8)
