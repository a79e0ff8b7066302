"""Measured values -> outcomes: what each part earns, and what is said of each indicator, or why nothing can be."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.block import CLEARED, FOUND, Block
from cityrubric.evaluate.curves import CurveTable, curve_table
from cityrubric.evaluate.measures import Measured, PartFault
from cityrubric.evaluate.operators import (
    Earned,
    Grades,
    LinearTable,
    Points,
    StepTable,
    grades_of,
    linear_table,
    nothing,
    step_table,
)
from cityrubric.evaluate.segments import Segments, segments
from cityrubric.interval import Bools, anywhere
from cityrubric.rubric.model import Ruleset
from cityrubric.states import KNOWN_BITS, State, Verdict

Rows = NDArray[np.intp]
Flags = NDArray[np.uint8]

_MET, _NOT_MET = np.int8(Verdict.MET), np.int8(Verdict.NOT_MET)
_UNDETERMINED, _NOT_ASSESSED = np.int8(Verdict.UNDETERMINED), np.int8(Verdict.NOT_ASSESSED)
_NOT_APPLICABLE = np.int8(Verdict.NOT_APPLICABLE)
_REASON_BITS = np.uint16(sum(state.bit for state in State) & ~KNOWN_BITS)
_DISPUTED = np.uint16(State.DISPUTED.bit | State.CONFLICTING.bit)
_NOT_OCCURRING, _NOT_SUPPLIED, _NOT_INSPECTED_BIT = (
    np.uint16(state.bit) for state in (State.NOT_OCCURRING, State.NOT_SUPPLIED, State.NOT_INSPECTED)
)
_REASONS_TO_ASK = np.uint16(int(_REASON_BITS) & ~State.NOT_OCCURRING.bit)

# Why a part is open, or that it counts: joined over the parts of an indicator by `|`.
_COUNTS, _PLAINLY_OPEN, _NOT_INSPECTED, _FAILED = map(np.uint8, (1, 2, 4, 8))
_OPEN_TO_NOT_INSPECTED = _NOT_INSPECTED - _PLAINLY_OPEN


@frozen(eq=False)
class Outcomes:
    """What is said of each indicator; one row per indicator, one column per city; points in thousandths.

    Attributes:
        verdicts: codes of `Verdict`.
        points: least, most, and what could be earned by what applies: three layers.
        faults: where a measure or an operator failed.
    """

    verdicts: Grades
    points: Points
    faults: tuple[PartFault, ...] = ()


@frozen(eq=False)
class VerdictPlan:
    """The rubric's parts and indicators as tables, compiled once; parts stand in the order of their indicators.

    Attributes:
        indicators: the run of parts of each indicator.
        several: indicators of more than one part, which are judged by their points.
        range: the least and most that each part can earn; the least is below zero for deductions.
        order: where each part stands among steps, lines and reports, one after the other.
        reporting: how many parts only report.
        unscored: indicators outside the score.
        recorded: parts that are vetoes cleared by a record only.
        earning: indicators with something to earn, of which nothing is left where none of that applies.
        late_is_lost: whether what was not supplied in time earns nothing.
    """

    steps: StepTable
    lines: LinearTable
    curves: CurveTable
    indicators: Segments
    several: Rows
    range: Points
    order: Rows
    reporting: int
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
    operators, rounding = ruleset.offers.operators, ruleset.rounding
    least = [-deep if operators[part.operator].takes else 0 for part, deep in zip(parts, deepest, strict=True)]
    steps, lines = step_table(parts), linear_table(parts, deepest, rounding, operators)
    curves = curve_table(parts, deepest, rounding, operators)
    judged = [*steps.rows.tolist(), *lines.rows.tolist(), *curves.rows.tolist()]
    reports = [n for n in range(len(parts)) if n not in judged]
    return VerdictPlan(
        steps=steps,
        lines=lines,
        curves=curves,
        order=np.argsort(np.array([*judged, *reports], dtype=np.intp)),
        reporting=len(reports),
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
    earned, faults = _earn(measured, plan)
    known = measured.bits & KNOWN_BITS != 0
    _clear_vetoes(earned, measured, known, block, plan)
    flags = _open_parts(earned, measured, known, plan)
    faults = (*measured.faults, *faults)
    for fault in faults:
        flags[fault.part, fault.city] |= _FAILED
    return _join_parts(earned, flags, plan, faults)


def _earn(measured: Measured, plan: VerdictPlan) -> tuple[Earned, tuple[PartFault, ...]]:
    """What each part earns by its operator, and where one failed; parts that only report earn nothing."""
    lots = [table.judge(measured.ends.take(table.rows, 1)) for table in (plan.steps, plan.lines)]
    faults: tuple[PartFault, ...] = ()
    if plan.curves.rows.size:
        drawn, faults = plan.curves.judge(measured.ends.take(plan.curves.rows, 1))
        lots.append(drawn)
    lots.append(nothing(plan.reporting, measured.ends.shape[2]))
    points, grades = (np.concatenate(some, axis=1).take(plan.order, 1) for some in zip(*lots, strict=True))
    return Earned(points, grades), faults


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


def _open_parts(earned: Earned, measured: Measured, known: Bools, plan: VerdictPlan) -> Flags:
    """Say of each part whether it counts, and if it is open, why; in place, what is open earns from all to nothing.

    A reason stands only where every fact that is still unknown gives it; mixed reasons leave the part plainly open.
    """
    points, grades = earned
    points *= known  # masks as numbers: many times as quick as masked copies
    points += plan.range * ~known
    grades[0] *= known
    np.maximum(grades[1], ~known * _MET, out=grades[1])
    is_open = grades[0] != grades[1]
    reasons = measured.bits & _REASON_BITS
    absent = is_open & (reasons == _NOT_OCCURRING) & (measured.bits & KNOWN_BITS == 0)
    asked = reasons & _REASONS_TO_ASK
    if plan.late_is_lost:
        late = is_open & (asked == _NOT_SUPPLIED) & (plan.range[1] > 0)
        if anywhere(late):
            np.copyto(points, 0, where=late)
            np.copyto(grades, _NOT_MET, where=late)
            is_open &= ~late
    not_inspected = is_open & (asked == _NOT_INSPECTED_BIT)
    flags: Flags = is_open.view(np.uint8) * _PLAINLY_OPEN
    flags += not_inspected.view(np.uint8) * _OPEN_TO_NOT_INSPECTED
    flags |= _COUNTS
    if anywhere(absent):
        np.copyto(points, 0, where=absent)
        np.copyto(flags, 0, where=absent)
    return flags


def _join_parts(earned: Earned, flags: Flags, plan: VerdictPlan, faults: tuple[PartFault, ...]) -> Outcomes:
    """Parts -> indicators: points add up, between nothing and what applies; verdicts follow."""
    applicable = plan.range[1] * (flags & _COUNTS)
    points = plan.indicators.join(np.add, np.concatenate([earned.points, applicable[None]]))
    maximum = points[2]
    np.minimum(np.maximum(points, 0, out=points), maximum, out=points)
    grades = earned.grades.take(plan.indicators.first, 1)
    grades[:, plan.several] = grades_of(points[:2, plan.several], maximum[plan.several])
    is_open = grades[0] != grades[1]
    verdicts = grades[0] | is_open * _UNDETERMINED  # the grades are 0 to 2, and that is 3
    joined = plan.indicators.join(np.bitwise_or, flags)
    silent = is_open & (joined & (_PLAINLY_OPEN | _NOT_INSPECTED) == _NOT_INSPECTED)
    verdicts += silent * (_NOT_ASSESSED - _UNDETERMINED)
    outside = (joined & _COUNTS == 0) | ((maximum == 0) & plan.earning)
    if anywhere(outside):
        verdicts[outside] = _NOT_APPLICABLE
    verdicts[plan.unscored] = Verdict.OUT_OF_SCOPE
    failed = joined & _FAILED != 0
    if anywhere(failed):
        verdicts[failed] = Verdict.ERROR
        points[0, failed], points[1, failed] = 0, maximum[failed]
    return Outcomes(verdicts, points, faults)
