"""A rule set as tables: everything that can be worked out before any city is seen."""

from __future__ import annotations

from functools import lru_cache

from attrs import frozen

from cityrubric.evaluate.inference.ground import Conclusion, Test, ground
from cityrubric.evaluate.inference.plain import PlainPlan, plan_plain
from cityrubric.evaluate.inference.rulebook import read_rulebook
from cityrubric.evaluate.inference.signals import SignalPlan, plan_signals
from cityrubric.evaluate.layout import Layout, layout_of
from cityrubric.evaluate.measures import MeasurePlan, plan_measures
from cityrubric.evaluate.scores import ScorePlan, plan_scores
from cityrubric.evaluate.verdicts import VerdictPlan, plan_verdicts
from cityrubric.rubric.model import Ruleset


@frozen(eq=False)
class Plan:
    """One rule set, compiled for evaluation, stage by stage."""

    ruleset: Ruleset
    layout: Layout
    measures: MeasurePlan
    verdicts: VerdictPlan
    scores: ScorePlan
    signals: SignalPlan
    conclusions: tuple[Conclusion, ...]
    rules: PlainPlan


@lru_cache(maxsize=16)
def plan_of(ruleset: Ruleset) -> Plan:
    """Compile a rule set; the same rule set is compiled once.

    Raises:
        Faults: if its rules ask for what does not exist.
    """
    layout = layout_of(ruleset)
    parts = [part for indicator in ruleset.indicators for part in indicator.parts]
    conclusions = ground(read_rulebook(ruleset))
    tests = [test for made in conclusions for body in made.alternatives for test in body if isinstance(test, Test)]
    signals = plan_signals(tests, layout, ruleset)
    return Plan(
        ruleset=ruleset,
        layout=layout,
        measures=plan_measures(parts, layout, ruleset),
        verdicts=plan_verdicts(ruleset),
        scores=plan_scores(ruleset.groups, ruleset.indicators, ruleset.pass_rule),
        signals=signals,
        conclusions=tuple(conclusions),
        rules=plan_plain(conclusions, signals.tests),
    )
