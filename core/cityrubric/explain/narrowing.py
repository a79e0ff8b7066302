"""By how much each missing fact would narrow the total, found by trying what it may turn out to be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.plan import Plan
from cityrubric.explain.records import Narrowing
from cityrubric.explain.variants import Ground, Place, Variant
from cityrubric.outcomes import Missing, Outcome
from cityrubric.records import Period

_FAR = 1e9  # stands for an end that is open


def narrowings(outcomes: Iterable[Outcome], ground: Ground) -> tuple[Narrowing, ...]:
    """Return what each missing fact is worth, those first that narrow the total most for sure."""
    waiting: dict[str, tuple[Missing, list[str]]] = {}
    for outcome in outcomes:
        for missing in outcome.missing:
            waiting.setdefault(missing.key, (missing, []))[1].append(outcome.id)
    tried = {key: _values(key, ground.run.plan) for key in waiting}
    variants = [Variant(_places(waiting[key][0]), value) for key, values in tried.items() for value in values]
    width, widths = int(_width(ground.run.results, 0)), [int(text) for text in ground.look(variants, _width)]
    found = []
    for key, values in tried.items():
        own, widths = widths[: len(values)], widths[len(values) :]
        found.append(_narrowing(*waiting[key], width, own))
    return tuple(sorted(found, key=lambda one: (-one.least, -one.most, one.key)))


def _narrowing(missing: Missing, items: Sequence[str], width: int, widths: Sequence[int]) -> Narrowing:
    least, most = ((width - reached) / 1000 for reached in (max(widths), min(widths)))
    return Narrowing(missing.key, missing.title, missing.years, max(least, 0.0), max(most, 0.0), tuple(items))


def _places(missing: Missing) -> list[Place]:
    return [Place(missing.key, Period(year, year)) for year in missing.years] or [Place(missing.key, None)]


def _values(key: str, plan: Plan) -> list[float]:
    """The ends of what is possible, and the lines that are drawn on the fact itself."""
    spec: FactSpec = plan.ruleset.offers.catalogue[key]
    ends = {spec.low if math.isfinite(spec.low) else -_FAR, spec.high if math.isfinite(spec.high) else _FAR}
    parts = [part for indicator in plan.ruleset.indicators for part in indicator.parts if key in part.facts]
    limits = {
        limit
        for part in parts
        for band in part.bands
        for limit in (band.at_least, band.above, band.at_most, band.below)
        if limit is not None and spec.low <= limit <= spec.high
    }
    return sorted(ends | limits)


def _width(results: Results, column: int) -> str:
    """How far the total is open, in thousandths of a point."""
    low, high, _applicable = results.scores.base[:, column]
    return str(int(high) - int(low))
