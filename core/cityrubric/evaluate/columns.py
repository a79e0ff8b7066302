"""Cities -> `Block`: the facts of many cities as columns, one row per fact and year, one column per city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.areas import roll_up
from cityrubric.evaluate.block import CITIES_PER_BLOCK, CLEARED, FOUND, NOT_CLEARED, Bits, Block
from cityrubric.evaluate.claims import Known, by_key, settle
from cityrubric.evaluate.inference.signals import SignalPlan, fits
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.placing import NO_PERIOD, Settled, SettledRow, place, settled_rows
from cityrubric.evaluate.plan import Plan
from cityrubric.evaluate.ratios import Columns, derive_ratios
from cityrubric.interval import Bools, Floats, Interval, reconcile
from cityrubric.records import City, Clearance, Period
from cityrubric.rubric.model import Ruleset
from cityrubric.states import State


def known_facts(city: City, layout: Layout, ruleset: Ruleset) -> dict[str, dict[Period | None, Known]]:
    """Return what is known of each stated fact of one city, by period, areas rolled up."""
    order = ruleset.claim_order
    settled = {
        key: settle(claims, layout.specs[layout.index[key]], order) for key, claims in by_key(city.claims).items()
    }
    area_ids = [area.id for area in city.areas]
    ceilings = {s.ratio[0]: s.ratio[1] for s in layout.specs if s.ratio}
    facts = {}
    for key, places in settled.items():
        spec = layout.specs[layout.index[key]]
        own = {period: known for (area, period), known in places.items() if area is None}
        if len(own) < len(places):
            rolled = roll_up(area_ids, places, spec, settled.get(ceilings.get(key, ""), {}))
            own = {period: _both(own.get(period), rolled.get(period), spec) for period in {*own, *rolled}}
        facts[key] = own
    return facts


def make_blocks(cities: Iterable[City], plan: Plan) -> Iterator[Block]:
    """Put the facts of any number of cities into blocks of the size that is quickest evaluated."""
    waiting = iter(cities)
    while some := [*islice(waiting, CITIES_PER_BLOCK)]:
        yield make_block(some, plan)


def make_block(cities: Sequence[City], plan: Plan) -> Block:
    """Put the facts of the cities into columns; what nobody states keeps its whole possible range."""
    layout, ruleset = plan.layout, plan.ruleset
    rows = [row for column, city in enumerate(cities) for row in settled_facts(column, city, layout, ruleset)]
    return block_of(settled_rows(rows), cities, plan)


def block_of(settled: Settled, cities: Sequence[City], plan: Plan) -> Block:
    """Return the block in which this is settled of the cities' facts; records and observations are the cities' own."""
    ends, bits = columns_of(settled, [city.assessment_year for city in cities], plan)
    vetoes = [i.id for i in plan.ruleset.indicators if any(part.cleared_by == "record" for part in i.parts)]
    cleared = np.array([[_clearance(city, veto) for city in cities] for veto in vetoes], dtype=np.uint8)
    return Block(ends, bits, cleared.reshape(len(vetoes), len(cities)), observed(cities, plan.rules.signals), cities)


def columns_of(settled: Settled, assessed: Sequence[int], plan: Plan) -> tuple[Floats, Bits]:
    """Return the ends and bits of a block in which this is settled of cities assessed for these years."""
    ends, bits = place(settled, np.array(assessed, dtype=np.intp), plan.layout)
    derive_ratios(Columns(ends[0], ends[1], bits), plan.layout)
    return ends, bits


def settled_facts(
    column: int, city: City, layout: Layout, ruleset: Ruleset, wanted: Container[str] | None = None
) -> Iterator[SettledRow]:
    """Yield what is known of the facts of one city, or of the wanted ones only, as rows for its column."""
    return rows_of(column, known_facts(city, layout, ruleset), layout, wanted)


def rows_of(
    column: int,
    facts: Mapping[str, Mapping[Period | None, Known]],
    layout: Layout,
    wanted: Container[str] | None = None,
) -> Iterator[SettledRow]:
    """Yield what is known of facts, by period, as rows for a column."""
    for key, periods in facts.items():
        if wanted is not None and key not in wanted:
            continue
        fact = layout.index[key]
        for period, known in periods.items():
            first, last = period or (NO_PERIOD, NO_PERIOD)
            yield column, fact, first, last, known.bits, known.low, known.high


def _both(own: Known | None, rolled: Known | None, spec: FactSpec) -> Known:
    """The city's own figure and the one its areas add up to."""
    if own is None or rolled is None or not (own.is_known and rolled.is_known):
        ways = [known for known in (own, rolled) if known is not None]
        return next((known for known in ways if known.is_known), ways[0])
    one, other = (Interval(np.array([known.low]), np.array([known.high])) for known in (own, rolled))
    both = reconcile(one, other, spec.within)
    conflict = both.conflict is not None
    bits = State.CONFLICTING.bit if conflict else own.bits
    return Known(bits, float(both.lower[0]), float(both.upper[0]), (*own.claims, *rolled.claims))


def observed(cities: Sequence[City], signals: SignalPlan) -> Bools:
    """Which tests on observations hold of which city."""
    by_indicator: dict[str, list[int]] = defaultdict(list)
    for number, test in enumerate(signals.observations):
        by_indicator[test.subject].append(number)
    observed = np.zeros((len(signals.observations), len(cities)), dtype=np.bool_)
    for column, city in enumerate(cities):
        for observation in city.observations:
            for number in [n for indicator in observation.indicators for n in by_indicator[indicator]]:
                observed[number, column] |= fits(observation, signals.observations[number])
    return observed


def _clearance(city: City, veto: str) -> int:
    """What records say of a veto on the reference date; one that reports a finding outweighs all others."""
    records = [record for record in city.clearances if record.veto == veto and is_valid(record, city)]
    if any(record.found for record in records):
        return FOUND
    return CLEARED if records else NOT_CLEARED


def is_valid(record: Clearance, city: City) -> bool:
    """Tell whether a record counts on the reference date: it is in force, and asked in the assessed year or later."""
    in_time = record.asked_on.year >= city.assessment_year  # whoever was asked before can say nothing of that year
    return in_time and record.asked_on <= city.reference_date <= record.valid_until
