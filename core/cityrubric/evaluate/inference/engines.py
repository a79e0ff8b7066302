"""Which engine draws the conclusions; all of them draw the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from attrs import define, field

from cityrubric.errors import CityrubricError
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.inference import durable
from cityrubric.evaluate.inference.compiled import CompiledRules
from cityrubric.evaluate.inference.durable import DurableError, DurableProcess
from cityrubric.evaluate.inference.flat import flat_facts
from cityrubric.evaluate.inference.plain import infer
from cityrubric.evaluate.scores import Scores
from cityrubric.evaluate.verdicts import Outcomes
from cityrubric.interval import Bools
from cityrubric.language import translate as _

HANDFUL = 10
"""So many cities are worth a chaining engine; more go through the columns."""

Say = Callable[[str], None]


class Engine(Protocol):
    """Draws the conclusions of a rule set for the cities of a block."""

    def infer(self, block: Block, outcomes: Outcomes, scores: Scores, signals: Bools, rules: CompiledRules) -> Bools:
        """Return which conclusion holds of which city: one row per conclusion, one column per city."""
        ...

    def close(self) -> None:
        """Let go of what the engine holds."""
        ...


class PlainEngine:
    """The meaning of the rule form: conclusions as boolean rows."""

    def infer(self, block: Block, outcomes: Outcomes, scores: Scores, signals: Bools, rules: CompiledRules) -> Bools:
        """Draw all conclusions for all cities together."""
        return infer(signals, rules.plain)

    def close(self) -> None:
        """Nothing is held."""


PLAIN = PlainEngine()


@define
class DurableEngine:
    """durable-rules in a child process, one city after the other; where it fails on a city, the plain engine draws.

    Attributes:
        say: told of every city on which it failed.
        required: whether it is an error that the library cannot be used at all; else the plain engine draws everything.
    """

    say: Say
    required: bool = True
    _processes: dict[int, DurableProcess | None] = field(factory=dict, init=False)

    def infer(self, block: Block, outcomes: Outcomes, scores: Scores, signals: Bools, rules: CompiledRules) -> Bools:
        """Draw the conclusions city by city."""
        process = self._process(rules)
        drawn = (
            infer(signals, rules.plain)
            if process is None
            else np.zeros((len(rules.conclusions), signals.shape[1]), np.bool_)
        )
        for column in range(signals.shape[1] if process else 0):
            assert process is not None
            try:
                ids = process.findings(flat_facts(block, column, outcomes, scores, rules.flat))
                drawn[[rules.numbers[id_] for id_ in ids], column] = True
            except DurableError as error:
                words = {"city": block.cities[column].name, "why": error}
                self.say(_("durable-rules failed on {city} ({why}); run again with the plain engine").format(**words))
                drawn[:, column] = infer(signals[:, column : column + 1], rules.plain)[:, 0]
        return drawn

    def close(self) -> None:
        """End the child processes."""
        for process in self._processes.values():
            if process is not None:
                process.close()
        self._processes.clear()

    def _process(self, rules: CompiledRules) -> DurableProcess | None:
        """The child that holds these rules; None where there can be none, which is said once."""
        if id(rules) not in self._processes:
            process = DurableProcess(rules.definition)
            try:
                process.start()
            except DurableError as error:
                if self.required:
                    raise DurableError(_("durable-rules cannot be used here: {why}").format(why=error)) from error
                self.say(_("durable-rules cannot be used here ({why}); the plain engine is used").format(why=error))
                self._processes[id(rules)] = None
            else:
                self._processes[id(rules)] = process
        return self._processes[id(rules)]


@define
class CheckedEngine:
    """Both engines; any difference is an error.

    Attributes:
        other: the engine that is checked against the plain one.
    """

    other: Engine

    def infer(self, block: Block, outcomes: Outcomes, scores: Scores, signals: Bools, rules: CompiledRules) -> Bools:
        """Draw all conclusions twice.

        Raises:
            CityrubricError: if the engines differ; names the cities and the conclusions.
        """
        plain = PLAIN.infer(block, outcomes, scores, signals, rules)
        differs = plain != self.other.infer(block, outcomes, scores, signals, rules)
        if differs.any():
            places = zip(*(index.tolist() for index in np.nonzero(differs)), strict=True)
            told = [f"{block.cities[column].name} {rules.conclusions[row].id}" for row, column in places]
            raise CityrubricError(_("the engines differ: {where}").format(where=", ".join(told)))
        return plain

    def close(self) -> None:
        """Let go of the other engine."""
        self.other.close()


def choose_engine(name: str, cities: int, say: Say, *, cross_check: bool = False) -> Engine:
    """Return the engine for a run.

    Args:
        name: `plain`, `durable`, or `auto`: durable for a handful of cities where it can be used.
        cities: how many there are.
        say: told what the user should know, such as that a chosen engine cannot be used.
        cross_check: run durable and plain, and fail on any difference.

    Raises:
        CityrubricError: if durable is asked for and not installed.
    """
    if name == "plain" and not cross_check:
        return PLAIN
    if name == "auto" and cities > HANDFUL and not cross_check:
        return PLAIN
    if not durable.is_installed():
        why = _("it is not installed")
        if name == "durable" or cross_check:
            raise CityrubricError(_("durable-rules cannot be used here: {why}").format(why=why))
        say(_("durable-rules cannot be used here ({why}); the plain engine is used").format(why=why))
        return PLAIN
    engine = DurableEngine(say, required=name == "durable" or cross_check)
    return CheckedEngine(engine) if cross_check else engine
