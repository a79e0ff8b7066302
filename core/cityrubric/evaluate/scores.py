"""Outcomes -> scores: group by group and in total, as whole thousandths, with denominators; and the pass rule."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.evaluate.lines import least_reaching
from cityrubric.evaluate.operators import Points
from cityrubric.evaluate.results import Joint, ResultFault, make_results, plan_results
from cityrubric.evaluate.segments import rows_or_slice
from cityrubric.evaluate.verdicts import Outcomes
from cityrubric.interval import Floats, anywhere, constants
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Decision, Verdict

Sums = NDArray[np.int64]
Rows = NDArray[np.intp]

_FEW = 64
"""So many cities are more quickly added up group by group."""

WHOLE = 100_000
"""A whole, in thousandths of a percent. Rates are compared by cross-multiplication, so nothing is ever rounded."""

_MET, _NOT_MET, _ERROR = constants(np.int8, Verdict.MET, Verdict.NOT_MET, Verdict.ERROR)
_FAIL, _PASS, _UNDETERMINED = constants(np.int8, Decision.FAIL, Decision.PASS, Decision.UNDETERMINED)
_NOTHING, _WHOLE = constants(np.int64, 0, WHOLE)


@frozen(eq=False)
class Scores:
    """Points in thousandths, one column per city; three layers: least, most, and the denominator (what applies).

    Attributes:
        groups: of each group.
        base: of all base groups together.
        results: further results: least, greatest, and the most there could be.
        decision: codes of `Decision`.
        faults: where a further result could not be made.
    """

    groups: Sums
    base: Sums
    results: Floats
    decision: NDArray[np.int8]
    faults: tuple[ResultFault, ...] = ()


@frozen(eq=False)
class ScorePlan:
    """How outcomes add up, compiled once.

    Attributes:
        groups: which indicator belongs to which group: one row per group, 1 where it does.
        owned: the same as rows of the indicators of each group.
        base: numbers of the groups that count toward the rate.
        vetoes: numbers of the indicators that are vetoes.
        key_items: numbers of the indicators with a line of their own.
        line: least rate over the applicable maximum, in thousandths of a percent.
        key_line: least rate of key items.
        results: how further results are made.
        requires: numbers of the results that must be reached, and from which value on, in thousandths.
    """

    groups: Floats
    owned: tuple[Rows | slice, ...]
    base: Rows
    vetoes: Rows
    key_items: Rows
    line: int
    key_line: int
    results: tuple[Joint, ...]
    requires: tuple[tuple[int, float], ...]


def plan_scores(ruleset: Ruleset) -> ScorePlan:
    """Compile how outcomes add up; indicators stand in the order of their groups."""
    groups, indicators, pass_rule = ruleset.groups, ruleset.indicators, ruleset.pass_rule
    roles = {group.id: group.role for group in groups}
    owners = [indicator.group for indicator in indicators]
    ids = [indicator.id for indicator in indicators]
    results = [result.id for result in ruleset.results]
    owned = [[n for n, owner in enumerate(owners) if owner == group.id] for group in groups]
    return ScorePlan(
        owned=tuple(map(rows_or_slice, owned)),
        groups=np.array([[float(owner == group.id) for owner in owners] for group in groups]),
        base=np.array([n for n, group in enumerate(groups) if group.role == "base"], dtype=np.intp),
        vetoes=np.array([n for n, owner in enumerate(owners) if roles[owner] == "veto"], dtype=np.intp),
        key_items=np.array([ids.index(id_) for id_ in pass_rule.key_items], dtype=np.intp),
        line=pass_rule.line,
        key_line=pass_rule.key_line,
        results=plan_results(ruleset.results, indicators, groups, ruleset.offers.aggregations),
        requires=tuple((results.index(one.result), least_reaching(one.at_least)) for one in pass_rule.requires),
    )


def score(outcomes: Outcomes, plan: ScorePlan) -> Scores:
    """Add up what each group earns, and apply the pass rule."""
    groups = _by_group(outcomes.points, plan)
    base = np.add.reduce(groups.take(plan.base, 1), axis=1)
    results, faults = make_results(outcomes.points, groups, plan.results)
    decision = _decide(outcomes, base, results, plan)
    if faults:
        decision[[fault.city for fault in faults]] = _UNDETERMINED
    return Scores(groups, base, results, decision, faults)


def _by_group(points: Points, plan: ScorePlan) -> Sums:
    """Add up what the indicators of each group earn.

    A product of matrices is quickest for few cities, of floats, in which whole numbers below 2**53 are exact; for many
    it takes all processors, and far longer on busy ones.
    """
    if points.shape[2] < _FEW:
        return (plan.groups @ points.astype(np.float64)).astype(np.int64)
    return np.stack([np.add.reduce(points[:, owned], axis=1, dtype=np.int64) for owned in plan.owned], axis=1)


def _decide(outcomes: Outcomes, base: Sums, results: Floats, plan: ScorePlan) -> NDArray[np.int8]:
    """Pass only if even the least scores pass and every veto is known not triggered; never on a failed rule."""
    vetoes = outcomes.verdicts.take(plan.vetoes, 0)
    enough, possible = base[:2] * _WHOLE >= plan.line * base[2]
    passes = enough & (base[2] > _NOTHING) & np.logical_and.reduce(vetoes == _MET)
    fails = ~possible | np.logical_or.reduce(vetoes == _NOT_MET)
    if plan.key_items.size:
        points = outcomes.points[:, plan.key_items].astype(np.int64)
        enough, possible = (points[:2] * _WHOLE >= plan.key_line * points[2]).all(axis=1)
        passes, fails = passes & enough, fails | ~possible
    for number, line in plan.requires:
        least, most, whole = results[:, number]
        applies = whole > 0  # where nothing applies, 0 of nothing neither reaches a line nor misses it
        passes, fails = passes & applies & (least >= line), fails | (applies & (most < line))
    decision = np.where(fails, _FAIL, np.where(passes, _PASS, _UNDETERMINED))
    failed = outcomes.verdicts == _ERROR
    if anywhere(failed):
        decision[failed.any(axis=0)] = _UNDETERMINED
    return decision
