"""The same city with one fact changed: how explanations try out what would happen, many changes as one block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from attrs import evolve, frozen

from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.evaluate.assess import Results, assess_block
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.claims import by_key
from cityrubric.evaluate.columns import columns_of, settled_facts
from cityrubric.evaluate.placing import SettledRow, settled_rows
from cityrubric.evaluate.plan import Plan
from cityrubric.explain.recorder import Recorder
from cityrubric.records import City, Claim, Period
from cityrubric.states import State

Outcome = Callable[[Results, int], str]
"""What is looked at in the results of a block, for one column: a verdict, a decision, or whether something is found."""

_PER_BLOCK = 256


@frozen
class Place:
    """One fact of one period, of the city as a whole."""

    key: str
    period: Period | None

    @property
    def id(self) -> str:
        """As facts are referred to."""
        return f"fact:{self.key}@{self.period}" if self.period else f"fact:{self.key}"


class Variant(NamedTuple):
    """One fact, known to be exactly this in some periods."""

    places: Sequence[Place]
    value: float

    @property
    def key(self) -> str:
        """Of the fact."""
        return self.places[0].key


@frozen(eq=False)
class Ground:
    """A city as it is, and all that is needed to see what one changed fact does to it.

    Attributes:
        run: of the city as it is.
        claims: what is stated, by key.
        ceilings: of facts that can never exceed another one: which one.
    """

    run: Recorder
    claims: Mapping[str, Sequence[Claim]]
    ceilings: Mapping[str, str]

    def look(self, variants: Sequence[Variant], outcome: Outcome) -> list[str]:
        """Return what comes out for each variant."""
        seen: list[str] = []
        for start in range(0, len(variants), _PER_BLOCK):
            some = variants[start : start + _PER_BLOCK]
            results = assess_block(self._block(some), self.run.plan)
            seen += [outcome(results, column) for column in range(len(some))]
        return seen

    def _block(self, variants: Sequence[Variant]) -> Block:
        """One column per variant: the settled rows of what it leaves as it is, and those of what it changes."""
        run, count = self.run, len(variants)
        layout = run.plan.layout
        changed = np.zeros((count, len(layout.specs)), dtype=np.bool_)
        rows: list[SettledRow] = []
        for column, variant in enumerate(variants):
            bearing = [variant.key, *(key for key, ceiling in self.ceilings.items() if ceiling == variant.key)]
            changed[column, [layout.index[key] for key in bearing]] = True
            rows += settled_facts(column, self._changed(variant, bearing), layout, run.plan.ruleset, bearing)
        columns, kept = np.nonzero(~changed[:, run.rows.fact])
        settled = run.rows.of_columns(kept, columns).and_(settled_rows(rows))
        ends, bits = columns_of(settled, [run.city.assessment_year] * count, run.plan)
        cleared, observed = np.repeat(run.block.cleared, count, 1), np.repeat(run.block.observed, count, 1)
        return Block(ends, bits, cleared, observed, [run.city] * count)

    def _changed(self, variant: Variant, bearing: Sequence[str]) -> City:
        """The city with the claims that bear on what is changed, and no others."""
        keys = {*bearing, *(self.ceilings[key] for key in bearing if key in self.ceilings)}
        claims = tuple(claim for key in keys for claim in self.claims.get(key, ()))
        spec = self.run.plan.ruleset.offers.catalogue[variant.key]
        return with_value(evolve(self.run.city, claims=claims), variant.places, variant.value, spec, self.run.plan)


def ground_of(run: Recorder) -> Ground:
    """Return what variants of a city are made from."""
    ceilings = {spec.ratio[0]: spec.ratio[1] for spec in run.plan.layout.specs if spec.ratio}
    return Ground(run, by_key(run.city.claims), ceilings)


def with_value(city: City, places: Sequence[Place], value: float, spec: FactSpec, plan: Plan) -> City:
    """Return the city with exactly this value of a fact in some periods, stated by whoever counts most."""
    speaker = plan.ruleset.claim_order[0]
    stated = {(place.key, place.period) for place in places}
    others = [claim for claim in city.claims if (claim.key, claim.period) not in stated or claim.area is not None]
    content = ("—",) if spec.kind in PRESENCE_KINDS and value else ()
    new = [Claim(place.key, State.KNOWN, value, value, content, place.period, speaker=speaker) for place in places]
    return evolve(city, claims=(*others, *new))
