"""What the tests of rules say of each city of a block: true or false, one row per test, one column per city."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from attrs import frozen

from cityrubric.evaluate.block import Block
from cityrubric.evaluate.inference.ground import Test
from cityrubric.evaluate.inference.vocabulary import LINES, Line, verdict_bits
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.lines import least_beyond, least_reaching
from cityrubric.evaluate.scores import WHOLE, Scores
from cityrubric.evaluate.verdicts import Outcomes
from cityrubric.interval import ONE, ZERO, Bools, Floats, constants
from cityrubric.records import Observation
from cityrubric.rubric.model import Ruleset
from cityrubric.states import KNOWN_BITS, Decision, State

Truths = Callable[[Block, Outcomes, Scores], Bools]
"""The truth of some tests on every city of a block."""

(_NO_BITS,) = constants(np.uint16, 0)
_NO_VERDICT, _FIRST_VERDICT = constants(np.uint8, 0, 1)


@frozen(eq=False, slots=False)
class SignalPlan:
    """The tests of a rule set's rules, compiled once.

    Attributes:
        tests: all tests, kind by kind, with the row of each: their truths come in this order.
        truths: what computes the truths of each kind.
    """

    tests: Mapping[Test, int]
    truths: tuple[Truths, ...]

    @cached_property
    def observations(self) -> list[Test]:
        """The tests on observations, in the order of a block's rows for them."""
        return [test for test in self.tests if test.kind == "observation"]


def plan_signals(tests: Iterable[Test], layout: Layout, ruleset: Ruleset) -> SignalPlan:
    """Compile the tests."""
    wanted = sorted(set(tests), key=lambda test: (test.subject, str(test.conditions)))
    groups = {kind: [test for test in wanted if test.kind == kind] for kind in _PLANNERS}
    return SignalPlan(
        tests={test: row for row, test in enumerate(test for some in groups.values() for test in some)},
        truths=tuple(_PLANNERS[kind](some, layout, ruleset) for kind, some in groups.items() if some),
    )


def read_signals(block: Block, outcomes: Outcomes, scores: Scores, plan: SignalPlan) -> Bools:
    """Return the truth of every test on every city of the block."""
    if not plan.truths:
        return np.zeros((0, block.bits.shape[1]), dtype=np.bool_)
    return np.concatenate([truths(block, outcomes, scores) for truths in plan.truths])


def fits(observation: Observation, test: Test) -> bool:
    """Tell whether an observation is what a test asks for."""
    return test.subject in observation.indicators and all(
        getattr(observation, name) == value for name, value in test.conditions
    )


def _plan_outcomes(tests: Sequence[Test], layout: Layout, ruleset: Ruleset) -> Truths:
    numbers = {indicator.id: n for n, indicator in enumerate(ruleset.indicators)}
    rows = np.array([numbers[test.subject] for test in tests], dtype=np.intp)
    asked = np.array([[verdict_bits(dict(test.conditions))] for test in tests], dtype=np.uint8)

    def truths(block: Block, outcomes: Outcomes, scores: Scores) -> Bools:
        bits = np.left_shift(_FIRST_VERDICT, outcomes.verdicts.view(np.uint8))
        return np.asarray(bits.take(rows, 0) & asked != _NO_VERDICT)

    return truths


def _plan_facts(tests: Sequence[Test], layout: Layout, ruleset: Ruleset) -> Truths:
    """States and truths of many facts at once; lines, which few tests ask for, one by one."""
    rows = np.array([layout.row(test.subject) for test in tests], dtype=np.intp)
    asked = np.array([[_state_bits(test)] for test in tests], dtype=np.uint16)
    values = [(n, name, value) for n, test in enumerate(tests) for name, value in test.conditions if name != "state"]
    truth = {n: value for n, name, value in values if name == "truth"}
    yes, no = (np.array([n for n, value in truth.items() if value == word], np.intp) for word in ("yes", "no"))
    rows_yes, rows_no = rows[yes], rows[no]
    lines = [(n, LINES[name], float(value)) for n, name, value in values if name != "truth"]

    def truths(block: Block, outcomes: Outcomes, scores: Scores) -> Bools:
        holds = np.asarray(block.bits.take(rows, 0) & asked != _NO_BITS)
        holds[yes] &= block.ends[0].take(rows_yes, 0) >= ONE
        holds[no] &= block.ends[1].take(rows_no, 0) <= ZERO
        for n, line, value in lines:
            holds[n] &= _beyond(block.ends[:, rows[n]], line, value)
        return holds

    return truths


def _state_bits(test: Test) -> int:
    """The states that will do: the one that is asked for, or any in which something is known."""
    state = dict(test.conditions).get("state")
    return KNOWN_BITS if state is None else State[str(state).upper()].bit


def _beyond(ends: Floats, line: Line, value: float) -> Bools:
    nearest = least_beyond(value) if line.rising == line.strict else least_reaching(value)
    return np.asarray(ends[line.end] >= nearest if line.rising else ends[line.end] < nearest)


def _plan_rates(tests: Sequence[Test], layout: Layout, ruleset: Ruleset) -> Truths:
    """Rates against lines, by cross-multiplication."""
    groups = {group.id: n for n, group in enumerate(ruleset.groups)}
    asked = [(groups.get(test.subject), name, float(value)) for test in tests for name, value in test.conditions[:1]]

    def truths(block: Block, outcomes: Outcomes, scores: Scores) -> Bools:
        rows = []
        for group, name, value in asked:
            points, line = scores.base if group is None else scores.groups[:, group], LINES[name]
            over = points[line.end] * WHOLE - round(value * 1000) * points[2]
            over = over if line.rising else -over
            rows.append(over > 0 if line.strict else over >= 0)
        return np.stack(rows)

    return truths


def _plan_conclusions(tests: Sequence[Test], layout: Layout, ruleset: Ruleset) -> Truths:
    asked = np.array(
        [[Decision[str(value).upper()]] for test in tests for _name, value in test.conditions], dtype=np.int8
    )
    return lambda block, outcomes, scores: scores.decision == asked


def _plan_observations(tests: Sequence[Test], layout: Layout, ruleset: Ruleset) -> Truths:
    return lambda block, outcomes, scores: block.observed


_PLANNERS: dict[str, Callable[[Sequence[Test], Layout, Ruleset], Truths]] = {
    "outcome": _plan_outcomes,
    "fact": _plan_facts,
    "rate": _plan_rates,
    "conclusion": _plan_conclusions,
    "observation": _plan_observations,
}
