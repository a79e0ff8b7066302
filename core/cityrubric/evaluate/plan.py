"""A rule set as tables: everything that can be worked out before any city is seen."""

from __future__ import annotations

from functools import lru_cache

from attrs import frozen

from cityrubric.evaluate.inference.compiled import CompiledRules, compile_rules
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
    rules: CompiledRules


@lru_cache(maxsize=16)
def plan_of(ruleset: Ruleset) -> Plan:
    """Compile a rule set; the same rule set is compiled once.

    Raises:
        Faults: if its rules ask for what does not exist.
    """
    layout = layout_of(ruleset)
    parts = [part for indicator in ruleset.indicators for part in indicator.parts]
    return Plan(
        ruleset=ruleset,
        layout=layout,
        measures=plan_measures(parts, layout, ruleset),
        verdicts=plan_verdicts(ruleset),
        scores=plan_scores(ruleset),
        rules=compile_rules(ruleset, layout),
    )
