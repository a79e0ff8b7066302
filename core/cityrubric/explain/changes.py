"""What would change a result: for each single fact, the smallest change that does, found by trying."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import frozen

from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.claims import Known
from cityrubric.evaluate.columns import known_facts
from cityrubric.evaluate.plan import Plan
from cityrubric.explain.records import Change
from cityrubric.explain.variants import Outcome, Place, look, with_value
from cityrubric.records import City

_STEPS, _DOUBLINGS = 16, 64
_OPEN = {"undetermined", "not_assessed", "error"}


@frozen
class Trial:
    """A city, what is looked at, and what comes out as it is."""

    city: City
    plan: Plan
    outcome: Outcome
    before: str

    def results(self, place: Place, values: Iterable[float], spec: FactSpec) -> list[str]:
        """Return what comes out for each value of one fact."""
        cities = [with_value(self.city, [place], value, spec, self.plan) for value in values]
        return look(cities, self.plan, self.outcome)

    def changes(self, result: str) -> bool:
        """Tell whether a result is another one, and a decided one."""
        return result != self.before and result not in _OPEN


def smallest_changes(keys: Iterable[str], trial: Trial) -> Iterator[Change]:
    """Yield, for each known fact of the assessed years, the smallest changes that change the result.

    Only figures that are known exactly and stated for the city as a whole are changed; of numbers in both directions,
    in steps of the last place that is printed, and never beyond the catalogue's range.
    """
    facts = known_facts(trial.city, trial.plan.layout, trial.plan.ruleset)
    whole = {(claim.key, claim.period) for claim in trial.city.claims if claim.area is None}
    for key in dict.fromkeys(keys):
        spec = trial.plan.ruleset.offers.catalogue[key]
        for period, known in sorted(facts.get(key, {}).items(), key=lambda item: str(item[0])):
            if known.is_known and known.low == known.high and (key, period) in whole:
                yield from _of_fact(Place(key, period), known, spec, trial)


def _of_fact(place: Place, known: Known, spec: FactSpec, trial: Trial) -> Iterator[Change]:
    if spec.kind == "number":
        for sign in (1, -1):
            yield from _of_number(place, known.low, sign, spec, trial)
    elif spec.kind != "date":
        others = [float(level) for level in range(int(spec.high) + 1) if level != known.low]
        found = zip(others, trial.results(place, others, spec), strict=True)
        nearest = sorted(found, key=lambda pair: abs(pair[0] - known.low))
        told = {result: value for value, result in reversed(nearest) if trial.changes(result)}
        for result, value in told.items():
            yield _change(place, known.low, value, result, spec)


def _of_number(place: Place, value: float, sign: int, spec: FactSpec, trial: Trial) -> Iterator[Change]:
    """Go farther and farther until the result changes, then halve the last stretch down to one step."""
    start, step = Decimal(repr(value)), _step(value)

    def moved(steps: int) -> float:
        return float(start + sign * steps * step)

    marks = [*_wholes(place, trial), *(end for end in (spec.low, spec.high) if math.isfinite(end))]
    marked = [int((Decimal(repr(mark)) - start) * sign / step) for mark in marks]
    distances = {*range(1, _STEPS), *(2**k for k in range(_DOUBLINGS)), *marked}
    within = sorted(n for n in distances if n > 0 and spec.low <= moved(n) <= spec.high)
    results = trial.results(place, [moved(n) for n in within], spec)
    first = next((i for i, result in enumerate(results) if trial.changes(result)), None)
    if first is None:
        return
    low, high, result = (within[first - 1] if first else 0), within[first], results[first]
    while high - low > 1:
        middle = (low + high) // 2
        tried = trial.results(place, [moved(middle)], spec)[0]
        low, high, result = (low, middle, tried) if trial.changes(tried) else (middle, high, result)
    yield _change(place, value, moved(high), result, spec)


def _wholes(place: Place, trial: Trial) -> list[float]:
    """What a part may at most be, or a whole at least: beyond, both contradict each other."""
    pairs = [spec.ratio for spec in trial.plan.layout.specs if spec.ratio and place.key in spec.ratio]
    others = {key for pair in pairs for key in pair if key != place.key}
    return [c.low for c in trial.city.claims if c.key in others and c.period == place.period and math.isfinite(c.low)]


def _step(value: float) -> Decimal:
    """One unit of the last place that is printed."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))


def _change(place: Place, before: float, after: float, result: str, spec: FactSpec) -> Change:
    return Change(place.id, spec.title, spec.unit, _written(before, spec), _written(after, spec), result)


def _written(value: float, spec: FactSpec) -> str:
    if spec.kind == "grade":
        return spec.levels[int(value)]
    if spec.kind != "number":
        return "true" if value else "false"
    return f"{Decimal(repr(value)).normalize():f}"
