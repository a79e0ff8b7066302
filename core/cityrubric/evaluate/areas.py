"""What districts and counties report -> what is known of the city; a missing one widens, and is named."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.claims import CLAIMS_DIFFER, Known
from cityrubric.records import Period
from cityrubric.states import State

Places = Mapping[tuple[str | None, Period | None], Known]
Ends = list[float]


def roll_up(areas: Iterable[str], places: Places, spec: FactSpec, ceilings: Places) -> dict[Period | None, Known]:
    """Combine a fact's values of areas into the city's, period by period.

    Percentages are never averaged: without the counts behind them the city's lies between the areas' least and most.

    Args:
        areas: ids of all areas of the city.
        places: what is known of the fact, by area and period.
        spec: what the fact is, and how it rolls up.
        ceilings: what is known of the fact it can never exceed (a numerator's denominator), by area and period.
    """
    least, most = _COMBINE[spec.rollup or "between"]
    periods = {period for area, period in places if area is not None}
    rolled = {}
    for period in periods:
        known = [_of_area(area, period, places, spec, ceilings) for area in areas]
        occurring = [one for one in known if not one.bits & State.NOT_OCCURRING.bit]
        rolled[period] = Known(
            bits=_bits(known),
            low=least([one.low for one in occurring]) if occurring else spec.low,
            high=most([one.high for one in occurring]) if occurring else spec.high,
            claims=tuple(claim for one in known for claim in one.claims),
        )
    return rolled


def missing_areas(areas: Iterable[str], places: Places, period: Period | None) -> list[str]:
    """Return the areas of which nothing is known in a period of which something is known of others."""
    reporting = {area for (area, when), known in places.items() if when == period and known.bits & ~State.ABSENT.bit}
    return [area for area in areas if area not in reporting] if reporting - {None} else []


def _of_area(area: str, period: Period | None, places: Places, spec: FactSpec, ceilings: Places) -> Known:
    known = places.get((area, period))
    whenever = places.get((area, None))
    if known is None and whenever is not None and not whenever.is_known:
        known = whenever  # a reason without a period holds of any
    if known is not None and known.is_known:
        return known
    ceiling = ceilings.get((area, period))
    high = min(spec.high, ceiling.high) if ceiling is not None and ceiling.is_known else spec.high
    bits = known.bits if known is not None else State.ABSENT.bit
    return Known(bits, spec.low, high, known.claims if known is not None else ())


def _bits(known: list[Known]) -> int:
    """Something is known if anything is, and disputed if that is; otherwise the reason that all give, or none."""
    if any(one.is_known for one in known):
        unsettled = [one.bits for one in known if one.bits & (State.DISPUTED.bit | CLAIMS_DIFFER)]
        state = State.DISPUTED if any(bits & State.DISPUTED.bit for bits in unsettled) else State.KNOWN
        return state.bit | (CLAIMS_DIFFER if any(bits & CLAIMS_DIFFER for bits in unsettled) else 0)
    reasons = {one.bits for one in known}
    return reasons.pop() if len(reasons) == 1 else State.ABSENT.bit


_COMBINE: dict[str, tuple[Callable[[Ends], float], Callable[[Ends], float]]] = {
    "sum": (math.fsum, math.fsum),  # exact, so the order of areas cannot matter
    "every": (min, min),
    "lowest": (min, min),
    "any": (max, max),
    "highest": (max, max),
    "between": (min, max),
}
