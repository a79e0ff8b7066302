"""One city of a block as flat typed facts: what an engine that chains facts is given."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

import numpy as np
from attrs import frozen

from cityrubric.evaluate.block import Bits, Block
from cityrubric.evaluate.inference.rulebook import Pattern, Rulebook, is_variable
from cityrubric.evaluate.inference.vocabulary import LINES, TOTAL, verdict_bits
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.lines import rounded
from cityrubric.evaluate.scores import WHOLE, Scores
from cityrubric.evaluate.verdicts import Outcomes
from cityrubric.rubric.model import Ruleset
from cityrubric.states import KNOWN_BITS, STANDINGS, Decision, State, Verdict

FlatFact = dict[str, str | float]
"""Text or number per property; `k` is its kind."""

_STATE_WORDS = {state.bit: state.name.lower() for state in State}
_STATE_BITS = sum(_STATE_WORDS)
_VERDICT_BITS = np.array([1 << verdict for verdict in Verdict], dtype=np.uint16)

BEYOND = float(2**53)
"""Stands for an end that is open, or beyond every number that rules can name."""


@frozen(eq=False)
class FlatPlan:
    """What of a city is worth telling: not the facts that no pattern can match, nor properties that none asks for.

    Attributes:
        asked: by kind: the properties that patterns ask for.
        wanted: by kind and subject (or `None` for patterns on any): what the patterns ask for in words.
        verdicts: for each outcome: bits of the verdicts that patterns ask for.
        states: for each fact: bits of the states that patterns ask for.
        rate_lines: all lines that rules name for rates.
    """

    layout: Layout
    ruleset: Ruleset
    rulebook: Rulebook
    asked: Mapping[str, set[str]]
    wanted: Mapping[tuple[str, str | None], Sequence[Mapping[str, str]]]
    verdicts: Bits
    states: Bits
    rate_lines: Sequence[tuple[str, float]]

    def matters(self, fact: FlatFact) -> bool:
        """Tell whether any pattern may match a fact."""
        kind = str(fact["k"])
        subject = str(fact[self.rulebook.kinds[kind].name])
        asked = (*self.wanted.get((kind, subject), ()), *self.wanted.get((kind, None), ()))
        return any(all(fact.get(name) == word for name, word in words.items()) for words in asked)

    def in_short(self, fact: FlatFact) -> FlatFact:
        """Return the fact without what no pattern asks for."""
        asked = self.asked[str(fact["k"])]
        return {name: value for name, value in fact.items() if name in asked}


def plan_flat(rulebook: Rulebook, layout: Layout, ruleset: Ruleset) -> FlatPlan:
    """Compile what of a city is worth telling."""
    wanted: dict[tuple[str, str | None], list[Mapping[str, str]]] = {}
    lines: set[tuple[str, float]] = set()
    asked_of: dict[str, set[str]] = {}
    for pattern in (p for read in rulebook.rules for patterns in read.alternatives for p in patterns):
        names = {name for name, _value in (*pattern.subject, *pattern.conditions)}
        ends = {("low", "high")[LINES[name].end] for name in names if name in LINES}
        asked_of.setdefault(pattern.kind, {"k", "line"}).update(names | ends)
        asked = [*pattern.subject, *((name, word) for name, word in pattern.conditions if isinstance(word, str))]
        words = {name: word for name, word in asked if not is_variable(word)}
        subject = words.get(rulebook.kinds[pattern.kind].name)
        if words not in wanted.setdefault((pattern.kind, subject), []):
            wanted[pattern.kind, subject].append(words)
        if pattern.kind == "rate":
            lines |= {(name, float(value)) for name, value in pattern.conditions}
    verdicts = _wanted_bits("outcome", rulebook, verdict_bits)
    states = _wanted_bits("fact", rulebook, _state_bits)
    return FlatPlan(layout, ruleset, rulebook, asked_of, wanted, verdicts, states, sorted(lines))


def _wanted_bits(kind: str, rulebook: Rulebook, bits_of: Callable[[Mapping[str, str | float]], int]) -> Bits:
    """For each subject of a kind: bits of all that any pattern which may speak of it asks for."""
    patterns = [p for read in rulebook.rules for some in read.alternatives for p in some if p.kind == kind]
    asked = [({n: w for n, w in p.subject if not is_variable(w)}, bits_of(_words(p))) for p in patterns]
    return np.array(
        [
            reduce(or_, [bits for fixed, bits in asked if all(subject.get(n, w) == w for n, w in fixed.items())], 0)
            for subject in rulebook.kinds[kind].subjects
        ],
        dtype=np.uint16,
    )


def _words(pattern: Pattern) -> dict[str, str | float]:
    return {name: word for name, word in (*pattern.subject, *pattern.conditions) if not is_variable(word)}


def _state_bits(words: Mapping[str, str | float]) -> int:
    """Of a line or a truth: the states in which something is known."""
    if words.keys() & {"truth", *LINES}:
        return KNOWN_BITS
    return sum(bit for bit, name in _STATE_WORDS.items() if words.get("state", name) == name)


def flat_facts(block: Block, column: int, outcomes: Outcomes, scores: Scores, plan: FlatPlan) -> list[FlatFact]:
    """Return what rules may ask of one city, each thing once."""
    facts: list[FlatFact] = [
        *_outcomes(column, outcomes, plan),
        *_facts(block, column, plan),
        *_rates(column, scores, plan),
        *_observations(block, column, plan.rulebook),
        {"k": "conclusion", "scope": TOTAL, "decision": Decision(int(scores.decision[column])).code},
    ]
    return [plan.in_short(fact) for fact in facts if plan.matters(fact)]


def rate_line(name: str, value: float) -> str:
    """Return how it is written as a fact that a rate is beyond a line; worked out before, since rates are exact."""
    return f"{name} {round(value * 1000)}"


def _outcomes(column: int, outcomes: Outcomes, plan: FlatPlan) -> Iterator[FlatFact]:
    subjects, verdicts = plan.rulebook.kinds["outcome"].subjects, outcomes.verdicts[:, column]
    for row in np.flatnonzero(_VERDICT_BITS.take(verdicts) & plan.verdicts).tolist():
        verdict = Verdict(int(verdicts[row]))
        yield {"k": "outcome", **subjects[row], "verdict": verdict.code, "standing": STANDINGS[verdict].name.lower()}


def _facts(block: Block, column: int, plan: FlatPlan) -> Iterator[FlatFact]:
    """The facts, with the ends of what is known, as they meet a line."""
    subjects, width = plan.rulebook.kinds["fact"].subjects, plan.layout.width
    bits_of_all, ends = block.bits[::width, column], block.ends[:, ::width, column]
    for row in np.flatnonzero(bits_of_all & plan.states).tolist():
        bits, (low, high) = int(bits_of_all[row]), ends[:, row].tolist()
        fact: FlatFact = {"k": "fact", **subjects[row], "state": _STATE_WORDS[bits & _STATE_BITS]}
        if bits & KNOWN_BITS:
            fact |= {"low": _end(low), "high": _end(high)}
            if low >= 1 or high <= 0:
                fact["truth"] = "yes" if low >= 1 else "no"
        yield fact


def _rates(column: int, scores: Scores, plan: FlatPlan) -> Iterator[FlatFact]:
    """Which rates are beyond which of the lines that rules name."""
    groups = {group.id: n for n, group in enumerate(plan.ruleset.groups)}
    for name, value in plan.rate_lines:
        line = LINES[name]
        for subject in plan.rulebook.kinds["rate"].subjects:
            group = groups.get(subject["scope"])
            points = scores.base[:, column] if group is None else scores.groups[:, group, column]
            over = int(points[line.end]) * WHOLE - round(value * 1000) * int(points[2])
            over = over if line.rising else -over
            if over > 0 or (over == 0 and not line.strict):
                yield {"k": "rate", **subject, "line": rate_line(name, value)}


def _observations(block: Block, column: int, rulebook: Rulebook) -> Iterator[FlatFact]:
    """What was observed on each indicator; the same said twice is one fact."""
    subjects = {subject["indicator"]: subject for subject in rulebook.kinds["observation"].subjects}
    asked = rulebook.kinds["observation"].conditions
    seen = {}
    for observation in block.cities[column].observations:
        for indicator in observation.indicators:
            said = {name: getattr(observation, name) for name in asked if getattr(observation, name)}
            seen[(indicator, *said.items())] = {"k": "observation", **subjects[indicator], **said}
    yield from seen.values()


def _end(value: float) -> float:
    return float(rounded(value)) if abs(value) < BEYOND else math.copysign(BEYOND, value)
