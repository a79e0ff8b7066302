"""What would change a result: for each single fact, the smallest change that does, found by trying."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from attrs import define, field, frozen

from cityrubric.canonical import decimal_text
from cityrubric.catalogue import FactSpec
from cityrubric.explain.records import Change
from cityrubric.explain.variants import Ground, Outcome, Place, Variant

_STEPS, _DOUBLINGS = 16, 64
_OPEN = {"undetermined", "not_assessed", "error"}


@frozen
class Trial:
    """A city, what is looked at, and what comes out as it is."""

    ground: Ground
    outcome: Outcome
    before: str

    def changes(self, result: str) -> bool:
        """Tell whether a result is another one, and a decided one."""
        return result != self.before and result not in _OPEN


def smallest_changes(keys: Iterable[str], trial: Trial) -> list[Change]:
    """Return, for each known fact of the assessed years, the smallest changes that change the result.

    Only figures that are known exactly and stated for the city as a whole are changed; of numbers in both directions,
    in steps of the last place that is printed, and never beyond the catalogue's range. What is to be tried of each fact
    next is tried of all facts together.
    """
    searches = [*_searches(keys, trial)]
    while any(search.tries for search in searches):
        variants = [Variant((search.place,), search.value(n)) for search in searches for n in search.tries]
        results = iter(trial.ground.look(variants, trial.outcome))
        for search in searches:
            search.learn([*islice(results, len(search.tries))], trial)
    return [change for search in searches for change in search.found()]


def _searches(keys: Iterable[str], trial: Trial) -> Iterator[_Numbers | _Levels]:
    run = trial.ground.run
    whole = {(claim.key, claim.period) for claim in run.city.claims if claim.area is None}
    for key in dict.fromkeys(keys):
        spec = run.plan.ruleset.offers.catalogue[key]
        for period, known in sorted(run.facts.get(key, {}).items(), key=lambda item: str(item[0])):
            if not (known.is_known and known.low == known.high and (key, period) in whole):
                continue
            place = Place(key, period)
            if spec.kind == "number":
                yield from (_numbers(place, known.low, sign, spec, trial) for sign in (1, -1))
            elif spec.kind != "date":
                others = [level for level in range(int(spec.high) + 1) if level != known.low]
                yield _Levels(place, known.low, spec, sorted(others, key=lambda level: abs(level - known.low)))


@define
class _Levels:
    """Of a grade every other level, of yes the no: all tried at once.

    Attributes:
        tries: what is to be tried next, the nearest first.
        nearest: the nearest level for each result that is another one.
    """

    place: Place
    before: float
    spec: FactSpec
    tries: list[int]
    nearest: dict[str, int] = field(factory=dict)

    def value(self, level: int) -> float:
        """Return the fact's value at a level."""
        return float(level)

    def learn(self, results: Sequence[str], trial: Trial) -> None:
        """Note what came out."""
        for level, result in zip(self.tries, results, strict=True):
            if trial.changes(result):
                self.nearest.setdefault(result, level)
        self.tries = []

    def found(self) -> Iterator[Change]:
        """Yield what changes the result."""
        for result, level in sorted(self.nearest.items(), key=lambda item: -abs(item[1] - self.before)):
            yield _change(self.place, self.before, float(level), result, self.spec)


@define
class _Numbers:
    """Of a number, farther and farther steps in one direction; then the last stretch, cut finer down to one step.

    Attributes:
        step: to the next figure, with its sign.
        tries: how many steps away is to be tried next, the nearest first.
        unchanged: so many steps change nothing.
        changed: so many do; 0 until some are found.
        result: what comes out then.
    """

    place: Place
    before: float
    spec: FactSpec
    step: Decimal
    tries: list[int]
    unchanged: int = 0
    changed: int = 0
    result: str = ""

    def value(self, steps: int) -> float:
        """Return the fact's value so many steps away."""
        return _moved(self.before, self.step, steps)

    def learn(self, results: Sequence[str], trial: Trial) -> None:
        """Narrow the stretch in which the result changes first."""
        for steps, result in zip(self.tries, results, strict=True):
            if trial.changes(result):
                self.changed, self.result = steps, result
                break
            self.unchanged = steps
        gap = self.changed - self.unchanged
        cuts = {self.unchanged + gap * nth // _STEPS for nth in range(1, _STEPS)} if self.changed else set()
        self.tries = sorted(cuts - {self.unchanged})

    def found(self) -> Iterator[Change]:
        """Yield what changes the result."""
        if self.changed:
            yield _change(self.place, self.before, self.value(self.changed), self.result, self.spec)


def _numbers(place: Place, value: float, sign: int, spec: FactSpec, trial: Trial) -> _Numbers:
    step = sign * _step(value)
    marks = [*_wholes(place, trial), *(end for end in (spec.low, spec.high) if math.isfinite(end))]
    marked = [int((Decimal(repr(mark)) - Decimal(repr(value))) / step) for mark in marks]
    distances = {*range(1, _STEPS), *(2**k for k in range(_DOUBLINGS)), *marked}
    within = [n for n in distances if n > 0 and spec.low <= _moved(value, step, n) <= spec.high]
    return _Numbers(place, value, spec, step, sorted(within))


def _moved(value: float, step: Decimal, steps: int) -> float:
    return float(Decimal(repr(value)) + steps * step)


def _wholes(place: Place, trial: Trial) -> list[float]:
    """What a part may at most be, or a whole at least: beyond, both contradict each other."""
    pairs = [spec.ratio for spec in trial.ground.run.plan.layout.specs if spec.ratio and place.key in spec.ratio]
    others = [key for pair in pairs for key in pair if key != place.key]
    claims = [claim for key in others for claim in trial.ground.claims.get(key, ())]
    return [claim.low for claim in claims if claim.period == place.period and math.isfinite(claim.low)]


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
    return decimal_text(value)
