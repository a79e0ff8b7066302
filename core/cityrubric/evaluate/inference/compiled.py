"""The rules of a rule set, compiled once for every engine."""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from cityrubric.errors import FaultLog
from cityrubric.evaluate.inference.durable import Definition, define_rules
from cityrubric.evaluate.inference.flat import FlatPlan, plan_flat
from cityrubric.evaluate.inference.ground import Conclusion, Test, ground
from cityrubric.evaluate.inference.limits import check_limits
from cityrubric.evaluate.inference.plain import PlainPlan, plan_plain
from cityrubric.evaluate.inference.rulebook import Rulebook, read_rulebook
from cityrubric.evaluate.inference.signals import SignalPlan, plan_signals
from cityrubric.evaluate.layout import Layout
from cityrubric.rubric.model import Ruleset


@frozen(eq=False, slots=False)
class CompiledRules:
    """A rulebook and everything that can be worked out of it before any city is seen.

    Attributes:
        conclusions: every finding that the rules may make, each after those it builds on.
        signals: the tests that the rules make.
        plain: the conclusions as tables.
    """

    rulebook: Rulebook
    layout: Layout
    ruleset: Ruleset
    conclusions: tuple[Conclusion, ...]
    signals: SignalPlan
    plain: PlainPlan

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each conclusion."""
        return {made.id: number for number, made in enumerate(self.conclusions)}

    @cached_property
    def flat(self) -> FlatPlan:
        """What of a city is told to an engine that chains facts."""
        return plan_flat(self.rulebook, self.layout, self.ruleset)

    @cached_property
    def definition(self) -> Definition:
        """The rules in the form of durable-rules."""
        return define_rules(self.rulebook)


def compile_rules(ruleset: Ruleset, layout: Layout) -> CompiledRules:
    """Compile the rules of a rule set.

    Raises:
        Faults: if they ask for what does not exist, or for more than the rule form may hold.
    """
    rulebook = read_rulebook(ruleset)
    log = FaultLog()
    check_limits(rulebook, log)
    log.check()
    conclusions = tuple(ground(rulebook))
    tests = [test for made in conclusions for body in made.alternatives for test in body if isinstance(test, Test)]
    signals = plan_signals(tests, layout, ruleset)
    return CompiledRules(rulebook, layout, ruleset, conclusions, signals, plan_plain(conclusions, signals.tests))
