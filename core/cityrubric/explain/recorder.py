"""One city's run with all that it recorded: what explanations are made from."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

from cityrubric.assessment import Assessment, Finding
from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.inference.ground import Test
from cityrubric.evaluate.placing import Settled
from cityrubric.evaluate.plan import Plan
from cityrubric.records import City
from cityrubric.telling.knowledge import Facts


@frozen(eq=False, slots=False)
class Recorder:
    """One city's run, with what it recorded: the truth of every condition, and every finding.

    Attributes:
        facts: what is known of its facts.
        rows: the same as rows.
        block: of this city alone.
        results: of this block.
        assessment: the same run, told.
    """

    city: City
    plan: Plan
    facts: Facts
    rows: Settled
    block: Block
    results: Results
    assessment: Assessment

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """What was found, by id."""
        return {finding.id: finding for finding in self.assessment.findings}

    def found(self, number: int) -> bool:
        """Tell whether a conclusion was drawn."""
        return bool(self.results.findings[number, 0])

    def truth(self, test: Test) -> bool:
        """Tell whether a condition held."""
        return bool(self.results.signals[self.plan.rules.signals.tests[test], 0])


@functools.lru_cache(maxsize=16)
def indicator_numbers(plan: Plan) -> Mapping[str, int]:
    """Return the number of each indicator."""
    return {indicator.id: number for number, indicator in enumerate(plan.ruleset.indicators)}
