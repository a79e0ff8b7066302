"""Bands that cannot be meant as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from cityrubric.authoring.lint.remarks import Remark
from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.operators import cells_of
from cityrubric.language import translate as _
from cityrubric.rubric.bands import limits_text
from cityrubric.rubric.model import Indicator, Part, Ruleset


def check_bands(ruleset: Ruleset) -> Iterator[Remark]:
    """Yield remarks on the bands of every indicator."""
    for indicator in ruleset.indicators:
        for part in indicator.parts:
            if part.operator == "bands":
                yield from _never(indicator, part)
                yield from _order(indicator, part, ruleset)
                yield from _bases(indicator, part)


def _never(indicator: Indicator, part: Part) -> Iterator[Remark]:
    reached = {id(band) for _start, band in cells_of(part.bands)}
    for n, band in enumerate(part.bands):
        if id(band) not in reached:
            says = _("band {n} ({limits}) is never reached: earlier bands take all its values")
            yield Remark("band-never", indicator.id, says.format(n=n + 1, limits=limits_text(band)))


def _order(indicator: Indicator, part: Part, ruleset: Ruleset) -> Iterator[Remark]:
    """Scores should rise or fall with the value, or have one best stretch; a dip between two better ones is a gap."""
    cells = cells_of(part.bands)
    scores = [0 if band is None else band.score for _start, band in cells]
    for n in range(1, len(cells) - 1):
        if scores[n] < max(scores[:n]) and scores[n] < max(scores[n + 1 :]):
            says = _("from {start} the value earns {points} points, less than below and above it")
            start = _shown(cells[n][0], part, ruleset)
            yield Remark("band-order", indicator.id, says.format(start=start, points=f"{scores[n] / 1000:g}"))


def _bases(indicator: Indicator, part: Part) -> Iterator[Remark]:
    for band in part.bands:
        if not band.line.documented and not band.line.source:
            says = _("the line {limits} is reconstructed; say on what it is based")
            yield Remark("basis-missing", indicator.id, says.format(limits=limits_text(band)))


def _shown(value: float, part: Part, ruleset: Ruleset) -> str:
    spec: FactSpec | None = ruleset.offers.catalogue.get(part.facts[0]) if part.facts else None
    if spec is not None and spec.levels:
        return spec.levels[round(value)]
    return f"{value:g} {part.unit}".strip()
