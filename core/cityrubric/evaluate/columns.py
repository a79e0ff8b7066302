"""Cities -> `Block`: the facts of many cities as columns, one row per fact and year, one column per city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from attrs import evolve

from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.areas import roll_up
from cityrubric.evaluate.block import CLEARED, FOUND, NOT_CLEARED, Block
from cityrubric.evaluate.claims import Known, by_key, settle
from cityrubric.evaluate.inference.signals import SignalPlan, fits
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.plan import Plan
from cityrubric.evaluate.ratios import Columns, derive_ratios
from cityrubric.interval import Bools, Interval, reconcile
from cityrubric.records import City, Clearance, Period, State
from cityrubric.rubric.model import Ruleset


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


def make_block(cities: Sequence[City], plan: Plan) -> Block:
    """Put the facts of the cities into columns; what nobody states keeps its whole possible range."""
    layout, ruleset = plan.layout, plan.ruleset
    ends = np.repeat(layout.ends[:, :, None], len(cities), axis=2)
    bits = np.full(ends.shape[1:], State.ABSENT.bit, dtype=np.uint16)
    for column, city in enumerate(cities):
        for row, known in _rows(city, layout, ruleset):
            ends[:, row, column], bits[row, column] = (known.low, known.high), known.bits
    derive_ratios(Columns(ends[0], ends[1], bits), layout)
    vetoes = [i.id for i in ruleset.indicators if any(part.cleared_by == "record" for part in i.parts)]
    cleared = np.array([[_clearance(city, veto) for city in cities] for veto in vetoes], dtype=np.uint8)
    return Block(ends, bits, cleared.reshape(len(vetoes), len(cities)), observed(cities, plan.rules.signals), cities)


def _rows(city: City, layout: Layout, ruleset: Ruleset) -> Iterator[tuple[int, Known]]:
    for key, periods in known_facts(city, layout, ruleset).items():
        spec = layout.specs[layout.index[key]]
        years = dict(_years(periods, spec, city.assessment_year, layout.years))
        for year, known in years.items():
            yield layout.row(key, year), known
        last = city.assessment_year
        span = periods.get(Period(last - layout.recent_years + 1, last)) or _one_reason(years, layout.recent_years)
        if span is not None:
            yield layout.row(key, layout.years), span


def _one_reason(years: Mapping[int, Known], recent_years: int) -> Known | None:
    """Why nothing is known of the recent years as a whole, where the same is so of each of them."""
    reasons = [years[back] for back in range(recent_years) if back in years]
    if len(reasons) < recent_years or any(known.is_known for known in reasons):
        return None
    return reasons[0] if len({known.bits for known in reasons}) == 1 else None


def _years(
    periods: Mapping[Period | None, Known], spec: FactSpec, assessment_year: int, years: int
) -> Iterator[tuple[int, Known]]:
    """What holds in each year back from the assessment year: the year's own, else the nearest stock, else a reason."""
    without_period = periods.get(None)
    reasons = {period: known for period, known in periods.items() if period and not known.is_known}
    single = {period.first: known for period, known in periods.items() if period and period.first == period.last}
    for back in range(years):
        year = assessment_year - back
        known = single.get(year)
        if known is None and spec.period == "stock":
            near = [other for other, one in single.items() if one.is_known and abs(other - year) <= spec.carry]
            known = single[min(near, key=lambda other: (abs(other - year), -other))] if near else None
        if known is None:
            known = next((one for period, one in reasons.items() if period.first <= year <= period.last), None)
        if known is None and without_period is not None and (spec.period == "none" or not without_period.is_known):
            known = without_period
        if known is not None and spec.zero_if_not_occurring and known.bits == State.NOT_OCCURRING.bit:
            known = evolve(known, bits=State.KNOWN.bit, low=0.0, high=0.0)
        if known is not None:
            yield back, known


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
    records = [record for record in city.clearances if record.veto == veto and _valid(record, city)]
    if any(record.found for record in records):
        return FOUND
    return CLEARED if records else NOT_CLEARED


def _valid(record: Clearance, city: City) -> bool:
    return record.asked_on <= city.reference_date <= record.valid_until
