"""An explanation as records: a tree from what is said down to sources, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from attrs import field, frozen

Datum: TypeAlias = "str | float | tuple[float | None, float | None] | None"


@frozen
class Node:
    """One step of an explanation.

    Attributes:
        kind: rule, alternative, test, outcome, part, line, fact, missing, observation, clearance, source, rate,
            decision, total, group, result, row (of a table), within (limits of its member), override, sampled (a rate
            found on site) or sampling (another draw).
        id: of what it speaks of, as in the assessment.
        title: what that is called.
        holds: whether what it asks for is so; None where that is open, or where nothing is asked.
        data: figures and words of this step.
        children: what it rests on.
    """

    kind: str
    id: str = ""
    title: str = ""
    holds: bool | None = None
    data: Mapping[str, Datum] = field(factory=dict)
    children: tuple[Node, ...] = ()


@frozen
class Change:
    """The smallest change of one fact, in steps of its last printed place, that changes the result; tried out.

    Attributes:
        fact: id of the fact and period.
        unit: of `before` and `after`.
        result: what comes out then: a verdict, a decision, `found` or `not_found`.
    """

    fact: str
    title: str
    unit: str
    before: str
    after: str
    result: str


@frozen
class Narrowing:
    """By how much knowing one missing fact narrows the total, in points; tried out at the ends of what is possible.

    Attributes:
        least: whatever the fact turns out to be, among the values tried.
        most: at best.
        items: indicators that wait for it.
    """

    key: str
    title: str
    years: tuple[int, ...]
    least: float
    most: float
    items: tuple[str, ...]


@frozen
class Explanation:
    """Why something is so.

    Attributes:
        id: what was asked for: an indicator, a finding, a rule, a further result or `conclusion`.
        kind: indicator, finding, result or conclusion.
        result: a verdict, a decision, `found` or `not_found`; of a further result its level or figure.
        tree: what it rests on.
        changes: what would change it, one fact at a time; empty where nothing was tried.
        missing: what is not known and bears on it, the most valuable first.
    """

    city: str
    ruleset: str
    id: str
    kind: str
    title: str
    result: str
    tree: Node
    changes: tuple[Change, ...] = ()
    missing: tuple[Narrowing, ...] = ()
