"""One question, one explanation: the run is repeated with everything recorded, and must give the same codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.evaluate.assess import Results, assess_block
from cityrubric.evaluate.columns import block_of, known_facts, rows_of
from cityrubric.evaluate.inference.ground import Test
from cityrubric.evaluate.placing import settled_rows
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.explain.changes import Trial, smallest_changes
from cityrubric.explain.conclusion import conclusion_node
from cityrubric.explain.findings import finding_node
from cityrubric.explain.narrowing import narrowings
from cityrubric.explain.outcomes import clearance_node, fact_nodes, outcome_node
from cityrubric.explain.recorder import Recorder, indicator_numbers
from cityrubric.explain.records import Datum, Explanation, Node
from cityrubric.explain.results import indicators_behind, result_node, result_text
from cityrubric.explain.variants import Outcome, ground_of
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.rubric.model import Indicator, Ruleset
from cityrubric.states import Decision, Verdict
from cityrubric.telling.tell import tell

CONCLUSION = "conclusion"
FOUND, NOT_FOUND = "found", "not_found"


def explain(city: City, ruleset: Ruleset, id_: str, stored: Mapping[str, Any] | None = None) -> Explanation:
    """Explain one result of a city.

    Args:
        city: as read against the same rule set.
        ruleset: the version of the rubric.
        id_: of an indicator, a finding, a rule, a further result, or `conclusion`.
        stored: an assessment, as JSON, whose codes this run must reproduce.

    Raises:
        CityrubricError: if there is nothing of this id, or the run does not reproduce the stored codes.
    """
    recorder = record(city, ruleset)
    if stored is not None:
        _check_reproduced(recorder.assessment, stored)
    reasons, question = _answer(id_, recorder)
    if question is None:
        return reasons
    ground = ground_of(recorder)
    waiting = [recorder.assessment.outcomes[number] for number in question.concerned]
    return evolve(
        reasons,
        changes=tuple(smallest_changes(question.keys, Trial(ground, question.outcome, reasons.result))),
        missing=narrowings(waiting, ground),
    )


def record(city: City, ruleset: Ruleset) -> Recorder:
    """Assess a city and keep everything that explanations are made from."""
    plan = plan_of(ruleset)
    facts = known_facts(city, plan.layout, plan.ruleset)
    rows = settled_rows([*rows_of(0, facts, plan.layout)])
    block = block_of(rows, [city], plan)
    results = assess_block(block, plan)
    return Recorder(city, plan, facts, rows, block, results, tell(block, results, 0, plan, facts))


def reasons_for(id_: str, recorder: Recorder) -> Explanation:
    """Explain one result without trying what would change it: the tree alone.

    Raises:
        CityrubricError: if there is nothing of this id.
    """
    return _answer(id_, recorder)[0]


class _Question(NamedTuple):
    """What is to be tried about a result.

    Attributes:
        outcome: what is looked at.
        keys: of the facts whose changes are tried.
        concerned: numbers of the indicators whose missing facts bear on it.
    """

    outcome: Outcome
    keys: Sequence[str]
    concerned: Sequence[int]


_Answer = tuple[Explanation, "_Question | None"]


def _answer(id_: str, recorder: Recorder) -> _Answer:
    if id_ == CONCLUSION:
        return _conclusion(recorder)
    numbers = indicator_numbers(recorder.plan)
    if id_ in numbers:
        return _indicator(numbers[id_], recorder)
    results = [result.id for result in recorder.plan.ruleset.results]
    if id_ in results:
        return _result(results.index(id_), recorder)
    return _finding(id_, recorder)


def _indicator(number: int, recorder: Recorder) -> _Answer:
    indicator = recorder.plan.ruleset.indicators[number]
    told = recorder.assessment.outcomes[number]

    def verdict(results: Results, column: int) -> str:
        return Verdict(int(results.outcomes.verdicts[number, column])).code

    tree = outcome_node(indicator.id, recorder.assessment)
    question = _Question(verdict, _keys([indicator], recorder.plan), [number])
    return _explanation(indicator.id, "indicator", told.verdict, tree, recorder), question


def _result(number: int, recorder: Recorder) -> _Answer:
    """Explain a further result; changes are tried on all facts that it is made of."""
    plan = recorder.plan
    result = plan.ruleset.results[number]

    def text(results: Results, column: int) -> str:
        return result_text(number, results, column, plan)

    concerned = sorted(indicators_behind(result, plan))
    keys = _keys([plan.ruleset.indicators[n] for n in concerned], plan)
    reasons = _explanation(result.id, "result", text(recorder.results, 0), result_node(number, recorder), recorder)
    return reasons, _Question(text, keys, concerned)


def _finding(id_: str, recorder: Recorder) -> _Answer:
    """Explain a finding that rules may make, drawn or not; a rule with variables stands for all it has found."""
    numbers = recorder.plan.rules.numbers
    of_rule = [number for number, made in enumerate(recorder.plan.rules.conclusions) if made.rule.id == id_]
    if id_ not in numbers and not of_rule:
        return _inconsistency(id_, recorder), None
    if id_ not in numbers:
        return _rule(id_, of_rule, recorder), None
    number = numbers[id_]

    def found(results: Results, column: int) -> str:
        return FOUND if results.findings[number, column] else NOT_FOUND

    tree = finding_node(number, recorder)
    concerned = sorted(_indicators(number, recorder))
    indicators = [recorder.plan.ruleset.indicators[n] for n in concerned]
    keys = [*_keys(indicators, recorder.plan), *_facts(number, recorder)]
    result = found(recorder.results, 0)
    return _explanation(id_, "finding", result, tree, recorder), _Question(found, keys, concerned)


def _rule(id_: str, numbers: Sequence[int], recorder: Recorder) -> Explanation:
    drawn = [number for number in numbers if recorder.found(number)]
    children = tuple(finding_node(number, recorder) for number in drawn)
    rule = recorder.plan.rules.conclusions[numbers[0]].rule
    data: dict[str, Datum] = {
        "kind": rule.kind,
        "says": rule.says,
        "drawn": float(len(drawn)),
        "possible": float(len(numbers)),
    }
    tree = Node("rule", id_, rule.title, bool(drawn), data, children)
    return _explanation(id_, "finding", FOUND if drawn else NOT_FOUND, tree, recorder)


def _inconsistency(id_: str, recorder: Recorder) -> Explanation:
    """What does not fit together is no rule's finding; its facts are shown as stated."""
    told = recorder.findings
    finding = told.get(id_)
    if finding is None:
        rules = {made.rule.id for made in recorder.plan.rules.conclusions}
        ruleset = recorder.plan.ruleset
        results = [result.id for result in ruleset.results]
        known = [CONCLUSION, *(i.id for i in ruleset.indicators), *results, *rules, *told]
        says = _("nothing is called '{id}': give an indicator, a finding, a rule or '{conclusion}'")
        raise CityrubricError(says.format(id=id_, conclusion=CONCLUSION) + did_you_mean(id_, known))
    keys = dict.fromkeys(one.partition(":")[2].partition("@")[0] for one in finding.because)
    facts = tuple(node for key in keys for node in fact_nodes(key, recorder.assessment))
    vetoes = (one.partition(":")[2] for one in finding.because if one.startswith("clearance:"))
    records = tuple(clearance_node(veto, recorder.assessment) for veto in vetoes)
    data: dict[str, Datum] = {"kind": finding.kind, "says": finding.says}
    tree = Node("rule", id_, finding.title, holds=True, data=data, children=(*facts, *records))
    return _explanation(id_, "finding", FOUND, tree, recorder)


def _conclusion(recorder: Recorder) -> _Answer:
    """Explain the decision; changes are tried on vetoes and key items, which decide alone."""
    ruleset = recorder.plan.ruleset
    roles = {group.id: group.role for group in ruleset.groups}
    deciding = [i for i in ruleset.indicators if roles[i.group] == "veto" or i.id in ruleset.pass_rule.key_items]
    scored = [n for n, i in enumerate(ruleset.indicators) if roles[i.group] != "bonus"]

    def decision(results: Results, column: int) -> str:
        return Decision(int(results.scores.decision[column])).code

    tree, result = conclusion_node(recorder), recorder.assessment.conclusion.verdict
    keys = _keys(deciding, recorder.plan)
    return _explanation(CONCLUSION, CONCLUSION, result, tree, recorder), _Question(decision, keys, scored)


def _explanation(id_: str, kind: str, result: str, tree: Node, recorder: Recorder) -> Explanation:
    return Explanation(
        city=recorder.city.name,
        ruleset=recorder.plan.ruleset.version,
        id=id_,
        kind=kind,
        title=tree.title,
        result=result,
        tree=tree,
    )


def _keys(indicators: Sequence[Indicator], plan: Plan) -> list[str]:
    """Keys of all facts that indicators look at, the counts behind percentages among them."""
    offers = plan.ruleset.offers
    parts = [part for indicator in indicators for part in indicator.parts]
    reads = [key for part in parts for key in (offers.measures[part.measure].reads if part.measure else part.facts)]
    return [one for key in reads for one in (key, *(offers.catalogue[key].ratio or ()))]


def _tests(number: int, recorder: Recorder) -> Iterator[Test]:
    """Every condition that a conclusion rests on, through the findings it builds on."""
    for body in recorder.plan.rules.conclusions[number].alternatives:
        for part in body:
            if isinstance(part, int):
                yield from _tests(part, recorder)
            else:
                yield part


def _indicators(number: int, recorder: Recorder) -> set[int]:
    numbers = indicator_numbers(recorder.plan)
    return {numbers[test.subject] for test in _tests(number, recorder) if test.kind == "outcome"}


def _facts(number: int, recorder: Recorder) -> list[str]:
    return [test.subject for test in _tests(number, recorder) if test.kind == "fact"]


def _check_reproduced(found: Assessment, stored: Mapping[str, Any]) -> None:
    """Compare verdicts, scores, findings and decision with a stored assessment's."""
    old = {outcome["id"]: (outcome["verdict"], *outcome["score"]) for outcome in stored["outcomes"]}
    new = {outcome.id: (outcome.verdict, *outcome.score) for outcome in found.outcomes}
    differing = [id_ for id_ in {**old, **new} if old.get(id_) != new.get(id_)]
    differing += sorted({finding["id"] for finding in stored["findings"]} ^ {finding.id for finding in found.findings})
    if stored["conclusion"]["verdict"] != found.conclusion.verdict:
        differing.append(CONCLUSION)
    if differing:
        says = _("this run does not reproduce the stored assessment: {where}")
        raise CityrubricError(says.format(where=", ".join(differing)))
