"""Whether verdicts would be the same if other points had been drawn: the run repeated over the sampling intervals."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from cityrubric.evaluate.assess import Results, assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.inspected import Inspections, Range, Robustness
from cityrubric.records import City
from cityrubric.states import STANDINGS, Decision, Standing, Verdict
from cityrubric.telling.knowledge import Knowledge

CONCLUSION = "conclusion"


def tell_robustness(results: Results, known: Knowledge) -> tuple[Robustness, ...]:
    """Return what holds all over the intervals: of indicators that rest on a sampled rate, and of the conclusion."""
    inspections = known.city.inspections
    sampled = {fact.key: fact.sampling for fact in inspections.facts if fact.sampling} if inspections else {}
    if inspections is None or not sampled:
        return ()
    widened = assess_block(make_block([_widened(known.city, inspections, sampled)], known.plan), known.plan)
    return tuple(_tell(results, widened, sampled, known))


def _widened(city: City, inspections: Inspections, sampled: dict[str, Range]) -> City:
    """The city, each sampled rate known only as far as the draw lets it be known."""
    claims = [
        evolve(claim, low=sampled[claim.key][0], high=sampled[claim.key][1])
        if claim.key in sampled and claim.source == inspections.source
        else claim
        for claim in city.claims
    ]
    return evolve(city, claims=tuple(claims))


def _tell(results: Results, widened: Results, sampled: dict[str, Range], known: Knowledge) -> Iterator[Robustness]:
    """What is open as it is would be no firmer over the intervals; nothing is said of it."""
    for number, indicator in enumerate(known.plan.ruleset.indicators):
        before = Verdict(int(results.outcomes.verdicts[number, known.column]))
        reads = {key for part in indicator.parts for key in known.reads(part)}
        if reads & sampled.keys() and STANDINGS[before] is not Standing.OPEN:
            over = Verdict(int(widened.outcomes.verdicts[number, 0]))
            low, high = (int(end) / 1000 for end in widened.outcomes.points[:2, number, 0])
            yield Robustness(indicator.id, before == over, before.code, over.code, (low, high))
    decided, over_all = (
        Decision(int(some)) for some in (results.scores.decision[known.column], widened.scores.decision[0])
    )
    if decided is not Decision.UNDETERMINED:
        yield Robustness(CONCLUSION, decided == over_all, decided.code, over_all.code)
