"""Measured values -> outcomes: what each part earns, and what is said of each indicator, or why nothing can be."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.bands import StairTable, StepTable, band_tables
from cityrubric.evaluate.block import CLEARED, FOUND, Bits, Block
from cityrubric.evaluate.curves import CurveTable, curve_table
from cityrubric.evaluate.measures import Measured, PartFault
from cityrubric.evaluate.operators import (
    Earned,
    Grades,
    LinearTable,
    Points,
    grades_of,
    linear_table,
)
from cityrubric.evaluate.segments import Segments, segments
from cityrubric.interval import Bools, anywhere, constants
from cityrubric.rubric.model import Ruleset
from cityrubric.states import KNOWN_BITS, State, Verdict

Rows = NDArray[np.intp]
Flags = NDArray[np.uint8]

_MET, _NOT_MET, _UNDETERMINED = constants(np.int8, Verdict.MET, Verdict.NOT_MET, Verdict.UNDETERMINED)
_NOT_APPLICABLE, _OUT_OF_SCOPE, _ERROR = constants(np.int8, Verdict.NOT_APPLICABLE, Verdict.OUT_OF_SCOPE, Verdict.ERROR)
(_TO_NOT_ASSESSED,) = constants(np.int8, Verdict.NOT_ASSESSED - Verdict.UNDETERMINED)
_NO_BITS, _KNOWN_BITS, _NOT_OCCURRING, _NOT_SUPPLIED, _NOT_INSPECTED_BIT = constants(
    np.uint16, 0, KNOWN_BITS, State.NOT_OCCURRING.bit, State.NOT_SUPPLIED.bit, State.NOT_INSPECTED.bit
)
_ALL_BITS = sum(state.bit for state in State)
_SAYING_BITS, _DISPUTED, _REASONS_TO_ASK = constants(
    np.uint16,
    _ALL_BITS | KNOWN_BITS,
    State.DISPUTED.bit | State.CONFLICTING.bit,
    _ALL_BITS & ~(KNOWN_BITS | State.NOT_OCCURRING.bit),
)
_CLEARED, _FOUND = constants(np.uint8, CLEARED, FOUND)
(_NO_POINTS,) = constants(np.int32, 0)

# Why a part is open, or that it counts: joined over the parts of an indicator by `|`.
_NO_FLAGS, _COUNTS, _PLAINLY_OPEN, _NOT_INSPECTED, _FAILED = constants(np.uint8, 0, 1, 2, 4, 8)
_OPEN, _TO_NOT_INSPECTED = constants(np.uint8, 2 | 4, 4 - 2)


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
    """The rubric's parts and indicators as tables, compiled once.

    Parts are judged in an order of their own: stairs, steps, lines, curves, and those that only report.

    Attributes:
        order: numbers of the parts in this order.
        places: where each part stands in it.
        ends: rows of the measured ends in this order, as one layer: first the end at which a part earns least.
        indicators: the parts of each indicator, by their places.
        several: indicators of more than one part, which are judged by their points.
        range: the least and most that each part can earn; the least is below zero for deductions.
        unscored: indicators outside the score.
        recorded: places of the parts that are vetoes cleared by a record only.
        earning: indicators with something to earn, of which nothing is left where none of that applies.
        losing: parts that earn nothing where their facts were not supplied in time; None where that costs nothing.
    """

    stairs: StairTable
    steps: StepTable
    lines: LinearTable
    curves: CurveTable
    order: Rows
    places: Rows
    ends: Rows
    indicators: Segments
    several: Rows
    range: Points
    unscored: Rows
    recorded: Rows
    earning: Bools
    losing: Bools | None


def plan_verdicts(ruleset: Ruleset) -> VerdictPlan:
    """Compile how the indicators are judged."""
    indicators, operators, rounding = ruleset.indicators, ruleset.offers.operators, ruleset.rounding
    parts = [part for indicator in indicators for part in indicator.parts]
    counts = [len(indicator.parts) for indicator in indicators]
    # What is taken from a part that stands alone cannot be taken from others.
    deepest = [i.max_score if len(i.parts) > 1 else 0 for i in indicators for _part in i.parts]
    stairs, steps = band_tables(parts)
    lines = linear_table(parts, deepest, rounding, operators)
    curves = curve_table(parts, deepest, rounding, operators)
    judged = [n for table in (stairs, steps, lines, curves) for n in table.rows.tolist()]
    order = np.array([*judged, *(n for n in range(len(parts)) if n not in judged)], dtype=np.intp)
    places = np.argsort(order)
    taking = [n for n, part in enumerate(parts) if operators[part.operator].takes]
    least = [-deepest[n] if n in taking else 0 for n in range(len(parts))]
    most = [part.points for part in parts]
    return VerdictPlan(
        stairs=stairs,
        steps=steps,
        lines=lines,
        curves=curves,
        order=order,
        places=places,
        ends=order + len(parts) * np.where(np.isin(order, [*taking, *stairs.falling]), [[1], [0]], [[0], [1]]),
        indicators=segments(counts, places),
        several=np.flatnonzero(np.array(counts) > 1),
        range=np.array([least, most], dtype=np.int32)[:, order, None],
        unscored=np.flatnonzero([not indicator.scored for indicator in indicators]),
        recorded=np.array([places[n] for n, part in enumerate(parts) if part.cleared_by == "record"], dtype=np.intp),
        earning=np.array([[any(part.points for part in indicator.parts)] for indicator in indicators]),
        losing=np.array(most)[order, None] > 0 if ruleset.after_deadline is Verdict.NOT_MET else None,
    )


def judge(measured: Measured, block: Block, plan: VerdictPlan) -> Outcomes:
    """Judge every indicator on every city."""
    points = np.empty((3, *measured.bits.shape), np.int32)
    earned = Earned(points[:2], np.empty((2, *measured.bits.shape), np.int8))
    faults = (*measured.faults, *_earn(measured, earned, plan))
    bits = measured.bits.take(plan.order, 0)
    known = bits & _KNOWN_BITS != _NO_BITS
    _clear_vetoes(earned, bits, known, block, plan)
    flags = _open_parts(earned, bits, known, plan)
    np.multiply(plan.range[1], flags & _COUNTS, out=points[2])
    for fault in faults:
        flags[plan.places[fault.part], fault.city] |= _FAILED
    return _join_parts(points, earned.grades, flags, plan, faults)


def _earn(measured: Measured, earned: Earned, plan: VerdictPlan) -> tuple[PartFault, ...]:
    """Write down what each part earns by its operator; say where one failed. Parts that only report earn nothing."""
    ends = measured.ends.reshape(-1, measured.ends.shape[2]).take(plan.ends, 0)
    done = 0
    for table in (plan.stairs, plan.steps, plan.lines):
        some = slice(done, done + len(table.rows))
        if table.rows.size:
            table.judge(ends[:, some], earned.of(some))
        done = some.stop
    some = slice(done, done + len(plan.curves.rows))
    faults = plan.curves.judge(ends[:, some], earned.of(some)) if plan.curves.rows.size else ()
    earned.points[:, some.stop :] = 0
    earned.grades[:, some.stop :] = 0
    return faults


def _clear_vetoes(earned: Earned, bits: Bits, known: Bools, block: Block, plan: VerdictPlan) -> None:
    """A veto is cleared by positive evidence only: without a record, "not known to have happened" stays open.

    A record fills in what the figures leave open; against a figure, or among figures that disagree, it decides nothing.
    """
    rows = plan.recorded
    if not rows.size:
        return
    worst, best = earned.grades.take(rows, 1)
    told = known.take(rows, 0)
    happened, never = (best == _NOT_MET) & told, (worst == _MET) & told
    disputed = bits.take(rows, 0) & _DISPUTED != _NO_BITS
    cleared = (block.cleared == _CLEARED) & ~happened & (never | ~disputed)
    found = happened | ((block.cleared == _FOUND) & ~never)
    earned.grades[0, rows] = np.where(cleared, _MET, _NOT_MET)
    earned.grades[1, rows] = np.where(found, _NOT_MET, _MET)
    known[rows] = told | cleared | found


def _open_parts(earned: Earned, bits: Bits, known: Bools, plan: VerdictPlan) -> Flags:
    """Say of each part whether it counts, and if it is open, why; in place, what is open earns from all to nothing.

    A reason stands only where every fact that is still unknown gives it; mixed reasons leave the part plainly open.
    """
    points, grades = earned
    unknown = ~known
    points *= known  # masks as numbers: many times as quick as masked copies
    points += plan.range * unknown
    grades[0] *= known.view(np.int8)
    np.maximum(grades[1], unknown.view(np.int8) * _MET, out=grades[1])
    is_open = grades[0] != grades[1]
    absent = is_open & (bits & _SAYING_BITS == _NOT_OCCURRING)
    asked = bits & _REASONS_TO_ASK
    if plan.losing is not None:
        late = is_open & (asked == _NOT_SUPPLIED) & plan.losing
        if anywhere(late):
            np.copyto(points, 0, where=late)
            np.copyto(grades, _NOT_MET, where=late)
            is_open &= ~late
    flags: Flags = is_open.view(np.uint8) * _PLAINLY_OPEN
    flags += (is_open & (asked == _NOT_INSPECTED_BIT)).view(np.uint8) * _TO_NOT_INSPECTED
    flags |= _COUNTS
    if anywhere(absent):
        np.copyto(points, 0, where=absent)
        np.copyto(flags, 0, where=absent)
    return flags


def _join_parts(
    of_parts: Points, grades: Grades, flags: Flags, plan: VerdictPlan, faults: tuple[PartFault, ...]
) -> Outcomes:
    """Parts -> indicators: points add up, between nothing and what applies; verdicts follow."""
    points = plan.indicators.join(np.add, of_parts)
    grades = grades.take(plan.indicators.first, 1)
    sums = points.take(plan.several, 1)
    np.minimum(np.maximum(sums, _NO_POINTS, out=sums), sums[2], out=sums)
    points[:, plan.several] = sums
    grades[:, plan.several] = grades_of(sums[:2], sums[2])
    is_open = grades[0] != grades[1]
    verdicts = grades[0] | is_open.view(np.int8) * _UNDETERMINED  # the grades are 0 to 2, and that is 3
    joined = plan.indicators.join(np.bitwise_or, flags)
    silent = is_open & (joined & _OPEN == _NOT_INSPECTED)
    verdicts += silent.view(np.int8) * _TO_NOT_ASSESSED
    maximum = points[2]
    outside = (joined & _COUNTS == _NO_FLAGS) | ((maximum == _NO_POINTS) & plan.earning)
    np.putmask(verdicts, outside, _NOT_APPLICABLE)  # many times as quick as `verdicts[outside] =`
    verdicts[plan.unscored] = _OUT_OF_SCOPE
    failed = joined & _FAILED != _NO_FLAGS
    if anywhere(failed):
        verdicts[failed] = _ERROR
        points[0, failed], points[1, failed] = 0, maximum[failed]
    return Outcomes(verdicts, points, faults)
