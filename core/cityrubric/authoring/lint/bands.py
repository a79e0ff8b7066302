"""Bands that cannot be meant as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import isfinite

from cityrubric.authoring.lint.remarks import Remark
from cityrubric.canonical import decimal_text
from cityrubric.catalogue import FactSpec
from cityrubric.evaluate.bands import cells_of
from cityrubric.evaluate.lines import rounded
from cityrubric.language import translate as _
from cityrubric.rubric.bands import limits_text
from cityrubric.rubric.model import Indicator, Part, Ruleset


def check_bands(ruleset: Ruleset) -> Iterator[Remark]:
    """Yield remarks on the bands of every indicator."""
    for indicator in ruleset.indicators:
        for part in indicator.parts:
            if part.operator == "bands":
                yield from _never(indicator, part)
                yield from _beyond(indicator, part, ruleset)
                yield from _overlap(indicator, part)
                yield from _order(indicator, part, ruleset)
                yield from _bases(indicator, part)


def _never(indicator: Indicator, part: Part) -> Iterator[Remark]:
    reached = {id(band) for _start, band in cells_of(part.bands)}
    for n, band in enumerate(part.bands):
        if id(band) not in reached:
            says = _("band {n} ({limits}) is never reached: earlier bands take all its values")
            yield Remark("band-never", indicator.id, says.format(n=n + 1, limits=limits_text(band)))


def _beyond(indicator: Indicator, part: Part, ruleset: Ruleset) -> Iterator[Remark]:
    """Bands that the range of the fact never meets; a measure says nothing of its range."""
    spec = ruleset.offers.catalogue[part.facts[0]] if part.facts and part.window.years == 1 else None
    for band in part.bands if spec else ():
        assert spec is not None
        starts = [line for line in (band.at_least, band.above) if line is not None]
        stops = [line for line in (band.at_most, band.below) if line is not None]
        if (starts and max(starts) > spec.high) or (stops and min(stops) < spec.low):
            says = _("the fact lies between {low} and {high}, so that {limits} is never met")
            words = {"low": f"{spec.low:g}", "high": f"{spec.high:g}", "limits": limits_text(band)}
            yield Remark("band-beyond", indicator.id, says.format(**words))


def _overlap(indicator: Indicator, part: Part) -> Iterator[Remark]:
    starts = [float(rounded(start)) if isfinite(start) else start for start, _band in cells_of(part.bands)]
    held = [{n for n, start in enumerate(starts) if band.holds(start)} for band in part.bands]
    for (first, some), (second, others) in combinations(enumerate(held), 2):
        if some & others and some - others and others - some:
            says = _("{first} and {second} overlap, and neither holds the other: the first takes what both hold")
            words = {"first": limits_text(part.bands[first]), "second": limits_text(part.bands[second])}
            yield Remark("bands-overlap", indicator.id, says.format(**words))


def _order(indicator: Indicator, part: Part, ruleset: Ruleset) -> Iterator[Remark]:
    """Scores should rise or fall with the value, or have one best stretch; a dip between two better ones is a gap."""
    cells = cells_of(part.bands)
    scores = [0 if band is None else band.score for _start, band in cells]
    for n in range(1, len(cells) - 1):
        if scores[n] < max(scores[:n]) and scores[n] < max(scores[n + 1 :]):
            says = _("from {start} the value earns {points} points, less than below and above it")
            start = _shown(cells[n][0], part, ruleset)
            yield Remark("band-order", indicator.id, says.format(start=start, points=decimal_text(scores[n] / 1000)))


def _bases(indicator: Indicator, part: Part) -> Iterator[Remark]:
    for band in part.bands:
        if not band.line.documented and not band.line.source:
            says = _("the line {limits} is reconstructed; say on what it is based")
            yield Remark("basis-missing", indicator.id, says.format(limits=limits_text(band)))


def _shown(value: float, part: Part, ruleset: Ruleset) -> str:
    spec: FactSpec | None = ruleset.offers.catalogue.get(part.facts[0]) if part.facts else None
    if spec is not None and spec.levels:
        return spec.levels[round(value)]
    return f"{decimal_text(value)} {part.unit}".strip()
