"""Findings as trees: the rule, its alternatives, each condition, and what made it hold or fail."""

from __future__ import annotations

from collections.abc import Mapping

from cityrubric.errors import CityrubricError
from cityrubric.evaluate.inference.ground import Conclusion, Test
from cityrubric.evaluate.inference.signals import fits
from cityrubric.evaluate.inference.vocabulary import LINES
from cityrubric.explain.outcomes import fact_nodes, outcome_node, source_node
from cityrubric.explain.recorder import Recorder, indicator_numbers
from cityrubric.explain.records import Datum, Node
from cityrubric.language import translate as _


def finding_node(number: int, recorder: Recorder) -> Node:
    """Explain why a conclusion was drawn, or why not.

    Raises:
        CityrubricError: if its conditions, taken one by one, do not give what the run gave.
    """
    made = recorder.plan.rules.conclusions[number]
    bodies = tuple(_body(body, recorder) for body in made.alternatives)
    holds = any(bool(body.holds) for body in bodies)
    if holds != recorder.found(number):
        raise CityrubricError(_("the explanation of {id} does not reproduce the result").format(id=made.id))
    told = recorder.findings.get(made.id)
    title, says = (told.title, told.says) if told else (made.rule.title, made.rule.says)
    data = {"says": says, **_rule_data(made)}
    return Node("rule", made.id, title, holds, data, _telling(bodies, holds=holds))


def _telling(bodies: tuple[Node, ...], *, holds: bool) -> tuple[Node, ...]:
    """Of a finding the alternatives that hold; of none, all of them, the nearest first."""
    if holds:
        return tuple(body for body in bodies if body.holds)
    return tuple(sorted(bodies, key=lambda body: sum(not test.holds for test in body.children)))


def _rule_data(made: Conclusion) -> Mapping[str, Datum]:
    rule = made.rule
    data = {"kind": rule.kind, "severity": rule.severity, "file": rule.file}
    return {**data, "rule_status": rule.provenance.code, "rule_source": rule.provenance.source}


def _body(body: tuple[Test | int, ...], recorder: Recorder) -> Node:
    tests = tuple(finding_node(part, recorder) if isinstance(part, int) else _test(part, recorder) for part in body)
    return Node("alternative", holds=all(bool(test.holds) for test in tests), children=tests)


def _test(test: Test, recorder: Recorder) -> Node:
    """One condition, with what it asks of and what that rests on."""
    holds, assessment = recorder.truth(test), recorder.assessment
    data: dict[str, Datum] = {"asks": test.kind, **dict(test.conditions)}
    children: tuple[Node, ...] = ()
    if test.kind == "outcome":
        children = (outcome_node(test.subject, assessment),)
    elif test.kind == "observation":
        seen = [o for o in recorder.city.observations if test.subject in o.indicators and (fits(o, test) or not holds)]
        children = tuple(_observation(o.id, recorder) for o in seen)
    elif test.kind == "fact":
        children = tuple(fact_nodes(test.subject, assessment))
        data |= _short_by(test, recorder)
    elif test.kind == "rate":
        children = (_rate(test.subject, recorder),)
    elif test.kind == "conclusion":
        data["found"] = assessment.conclusion.verdict
    return Node("test", f"{test.kind}:{test.subject}", _subject(test, recorder), holds, data, children)


def _subject(test: Test, recorder: Recorder) -> str:
    if test.kind == "fact":
        return recorder.plan.ruleset.offers.catalogue[test.subject].title
    number = indicator_numbers(recorder.plan).get(test.subject)
    return "" if number is None else recorder.plan.ruleset.indicators[number].title


def _short_by(test: Test, recorder: Recorder) -> dict[str, Datum]:
    """By how much a line on a fact is missed; nothing where the fact is not known."""
    facts = [fact for fact in recorder.assessment.facts if fact.key == test.subject and fact.state == "known"]
    missed: dict[str, Datum] = {}
    for name, limit in test.conditions:
        if name in LINES and facts and not recorder.truth(test):
            end = (facts[-1].low, facts[-1].high)[LINES[name].end]
            if end is not None:
                missed["short_by"] = float(f"{abs(end - float(limit)):.12g}")
    return missed


def _observation(id_: str, recorder: Recorder) -> Node:
    seen = next(o for o in recorder.city.observations if o.id == id_)
    data: dict[str, Datum] = {"says": seen.says, "kind": seen.kind, "method": seen.method, "severity": seen.severity}
    source = source_node(seen.source, seen.at, recorder.assessment)
    return Node("observation", f"observation:{id_}", data=data, children=(source,))


def _rate(scope: str, recorder: Recorder) -> Node:
    scores = recorder.assessment.scores
    rates = {group.id: (group.title, group.rate) for group in scores.groups}
    title, rate = rates.get(scope, ("", scores.rate))
    return Node("rate", scope, title, data={} if rate is None else {"rate": rate})
