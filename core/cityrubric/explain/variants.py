"""The same city with one fact changed: how explanations try out what would happen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve, frozen

from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.evaluate.assess import Results, assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import Plan
from cityrubric.records import City, Claim, Period
from cityrubric.states import State

Outcome = Callable[[Results, int], str]
"""What is looked at in the results of a block, for one column: a verdict, a decision, or whether something is found."""

_PER_BLOCK = 64


@frozen
class Place:
    """One fact of one period, of the city as a whole."""

    key: str
    period: Period | None

    @property
    def id(self) -> str:
        """As facts are referred to."""
        return f"fact:{self.key}@{self.period}" if self.period else f"fact:{self.key}"


def with_value(city: City, places: Sequence[Place], value: float, spec: FactSpec, plan: Plan) -> City:
    """Return the city with exactly this value of a fact in some periods, stated by whoever counts most."""
    speaker = plan.ruleset.claim_order[0]
    stated = {(place.key, place.period) for place in places}
    others = [claim for claim in city.claims if (claim.key, claim.period) not in stated or claim.area is not None]
    content = ("—",) if spec.kind in PRESENCE_KINDS and value else ()
    new = [Claim(place.key, State.KNOWN, value, value, content, place.period, speaker=speaker) for place in places]
    return evolve(city, claims=(*others, *new))


def look(cities: Sequence[City], plan: Plan, outcome: Outcome) -> list[str]:
    """Run variants of a city and return what came out for each."""
    seen: list[str] = []
    for start in range(0, len(cities), _PER_BLOCK):
        some = cities[start : start + _PER_BLOCK]
        results = assess_block(make_block(some, plan), plan)
        seen += [outcome(results, column) for column in range(len(some))]
    return seen
