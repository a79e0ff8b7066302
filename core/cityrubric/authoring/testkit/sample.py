"""All cases as one block: run once, or again under a changed rule set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from attrs import evolve, frozen

from cityrubric.authoring.cases import Case, case_city, differences
from cityrubric.evaluate.assess import Results, assess_block
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.columns import make_block, observed
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Decision, Verdict
from cityrubric.telling.tell import tell


@frozen(eq=False, slots=False)
class Sample:
    """The cases of a rule set, with their cities in columns.

    Attributes:
        cases: in the order of the columns.
        ruleset: as it stands.
    """

    cases: Sequence[Case]
    ruleset: Ruleset

    @cached_property
    def cities(self) -> list[City]:
        """The city of each case."""
        return [case_city(case, self.ruleset) for case in self.cases]

    @cached_property
    def block(self) -> Block:
        """All of them in columns."""
        return make_block(self.cities, plan_of(self.ruleset))

    @cached_property
    def results(self) -> Results:
        """What comes out under the rule set as it stands."""
        return assess_block(self.block, plan_of(self.ruleset))

    def under(self, ruleset: Ruleset) -> tuple[Plan, Results]:
        """Run all cases under a changed rule set: other lines or rules, the same facts and indicators."""
        plan = plan_of(ruleset)
        block = evolve(self.block, observed=observed(self.cities, plan.rules.signals))
        return plan, assess_block(block, plan)


def differing(sample: Sample) -> list[tuple[Case, list[str]]]:
    """Return the cases that do not get what they expect, each with one line per difference."""
    plan = plan_of(sample.ruleset)
    told = (tell(sample.block, sample.results, column, plan) for column in range(len(sample.cases)))
    compared = [(case, [*differences(case.expected, found)]) for case, found in zip(sample.cases, told, strict=True)]
    return [(case, lines) for case, lines in compared if lines]


def noticed(sample: Sample, plan: Plan, results: Results) -> bool:
    """Tell whether any case does not get what it expects of verdicts, scores, rules' findings and decision."""
    return any(_differs(case, column, plan, results) for column, case in enumerate(sample.cases))


def _differs(case: Case, column: int, plan: Plan, results: Results) -> bool:
    return any(found != expected for found, expected in _compared(case, column, plan, results))


def _compared(case: Case, column: int, plan: Plan, results: Results) -> Iterator[tuple[object, object]]:
    rows = {indicator.id: row for row, indicator in enumerate(plan.ruleset.indicators)}
    for id_, verdict in case.expected.get("verdicts", {}).items():
        yield Verdict(int(results.outcomes.verdicts[rows[id_], column])).code, verdict
    for id_, score in case.expected.get("scores", {}).items():
        yield [int(end) / 1000 for end in results.outcomes.points[:2, rows[id_], column]], score
    for name, there in (("findings", True), ("no_findings", False)):
        for id_ in case.expected.get(name, ()):
            if id_ in plan.rules.numbers:
                yield bool(results.findings[plan.rules.numbers[id_], column]), there
    if "decision" in case.expected:
        yield Decision(int(results.scores.decision[column])).code, case.expected["decision"]
