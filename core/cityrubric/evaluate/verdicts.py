"""Measured values -> outcomes: what each part earns, and what is said of each indicator, or why nothing can be."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.block import CLEARED, FOUND, Block
from cityrubric.evaluate.measures import Measured
from cityrubric.evaluate.operators import Earned, Grades, LinearTable, Points, StepTable, linear_table, step_table
from cityrubric.evaluate.segments import Segments, segments
from cityrubric.interval import Bools, anywhere
from cityrubric.records import KNOWN_BITS, State, Verdict
from cityrubric.rubric.model import Ruleset

Rows = NDArray[np.intp]

_MET, _NOT_MET = Verdict.MET.value, Verdict.NOT_MET.value
_ANY_GRADE = np.array([_NOT_MET, _MET], dtype=np.int8)[:, None, None]
_REASON_BITS = np.uint16(sum(state.bit for state in State) & ~KNOWN_BITS)
_DISPUTED = np.uint16(State.DISPUTED.bit | State.CONFLICTING.bit)
_REASONS_TO_ASK = np.uint16(int(_REASON_BITS) & ~State.NOT_OCCURRING.bit)

# Why a part is open, or that it counts: joined over the parts of an indicator by `|`.
_COUNTS, _PLAINLY_OPEN, _NOT_INSPECTED, _FAILED = 1, 2, 4, 8


@frozen(eq=False)
class Outcomes:
    """What is said of each indicator; one row per indicator, one column per city; points in thousandths.

    Attributes:
        verdicts: codes of `Verdict`.
        points: least, most, and what could be earned by what applies: three layers.
    """

    verdicts: Grades
    points: Points


@frozen(eq=False)
class VerdictPlan:
    """The rubric's parts and indicators as tables, compiled once; parts stand in the order of their indicators.

    Attributes:
        indicators: the run of parts of each indicator.
        several: indicators of more than one part, which are judged by their points.
        range: the least and most that each part can earn; the least is below zero for deductions.
        unscored: indicators outside the score.
        recorded: parts that are vetoes cleared by a record only.
        earning: indicators with something to earn, of which nothing is left where none of that applies.
        late_is_lost: whether what was not supplied in time earns nothing.
    """

    steps: StepTable
    lines: LinearTable
    indicators: Segments
    several: Rows
    range: Points
    unscored: Rows
    recorded: Rows
    earning: Bools
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
        range=np.array([least, [part.points for part in parts]], dtype=np.int32)[:, :, None],
        unscored=np.flatnonzero([not indicator.scored for indicator in indicators]),
        recorded=np.flatnonzero([part.cleared_by == "record" for part in parts]),
        earning=np.array([[any(part.points for part in indicator.parts)] for indicator in indicators]),
        late_is_lost=ruleset.after_deadline is Verdict.NOT_MET,
    )


def judge(measured: Measured, block: Block, plan: VerdictPlan) -> Outcomes:
    """Judge every indicator on every city."""
    earned = _earn(measured, plan)
    known = measured.bits & KNOWN_BITS != 0
    _clear_vetoes(earned, measured, known, block, plan)
    flags = _open_parts(earned, measured, known, plan)
    for fault in measured.faults:
        flags[fault.part, fault.city] |= _FAILED
    return _join_parts(earned, flags, plan)


def _earn(measured: Measured, plan: VerdictPlan) -> Earned:
    """What each part earns by its operator; parts that only report earn nothing."""
    points, grades = np.zeros(measured.ends.shape, np.int32), np.zeros(measured.ends.shape, np.int8)
    for table in (plan.steps, plan.lines):
        points[:, table.rows], grades[:, table.rows] = table.judge(measured.ends.take(table.rows, 1))
    return Earned(points, grades)


def _clear_vetoes(earned: Earned, measured: Measured, known: Bools, block: Block, plan: VerdictPlan) -> None:
    """A veto is cleared by positive evidence only: without a record, "not known to have happened" stays open.

    A record fills in what the figures leave open; against a figure, or among figures that disagree, it decides nothing.
    """
    rows = plan.recorded
    if not rows.size:
        return
    worst, best = earned.grades[:, rows]
    happened, never = (best == _NOT_MET) & known[rows], (worst == _MET) & known[rows]
    disputed = measured.bits[rows] & _DISPUTED != 0
    cleared = (block.cleared == CLEARED) & ~happened & (never | ~disputed)
    found = happened | ((block.cleared == FOUND) & ~never)
    earned.grades[0, rows] = np.where(cleared, _MET, _NOT_MET)
    earned.grades[1, rows] = np.where(found, _NOT_MET, _MET)
    known[rows] |= cleared | found


def _open_parts(earned: Earned, measured: Measured, known: Bools, plan: VerdictPlan) -> NDArray[np.uint8]:
    """Say of each part whether it counts, and if it is open, why; in place, what is open earns from all to nothing.

    A reason stands only where every fact that is still unknown gives it; mixed reasons leave the part plainly open.
    """
    points, grades = earned
    np.copyto(points, plan.range, where=~known)
    np.copyto(grades, _ANY_GRADE, where=~known)
    is_open = grades[0] != grades[1]
    reasons = measured.bits & _REASON_BITS
    absent = is_open & (reasons == State.NOT_OCCURRING.bit) & (measured.bits & KNOWN_BITS == 0)
    not_inspected = is_open & _only(reasons, State.NOT_INSPECTED)
    if plan.late_is_lost:
        late = is_open & _only(reasons, State.NOT_SUPPLIED) & (plan.range[1] > 0)
        points[:, late], grades[:, late] = 0, _NOT_MET
        is_open &= ~late
    points[:, absent] = 0
    flags = np.where(is_open, np.where(not_inspected, _COUNTS | _NOT_INSPECTED, _COUNTS | _PLAINLY_OPEN), _COUNTS)
    return np.where(absent, 0, flags).astype(np.uint8)


def _only(reasons: NDArray[np.uint16], state: State) -> Bools:
    """Where this is the reason for everything unknown, but for what does not occur at all."""
    return np.asarray(reasons & _REASONS_TO_ASK == state.bit)


def _join_parts(earned: Earned, flags: NDArray[np.uint8], plan: VerdictPlan) -> Outcomes:
    """Parts -> indicators: points add up, between nothing and what applies; verdicts follow."""
    join = plan.indicators.join
    maximum = join(np.add, plan.range[1] * (flags & _COUNTS))
    points = np.stack([join(np.add, earned.points[0]), join(np.add, earned.points[1]), maximum])
    points = np.minimum(np.maximum(points, 0), maximum)
    grades = earned.grades.take(plan.indicators.first, 1)
    grades[:, plan.several] = _by_points(points[:2, plan.several], maximum[plan.several])
    verdicts = np.where(grades[0] == grades[1], grades[0], np.int8(Verdict.UNDETERMINED))
    joined = join(np.bitwise_or, flags)
    why = joined & (_PLAINLY_OPEN | _NOT_INSPECTED)
    verdicts[(verdicts == Verdict.UNDETERMINED) & (why == _NOT_INSPECTED)] = Verdict.NOT_ASSESSED
    verdicts[(joined & _COUNTS == 0) | ((maximum == 0) & plan.earning)] = Verdict.NOT_APPLICABLE
    verdicts[plan.unscored] = Verdict.OUT_OF_SCOPE
    failed = joined & _FAILED != 0
    if anywhere(failed):
        verdicts[failed] = Verdict.ERROR
        points[0, failed], points[1, failed] = 0, maximum[failed]
    return Outcomes(verdicts, points)


def _by_points(points: Points, maximum: Points) -> Grades:
    """Full marks are met, none are not met."""
    partly = np.where(points > 0, Verdict.PARTLY_MET.value, _NOT_MET)
    return np.where(points >= maximum, _MET, partly).astype(np.int8)
