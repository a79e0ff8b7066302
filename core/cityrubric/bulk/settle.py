"""Checked rows of facts -> a block: what one claim settles goes straight into columns, the rest the way of one city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from attrs import evolve

from cityrubric.bulk.facts import FactRows
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.columns import block_of, settled_facts
from cityrubric.evaluate.placing import Settled, SettledRow, settled_rows
from cityrubric.evaluate.plan import Plan
from cityrubric.interval import Bools
from cityrubric.records import City, Claim
from cityrubric.states import State


def block_of_rows(rows: FactRows, cities: Sequence[City], plan: Plan) -> Block:
    """Put checked rows into columns.

    Args:
        rows: all claims on these cities.
        cities: one per column, without claims.
        plan: of the rule set.
    """
    difficult = _difficult(rows, len(cities), plan)
    straight = _straight(rows, ~difficult[rows.city, rows.fact], plan)
    roundabout = settled_rows([*_roundabout(rows, difficult, cities, plan)])
    return block_of(straight.and_(roundabout), cities, plan)


def city_of_rows(rows: FactRows, column: int, city: City, plan: Plan) -> City:
    """Return one city with its claims as records, as if it had been read from a folder."""
    numbers = np.flatnonzero(rows.city == column)
    numbers = numbers[
        np.argsort(rows.fact[numbers], kind="stable")
    ]  # facts stand in their order in a folder's city, too
    claims = dict.fromkeys(rows.claims(numbers.tolist(), plan.layout))
    return evolve(city, claims=tuple(claims), sources=rows.sources(numbers.tolist()))


def _difficult(rows: FactRows, cities: int, plan: Plan) -> Bools:
    """Which facts of which city several claims bear on at a time, or claims of areas, or such as nobody may make."""
    order = np.lexsort((rows.last, rows.first, rows.fact, rows.city))
    rival = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for some in (rows.city[order], rows.fact[order], rows.first[order], rows.last[order]):
        rival &= some[1:] == some[:-1]
    involved = rows.of_area | ~rows.allowed(plan.ruleset.claim_order)
    involved[order[1:][rival]] = True
    difficult = np.zeros((cities, len(plan.layout.specs)), dtype=np.bool_)
    difficult[rows.city[involved], rows.fact[involved]] = True
    return difficult


def _straight(rows: FactRows, alone: Bools, plan: Plan) -> Settled:
    """What a single claim settles: its value, or its reason with the whole possible range."""
    fact, state = rows.fact[alone], rows.state[alone]
    known, possible = state == State.KNOWN, plan.layout.ends[:, fact * plan.layout.width]
    return Settled(
        column=rows.city[alone],
        fact=fact,
        first=rows.first[alone],
        last=rows.last[alone],
        bits=np.left_shift(np.uint16(1), state.astype(np.uint16)),
        low=np.where(known, rows.low[alone], possible[0]),
        high=np.where(known, rows.high[alone], possible[1]),
    )


def _roundabout(rows: FactRows, difficult: Bools, cities: Sequence[City], plan: Plan) -> Iterator[SettledRow]:
    """Several claims on one period, and claims of areas: settled as those of a single city are."""
    layout = plan.layout
    asked = difficult.copy()
    for spec in layout.specs:
        if spec.ratio:  # what areas do not report of a numerator is at most their denominator
            asked[:, layout.index[spec.ratio[1]]] |= difficult[:, layout.index[spec.ratio[0]]]
    numbers = np.flatnonzero(asked[rows.city, rows.fact])
    claims: dict[int, dict[Claim, None]] = defaultdict(dict)
    for column, claim in zip(rows.city[numbers].tolist(), rows.claims(numbers.tolist(), layout), strict=True):
        claims[column][claim] = None  # the same said twice is one claim
    for column, some in claims.items():
        wanted = {layout.specs[fact].key for fact in np.flatnonzero(difficult[column]).tolist()}
        yield from settled_facts(column, evolve(cities[column], claims=tuple(some)), layout, plan.ruleset, wanted)
