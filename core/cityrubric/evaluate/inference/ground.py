"""Rules with variables -> rules without: every variable replaced by every subject that fits, once, at load time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TypeAlias

from attrs import frozen

from cityrubric.evaluate.inference.rulebook import Pattern, Rulebook, is_variable
from cityrubric.evaluate.inference.vocabulary import Subject
from cityrubric.rubric.model import Rule

Bindings: TypeAlias = Mapping[str, str]


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
    """Return every finding that the rules may make, each after those it builds on."""
    conclusions: list[Conclusion] = []
    for rule, alternatives in rulebook.rules:
        found: dict[str, tuple[Bindings, list[tuple[Test | int, ...]]]] = {}
        for patterns in alternatives:
            for bindings, body in _matches(patterns, rulebook, conclusions):
                id_ = "/".join([rule.id, *bindings.values()])
                found.setdefault(id_, (bindings, []))[1].append(body)
        conclusions += [Conclusion(id_, rule, bound, tuple(bodies)) for id_, (bound, bodies) in found.items()]
    return conclusions


def _matches(
    patterns: tuple[Pattern, ...], rulebook: Rulebook, conclusions: list[Conclusion]
) -> Iterator[tuple[Bindings, tuple[Test | int, ...]]]:
    """All ways to bind the variables of a conjunction, with what must then hold."""
    partial: list[tuple[Bindings, tuple[Test | int, ...]]] = [({}, ())]
    for pattern in patterns:
        partial = [
            (bound, (*body, test))
            for bindings, body in partial
            for subject, test in _subjects(pattern, rulebook, conclusions)
            if (bound := _bind(pattern, subject, bindings)) is not None
        ]
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


def _bind(pattern: Pattern, subject: Subject, bindings: Bindings) -> Bindings | None:
    """What the variables stand for if the pattern speaks of this subject; None if it does not."""
    bound = dict(bindings)
    for name, asked in pattern.subject:
        value = subject.get(name)
        if value is None:
            return None
        wanted = bound.setdefault(asked[1:], value) if is_variable(asked) else asked
        if value != wanted:
            return None
    return bound
