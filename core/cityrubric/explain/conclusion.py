"""The conclusion as a tree: the total beside its line, key items, vetoes, and the groups behind the total."""

from __future__ import annotations

from cityrubric.assessment import Assessment
from cityrubric.explain.outcomes import group_node, outcome_node
from cityrubric.explain.recorder import Recorder
from cityrubric.explain.records import Datum, Node
from cityrubric.explain.results import result_node
from cityrubric.explain.sampling import sampling_nodes
from cityrubric.states import Verdict
from cityrubric.telling.robustness import CONCLUSION


def conclusion_node(recorder: Recorder) -> Node:
    """Explain whether the city passes."""
    assessment = recorder.assessment
    rule, vetoes = recorder.plan.ruleset.pass_rule, _vetoes(recorder)
    keys = [outcome_node(id_, assessment) for id_ in rule.key_items]
    failed = [outcome_node(o.id, assessment) for o in assessment.outcomes if o.verdict == Verdict.ERROR.code]
    sampled = sampling_nodes(CONCLUSION, (), assessment)
    results = [result.id for result in recorder.plan.ruleset.results]
    required = [result_node(results.index(one.result), recorder) for one in rule.requires]
    children = (_total(assessment), *sampled, *required, *keys, *vetoes, *failed)
    return Node("decision", CONCLUSION, data={"verdict": assessment.conclusion.verdict}, children=children)


def _total(assessment: Assessment) -> Node:
    """The total beside the pass line: reached for sure, out of reach, or open."""
    scores, conclusion = assessment.scores, assessment.conclusion
    low, high = scores.rate or (0.0, 100.0)
    holds = True if low >= conclusion.line else False if high < conclusion.line else None
    groups = tuple(group_node(group) for group in scores.groups if group.role == "base")
    data: dict[str, Datum] = {
        **({"rate": scores.rate, "score": scores.total, "applicable": scores.applicable} if scores.scored else {}),
        "at_least": conclusion.line,
        "short_by": max(0.0, round(conclusion.line - low, 6)) if scores.rate else 0.0,  # no rate falls short of nothing
        "line_status": conclusion.line_basis.status,
        "line_source": conclusion.line_basis.source,
    }
    return Node("total", "score:total", holds=holds, data=data, children=groups)


def _vetoes(recorder: Recorder) -> list[Node]:
    roles = {group.id: group.role for group in recorder.plan.ruleset.groups}
    ids = [indicator.id for indicator in recorder.plan.ruleset.indicators if roles[indicator.group] == "veto"]
    return [outcome_node(id_, recorder.assessment) for id_ in ids]
