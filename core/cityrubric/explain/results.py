"""Further results as trees: what they are made of, and the rows of a table, with the one that decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.lines import rounded
from cityrubric.evaluate.plan import Plan
from cityrubric.explain.outcomes import group_node, holds_within, outcome_node
from cityrubric.explain.recorder import Recorder, indicator_numbers
from cityrubric.explain.records import Datum, Node
from cityrubric.rubric.bands import LIMITS
from cityrubric.rubric.passing import Result, Row

FAILED = "error"


def result_node(number: int, recorder: Recorder) -> Node:
    """Explain a further result."""
    result, told = recorder.plan.ruleset.results[number], recorder.assessment.scores.results[number]
    members = [_member(id_, recorder) for id_ in result.of]
    data: dict[str, Datum] = {
        "aggregation": result.aggregation,
        "score": told.score,
        "most": told.most,
        "unit": told.unit,
        "called": "..".join(dict.fromkeys(told.levels)),
        "failure": told.failure,
        "result_status": told.basis.status,
        "result_source": told.basis.source,
    }
    said = {name: one for name, one in data.items() if one not in {None, ""}}
    rows = _rows(result, {member.id: member.data for member in members})
    return Node("result", result.id, result.title, data=said, children=(*members, *rows))


def result_text(number: int, results: Results, column: int, plan: Plan) -> str:
    """Return what a result comes to: a level or a figure, or two where it is open."""
    if any((fault.result, fault.city) == (number, column) for fault in results.scores.faults):
        return FAILED
    titles = {row.value: row.title for row in plan.ruleset.results[number].table}
    ends = [float(rounded(value)) for value in results.scores.results[:2, number, column]]
    return "..".join(dict.fromkeys(titles.get(int(end)) or f"{end / 1000:.12g}" for end in ends))


def indicators_behind(result: Result, plan: Plan) -> set[int]:
    """Return the numbers of the indicators that a result is made of, through groups and other results."""
    numbers, found = indicator_numbers(plan), set[int]()
    results = {one.id: one for one in plan.ruleset.results}
    for id_ in result.of:
        if id_ in results:
            found |= indicators_behind(results[id_], plan)
        elif id_ in numbers:
            found.add(numbers[id_])
        else:
            found |= {n for n, indicator in enumerate(plan.ruleset.indicators) if indicator.group == id_}
    return found


def _member(id_: str, recorder: Recorder) -> Node:
    results = [result.id for result in recorder.plan.ruleset.results]
    if id_ in results:
        return result_node(results.index(id_), recorder)
    if id_ in indicator_numbers(recorder.plan):
        return outcome_node(id_, recorder.assessment)
    return next(group_node(group) for group in recorder.assessment.scores.groups if group.id == id_)


def _rows(result: Result, members: Mapping[str, Mapping[str, Datum]]) -> Iterator[Node]:
    """The rows in the order in which they are tried: the first that fits decides."""
    if not all("score" in members[id_] for id_ in result.of):
        return
    decided = may_be_earlier = False
    for row in result.table:
        node = _row(row, result.of, members)
        yield evolve(node, holds=False if decided else None if node.holds and may_be_earlier else node.holds)
        decided, may_be_earlier = decided or node.holds is True, may_be_earlier or node.holds is None


def _row(row: Row, of: Sequence[str], members: Mapping[str, Mapping[str, Datum]]) -> Node:
    within = []
    for id_, limits in zip(of, row.within, strict=True):
        asked = {name: limit / 1000 for name, limit in zip(LIMITS, limits, strict=True) if limit is not None}
        ends = members[id_]["score"]
        assert isinstance(ends, tuple)
        if asked:
            within.append(Node("within", id_, holds=holds_within(asked, *ends), data={**asked}))
    held = [node.holds for node in within]
    data: dict[str, Datum] = {
        "value": row.value / 1000,
        "row_status": row.provenance.code,
        "row_source": row.provenance.source,
    }
    holds = False if False in held else None if None in held else True
    return Node("row", title=row.title, holds=holds, data=data, children=tuple(within))
