"""The whole run, from the facts of some cities to what is said of them."""

from __future__ import annotations

from attrs import frozen

from cityrubric.evaluate.block import Block
from cityrubric.evaluate.inference.engines import PLAIN, Engine
from cityrubric.evaluate.inference.signals import read_signals
from cityrubric.evaluate.measures import Measured, take_measures
from cityrubric.evaluate.plan import Plan
from cityrubric.evaluate.scores import Scores, score
from cityrubric.evaluate.verdicts import Outcomes, judge
from cityrubric.interval import Bools


@frozen(eq=False)
class Results:
    """What is said of the cities of a block, as codes; records and sentences are made of them on demand.

    Attributes:
        measured: one row per part of the rubric.
        outcomes: one row per indicator.
        scores: one row per group, and the totals.
        signals: one row per test that rules make.
        findings: one row per finding the rules may make.
    """

    measured: Measured
    outcomes: Outcomes
    scores: Scores
    signals: Bools
    findings: Bools


def assess_block(block: Block, plan: Plan, engine: Engine = PLAIN) -> Results:
    """Assess all cities of a block together; every engine draws the same conclusions."""
    measured = take_measures(block, plan.measures)
    outcomes = judge(measured, block, plan.verdicts)
    scores = score(outcomes, plan.scores)
    signals = read_signals(block, outcomes, scores, plan.rules.signals)
    return Results(measured, outcomes, scores, signals, engine.infer(block, outcomes, scores, signals, plan.rules))
