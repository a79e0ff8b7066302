"""Rules with variables -> rules without: every variable replaced by every subject that fits, once, at load time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TypeAlias

from attrs import frozen

from cityrubric.errors import FaultLog
from cityrubric.evaluate.inference.rulebook import Pattern, Rulebook, is_variable
from cityrubric.evaluate.inference.vocabulary import Subject
from cityrubric.language import translate as _
from cityrubric.rubric.conclusions import Rule

MOST_WAYS = 20_000
"""In which the variables of one alternative may be filled in."""

Bindings: TypeAlias = Mapping[str, str]


class _TooManyWays(Exception):
    pass


@frozen
class Test:
    """Something that is so or not so of one city, such as "the outcome of B.15.54 is short"."""

    kind: str
    subject: str
    conditions: tuple[tuple[str, str | float], ...] = ()


@frozen
class Conclusion:
    """One finding that a rule may make.

    Attributes:
        id: the rule's id and what its variables stand for; never anything measured.
        rule: the rule.
        bindings: variable (without `$`) -> value.
        alternatives: conjunctions of tests, numbers of earlier conclusions among them; one that holds is enough.
    """

    id: str
    rule: Rule
    bindings: Bindings
    alternatives: tuple[tuple[Test | int, ...], ...]


def ground(rulebook: Rulebook) -> list[Conclusion]:
    """Return every finding that the rules may make, each after those it builds on.

    Raises:
        Faults: if a rule leaves so much open that there are too many.
    """
    conclusions: list[Conclusion] = []
    log = FaultLog()
    for rule, alternatives in rulebook.rules:
        found: dict[str, tuple[Bindings, list[tuple[Test | int, ...]]]] = {}
        for patterns in alternatives:
            try:
                for bindings, body in _matches(patterns, rulebook, conclusions):
                    id_ = "/".join([rule.id, *bindings.values()])
                    found.setdefault(id_, (bindings, []))[1].append(body)
            except _TooManyWays:
                says = _("rule {id}: its variables can be filled in more than {limit} ways; join or fix some")
                log.add(rule.file, "", says.format(id=rule.id, limit=MOST_WAYS))
        conclusions += [Conclusion(id_, rule, bound, tuple(bodies)) for id_, (bound, bodies) in found.items()]
    log.check()
    return conclusions


def _matches(
    patterns: tuple[Pattern, ...], rulebook: Rulebook, conclusions: list[Conclusion]
) -> Iterator[tuple[Bindings, tuple[Test | int, ...]]]:
    """All ways to bind the variables of a conjunction, with what must then hold."""
    partial: list[tuple[Bindings, tuple[Test | int, ...]]] = [({}, ())]
    for pattern in patterns:
        variables = {value[1:]: name for name, value in pattern.subject if is_variable(value)}
        fitting: dict[tuple[str, ...], list[tuple[Bindings, Test | int]]] = {}
        joined = [variable for variable in variables if partial and variable in partial[0][0]]
        for subject, test in _subjects(pattern, rulebook, conclusions):
            if (bound := _bound(pattern, subject, variables)) is not None:
                fitting.setdefault(tuple(bound[variable] for variable in joined), []).append((bound, test))
        partial = [
            ({**bindings, **bound}, (*body, test))
            for bindings, body in partial
            for bound, test in fitting.get(tuple(bindings[variable] for variable in joined), ())
        ]
        if len(partial) > MOST_WAYS:
            raise _TooManyWays
    yield from partial


def _subjects(
    pattern: Pattern, rulebook: Rulebook, conclusions: list[Conclusion]
) -> Iterator[tuple[Subject, Test | int]]:
    if pattern.kind == "finding":
        for number, made in enumerate(conclusions):
            yield {"rule": made.rule.id, "kind": made.rule.kind, **made.bindings}, number
        return
    kind = rulebook.kinds[pattern.kind]
    open_words = [name for name, _value in pattern.subject if name in kind.conditions]
    for words in product(*(kind.conditions[name] for name in open_words)):
        said = tuple(zip(open_words, words, strict=True))
        conditions = tuple(sorted((*pattern.conditions, *said)))
        for subject in kind.subjects:
            yield {**subject, **dict(said)}, Test(pattern.kind, subject[kind.name], conditions)


def _bound(pattern: Pattern, subject: Subject, variables: Bindings) -> Bindings | None:
    """What the variables stand for if the pattern speaks of this subject; None if it does not."""
    for name, asked in pattern.subject:
        if name not in subject or (not is_variable(asked) and subject[name] != asked):
            return None
    return {variable: subject[name] for variable, name in variables.items()}
