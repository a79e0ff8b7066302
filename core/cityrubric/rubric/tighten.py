"""Tighter lines: accepted only where they are no better than the national ones, on every line and between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from cityrubric.canonical import decimal_text
from cityrubric.documents import Document
from cityrubric.errors import Spot, did_you_mean
from cityrubric.language import translate as _
from cityrubric.rubric.bands import BandReader, band_at, limits_text, rises, tried_values, worth
from cityrubric.rubric.indicators import NO_SCHEME
from cityrubric.rubric.model import Band, Indicator, Part, Ruleset
from cityrubric.states import Verdict


def tightened(entries: Sequence[Document], national: Ruleset, head: Document, overlay: Spot) -> tuple[Indicator, ...]:
    """Return the national indicators with tighter lines, in their order.

    Args:
        entries: the overlay's `tighten` entries.
        national: what they tighten.
        head: the national rule set's main document.
        overlay: where faults are noted; whatever would soften a line is one.
    """
    changed = {indicator.id: indicator for indicator in national.indicators}
    before = dict(changed)
    for n, entry in enumerate(entries):
        id_, spot = entry["indicator"], overlay.at("tighten", n)
        if id_ not in changed:
            hint = did_you_mean(id_, changed)
            spot.at("indicator").fault(_("no such indicator: '{id}'").format(id=id_) + hint)
            continue
        number, parts = entry.get("part", 1) - 1, changed[id_].parts
        if number >= len(parts) or parts[number].operator != "bands":
            spot.fault(_("only lines can be tightened, and this part has none"))
        elif parts[number] is not before[id_].parts[number]:
            spot.fault(_("this part is tightened twice"))
        else:
            part = _tighten(parts[number], entry, national, head, spot)
            changed[id_] = evolve(changed[id_], parts=(*parts[:number], part, *parts[number + 1 :]))
    return tuple(indicator for id_, indicator in changed.items() if indicator is not before[id_])


def _tighten(part: Part, entry: Document, national: Ruleset, head: Document, spot: Spot) -> Part:
    spec = national.offers.catalogue.get(part.facts[0]) if part.facts else None
    reader = BandReader(
        part.points, part.provenance, head.get("scheme", NO_SCHEME)["partly_share"], spec.levels if spec else ()
    )
    stricter = evolve(part, bands=reader.read({"operator": "bands", "bands": entry["bands"]}, spot))
    for value, ours, theirs in softer(stricter.bands, part.bands):
        says = _("softer than the national line: at {value}{unit} the province says {ours}, the nation {theirs}")
        unit = f" {part.unit}" if part.unit else ""
        spot.at("bands").fault(
            says.format(value=decimal_text(value), unit=unit, ours=_told(ours), theirs=_told(theirs))
        )
    if part.window.reducer == "each_of" and rises(stricter.bands) is not rises(part.bands):
        spot.at("bands").fault(_("each year must do: lower limits stay lower limits, and upper ones upper"))
    return stricter


def softer(ours: Sequence[Band], theirs: Sequence[Band]) -> Iterator[tuple[float, Band | None, Band | None]]:
    """Yield the values that would get more by our bands than by theirs, with our band and theirs."""
    for value in tried_values(ours, theirs):
        mine, other = band_at(value, ours), band_at(value, theirs)
        if any(our > their for our, their in zip(worth(mine), worth(other), strict=True)):
            yield value, mine, other


def _told(band: Band | None) -> str:
    if band is None:
        return f"{Verdict.NOT_MET.code}, 0"
    return f"{band.verdict.code}, {decimal_text(band.score / 1000)} ({limits_text(band)})"
