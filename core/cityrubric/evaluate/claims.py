"""Claims of one city -> what is known of each fact: whose word counts, what is disputed, what contradicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cityrubric.catalogue import FactSpec
from cityrubric.records import Claim, Period
from cityrubric.states import KNOWN_BITS, Speaker, State

_KNOWN = State.KNOWN.bit
CLAIMS_DIFFER = 1 << 15
"""Set beside the state's bit where somebody else's claim contradicts the one that counts."""


class Known(NamedTuple):
    """What is known of one fact in one period: of the city, or of one of its areas.

    Attributes:
        bits: the state's bit, and `CLAIMS_DIFFER`.
        low: least value; the least possible one where nothing is known.
        high: greatest value.
        claims: the claims it rests on.
    """

    bits: int
    low: float
    high: float
    claims: tuple[Claim, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether anything is known."""
        return bool(self.bits & KNOWN_BITS)


def by_key(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Return the claims of a city by fact, but for those that a joint decision or an appeal overruled."""
    grouped: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if not claim.overruled:
            grouped[claim.key].append(claim)
    return grouped


def settle(
    claims: Sequence[Claim], spec: FactSpec, order: tuple[Speaker, ...]
) -> Mapping[tuple[str | None, Period | None], Known]:
    """Decide what counts, for each area and period of one fact.

    Args:
        claims: all claims on the fact.
        spec: what the fact is.
        order: whose claim counts, first choice first; claims of others are shown and never score.
    """
    grouped: dict[tuple[str | None, Period | None], list[Claim]] = {}
    for claim in claims:
        grouped.setdefault((claim.area, claim.period), []).append(claim)
    return {place: _settle_one(here, spec, order) for place, here in grouped.items()}


def _settle_one(claims: list[Claim], spec: FactSpec, order: tuple[Speaker, ...]) -> Known:
    if len(claims) == 1 and claims[0].state is State.KNOWN and claims[0].speaker in order:  # by far the most common
        return Known(_KNOWN, claims[0].low, claims[0].high, (claims[0],))
    for rank, speaker in enumerate(order):
        said = [claim for claim in claims if claim.speaker is speaker]
        stated = [claim for claim in said if claim.state is State.KNOWN]
        if stated and len(stated) < len(said) and len({claim.entered_by for claim in said}) > 1:
            # One states a value, another why there is none.
            return Known(State.DISPUTED.bit, spec.low, spec.high, tuple(said))
        if stated:
            others = [c for c in claims if c.state is State.KNOWN and c.speaker in order[rank + 1 :]]
            return _joined(stated, others)
        if said:  # of several reasons the one that leaves most open, wherever it stands in the file
            return Known(min(claim.state for claim in said).bit, spec.low, spec.high, tuple(said))
    return Known(State.ABSENT.bit, spec.low, spec.high, tuple(claims))


def _joined(stated: list[Claim], others: list[Claim]) -> Known:
    low, high = min(claim.low for claim in stated), max(claim.high for claim in stated)
    same = all((claim.low, claim.high) == (stated[0].low, stated[0].high) for claim in stated)
    bits = _KNOWN if same else State.DISPUTED.bit
    if any(other.high < low or other.low > high for other in others):
        bits |= CLAIMS_DIFFER
    return Known(bits, low, high, tuple(stated))
