"""Group scores, totals and the conclusion, for one city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cityrubric.assessment import Conclusion, DeclaredRecord, Finding, RequirementRecord
from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.lines import rounded
from cityrubric.outcomes import GroupScore, Outcome, ResultRecord, Score, Scores
from cityrubric.states import Decision, Verdict
from cityrubric.telling.findings import basis
from cityrubric.telling.knowledge import Knowledge
from cityrubric.telling.outcomes import points
from cityrubric.telling.settling import would_settle

_PRECISION = 1_000_000
"""Stored rates are cut, not rounded, to millionths of a percent: none seems to reach a line it does not reach."""


def tell_scores(results: Results, known: Knowledge, outcomes: Sequence[Outcome]) -> Scores:
    """Return the scores of every group, of the base groups together, and the bonus."""
    ruleset, column, scores = known.plan.ruleset, known.column, results.scores
    groups = [
        _group(n, results, known, [outcome for outcome in outcomes if outcome.group == group.id])
        for n, group in enumerate(ruleset.groups)
    ]
    floor, ceiling, maximum = (int(points) for points in scores.base[:, column])
    bonus = [sum(round(group.score[end] * 1000) for group in groups if group.role == "bonus") for end in (0, 1)]
    most = ruleset.bonus_ceiling
    capped = [min(some, most) if most is not None else some for some in bonus]
    return Scores(
        groups=tuple(groups),
        total=(points(floor), points(ceiling)),
        applicable=points(maximum),
        rate=rate(floor, ceiling, maximum),
        bonus=(points(capped[0]), points(capped[1])),
        bonus_ceiling=None if most is None else points(most),
        results=tuple(_result(n, results, known) for n in range(len(ruleset.results))),
    )


def _result(number: int, results: Results, known: Knowledge) -> ResultRecord:
    result = known.plan.ruleset.results[number]
    failure = "; ".join(f.why for f in results.scores.faults if (f.result, f.city) == (number, known.column))
    ends = results.scores.results[:, number, known.column]
    low, high, most = (0.0, 0.0, 0.0) if failure else (float(rounded(value)) / 1000 for value in ends)
    titles = {} if failure else {row.value / 1000: row.title for row in result.table}
    return ResultRecord(
        id=result.id,
        title=result.title,
        aggregation=result.aggregation,
        of=result.of,
        score=None if failure else (low, high),
        most=most,
        basis=basis(result.provenance),
        unit=result.unit,
        levels=(titles[low], titles[high]) if titles.get(low) and titles.get(high) else (),
        failure=failure,
    )


def _group(number: int, results: Results, known: Knowledge, outcomes: Sequence[Outcome]) -> GroupScore:
    group, scores, column = known.plan.ruleset.groups[number], results.scores, known.column
    floor, ceiling, maximum = (int(points) for points in scores.groups[:, number, column])
    counted = Counter(outcome.verdict for outcome in outcomes)
    return GroupScore(
        id=group.id,
        title=group.title,
        role=group.role,
        score=(points(floor), points(ceiling)),
        max_score=sum(round(outcome.max_score * 1000) for outcome in outcomes) / 1000,
        applicable=points(maximum),
        rate=rate(floor, ceiling, maximum),
        verdicts={verdict.code: counted[verdict.code] for verdict in Verdict if counted[verdict.code]},
    )


def rate(floor: int, ceiling: int, maximum: int) -> Score | None:
    """Return points as percent of what applies, cut to millionths; None where nothing applies."""
    if maximum == 0:
        return None
    low, high = (100 * _PRECISION * points // maximum / _PRECISION for points in (floor, ceiling))
    return low, high


def tell_conclusion(
    results: Results, known: Knowledge, outcomes: Sequence[Outcome], findings: Sequence[Finding]
) -> Conclusion:
    """Return the conclusion, what it rests on, and what would settle it if it is open."""
    rule = known.plan.ruleset.pass_rule
    decision = Decision(int(results.scores.decision[known.column]))
    because = ["score:total", *(f"result:{one.result}" for one in rule.requires)]
    because += [f"outcome:{id_}" for id_ in rule.key_items]
    roles = {group.id: group.role for group in known.plan.ruleset.groups}
    because += [f"outcome:{outcome.id}" for outcome in outcomes if roles[outcome.group] == "veto"]
    because += [f"outcome:{outcome.id}" for outcome in outcomes if outcome.verdict == Verdict.ERROR.code]
    because += [f"finding:{finding.id}" for finding in findings if finding.kind == "aspect"]
    return Conclusion(
        verdict=decision.code,
        line=rule.line / 1000,
        line_basis=basis(rule.line_provenance),
        because=tuple(dict.fromkeys(because)),
        declared=_declared(known, decision),
        would_settle=would_settle(outcomes, known) if decision is Decision.UNDETERMINED else (),
        requires=tuple(
            RequirementRecord(one.result, one.at_least / 1000, basis(one.provenance)) for one in rule.requires
        ),
    )


def _declared(known: Knowledge, decision: Decision) -> DeclaredRecord | None:
    """Somebody else's conclusion beside ours: the same, different, or not to be compared."""
    declared = known.city.declared
    if declared is None:
        return None
    compared = "same" if declared.verdict == decision.code else "differs"
    if decision is Decision.UNDETERMINED:
        compared = "open"
    if declared.year not in (None, known.city.assessment_year):
        compared = "other"
    return DeclaredRecord(
        verdict=declared.verdict,
        by=declared.by,
        under=declared.under,
        source=declared.source,
        at=declared.at,
        says=declared.says,
        compared=compared,
        year=declared.year,
        score=declared.score,
        score_max=declared.score_max,
    )
