"""What is known of one city of a block, and what an indicator rests on."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.claims import Known, by_key
from cityrubric.evaluate.columns import known_facts
from cityrubric.evaluate.plan import Plan
from cityrubric.records import City, Claim, Period
from cityrubric.rubric.model import Indicator, Part
from cityrubric.states import KNOWN_BITS, Speaker, State

Facts = Mapping[str, Mapping[Period | None, Known]]

_LEAST_VERIFIED = (Speaker.SELF, Speaker.DEPARTMENT, Speaker.VERIFIED)


@frozen(eq=False)
class Knowledge:
    """What is known of one city, a column of a block.

    Attributes:
        claims: what is stated, by key.
        facts: what is known of it, by key and period.
        states: the state of each row of the columns.
    """

    city: City
    plan: Plan
    block: Block
    column: int
    claims: Mapping[str, Sequence[Claim]]
    facts: Facts
    states: Sequence[State]

    def spec(self, key: str) -> FactSpec:
        """Return what the fact is."""
        return self.plan.ruleset.offers.catalogue[key]

    def state(self, key: str, year: int) -> State:
        """Return the state of a fact, `year` years before the assessment year, or of the whole span."""
        return self.states[self.plan.layout.row(key, year)]

    def is_exact(self, key: str, year: int) -> bool:
        """Tell whether a fact is known as one value."""
        row = self.plan.layout.row(key, year)
        return bool(self.block.ends[0, row, self.column] == self.block.ends[1, row, self.column])

    def reads(self, part: Part) -> tuple[str, ...]:
        """Return the keys of the facts that a part looks at."""
        return _reads(part, self.plan)

    def users(self, *keys: str) -> tuple[str, ...]:
        """Return the ids of the indicators that look at any of these facts, in their order."""
        users = _users(self.plan)
        some = {number for key in keys for number in users.get(key, ())}
        return tuple(self.plan.ruleset.indicators[number].id for number in sorted(some))

    def rests_on(self, indicator: Indicator) -> tuple[tuple[str, ...], str]:
        """Return what an indicator rests on.

        Returns:
            Ids of what is stated of the facts that it looks at, and of its clearances; the least verified speaker among
            the claims that make them known, empty where there is none.
        """
        ids: set[str] = set()
        speakers: set[Speaker] = set()
        for key, period, known in self._stated(indicator):
            ids.add(fact_id(key, period))
            if known.is_known:
                speakers.update(claim.speaker for claim in known.claims)
        if any(record.veto == indicator.id for record in self.city.clearances):
            ids.add(f"clearance:{indicator.id}")
        return tuple(sorted(ids)), next((speaker.value for speaker in _LEAST_VERIFIED if speaker in speakers), "")

    def _stated(self, indicator: Indicator) -> Iterator[tuple[str, Period | None, Known]]:
        for part, spec in _looked_at(self.plan)[indicator.id]:
            for period, known in self.facts.get(spec.key, {}).items():
                if known.bits & ~State.ABSENT.bit and self._bears_on(period, part, spec, known):
                    yield spec.key, period, known

    def _bears_on(self, period: Period | None, part: Part, spec: FactSpec, known: Known) -> bool:
        """Whether what is said of a period bears on a part: a value of an unstated year does not, a reason does."""
        if period is None:
            return spec.period == "none" or not known.bits & KNOWN_BITS
        slack = spec.carry if spec.period == "stock" else 0
        last = self.city.assessment_year
        return last - part.window.years + 1 - slack <= period.first and period.last <= last + slack


def _reads(part: Part, plan: Plan) -> tuple[str, ...]:
    return plan.ruleset.offers.measures[part.measure].reads if part.measure else part.facts


@functools.lru_cache(maxsize=16)
def _looked_at(plan: Plan) -> Mapping[str, Sequence[tuple[Part, FactSpec]]]:
    """The facts that each indicator looks at, part by part, each with the counts that a percentage is derived from."""
    catalogue = plan.ruleset.offers.catalogue
    return {
        indicator.id: [
            (part, catalogue[key])
            for part in indicator.parts
            for read in _reads(part, plan)
            for key in (read, *(catalogue[read].ratio or ()))
        ]
        for indicator in plan.ruleset.indicators
    }


@functools.lru_cache(maxsize=16)
def _users(plan: Plan) -> Mapping[str, Sequence[int]]:
    """The numbers of the indicators that look at each fact."""
    users: dict[str, list[int]] = {}
    for number, indicator in enumerate(plan.ruleset.indicators):
        for key in {key for part in indicator.parts for key in _reads(part, plan)}:
            users.setdefault(key, []).append(number)
    return users


def knowledge(block: Block, column: int, plan: Plan, facts: Facts | None = None) -> Knowledge:
    """Gather what is known of one city of a block.

    Args:
        block: with the city.
        column: of the city.
        plan: of the rule set.
        facts: what is known of its facts, if that was found out before.
    """
    city = block.cities[column]
    states = [_state(bits) for bits in block.bits[:, column].tolist()]
    known = known_facts(city, plan.layout, plan.ruleset) if facts is None else facts
    return Knowledge(city, plan, block, column, by_key(city.claims), known, states)


@functools.cache
def _state(bits: int) -> State:
    return next(state for state in State if bits & state.bit)


def fact_id(key: str, period: Period | None) -> str:
    """Return the id under which a fact of a period is referred to."""
    return f"fact:{key}@{period}" if period else f"fact:{key}"
