"""The bands of one part: which stretch of the measured value earns what."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from attrs import frozen

from cityrubric.canonical import decimal_text
from cityrubric.documents import Document
from cityrubric.errors import Spot
from cityrubric.language import translate as _
from cityrubric.rubric.model import Band
from cityrubric.rubric.numbers import points, provenance
from cityrubric.rubric.provenance import Provenance
from cityrubric.states import Verdict

LIMITS = ("at_least", "above", "at_most", "below")
"""Names of limits, in the order in which they stand in records."""


@frozen
class BandReader:
    """Reads the bands of one part.

    Attributes:
        most: what the part can earn, in thousandths.
        earned: provenance of that.
        partly_share: the rule set's word on what partly_met earns.
        levels: of the grade that is measured; empty for numbers.
    """

    most: int
    earned: Provenance
    partly_share: Document
    levels: tuple[str, ...]

    def read(self, part: Document, spot: Spot) -> tuple[Band, ...]:
        """Return the part's bands, first match first; what lies in none is not met and earns nothing."""
        if part["operator"] == "award":
            return (Band(Verdict.MET, self.most, provenance(part["line"]), self.earned, at_least=1.0),)
        if part["operator"] == "veto":
            limits = self._limits(part["triggered"], spot.at("triggered"))
            line = provenance(part["triggered"]["line"])
            triggered = Band(Verdict.NOT_MET, 0, line, self.earned, **limits)
            return (triggered, Band(Verdict.MET, 0, line, self.earned))
        return tuple(self._band(band, spot.at("bands", n)) for n, band in enumerate(part.get("bands", ())))

    def _band(self, band: Document, spot: Spot) -> Band:
        verdict = Verdict[band["verdict"].upper()]
        score, score_provenance = self._score(band, verdict, spot)
        if score > self.most:
            spot.fault(_("earns more than the part's {points} points").format(points=self.most / 1000))
        return Band(verdict, score, provenance(band["line"]), score_provenance, **self._limits(band, spot))

    def _score(self, band: Document, verdict: Verdict, spot: Spot) -> tuple[int, Provenance]:
        if "score" in band:
            return points(band["score"], spot.at("score"))
        if verdict is Verdict.PARTLY_MET:
            share = self.partly_share
            return round(self.most * share["percent"] / 100), provenance(share["provenance"])
        return (self.most if verdict is Verdict.MET else 0), self.earned

    def _limits(self, entry: Document, spot: Spot) -> dict[str, float]:
        limits: dict[str, float] = {}
        for name in LIMITS:
            if name not in entry:
                continue
            limit = entry[name]
            if isinstance(limit, str) and limit not in self.levels:
                spot.at(name).fault(_("'{limit}' is no level of what is measured").format(limit=limit))
                continue
            limits[name] = float(self.levels.index(limit) if isinstance(limit, str) else limit)
        if not any(name in entry for name in LIMITS):
            spot.fault(_("names no limit: at_least, above, at_most or below"))
        return limits


def limits_text(band: Band) -> str:
    """Return a band's limits as they are compared."""
    signs = {"≥": band.at_least, ">": band.above, "≤": band.at_most, "<": band.below}
    return " ".join(f"{sign} {decimal_text(limit)}" for sign, limit in signs.items() if limit is not None)


def tried_values(*tables: Sequence[Band]) -> list[float]:
    """Return all lines of some bands, a value between any two neighbours, and one beyond each end, in order.

    Between lines nothing changes, so nothing is left out.
    """
    limits = {getattr(band, name) for bands in tables for band in bands for name in LIMITS} - {None}
    lines = sorted(limits) or [0.0]
    between = [low + (high - low) / 2 for low, high in pairwise(lines)]
    return sorted({lines[0] - 1, *lines, *between, lines[-1] + 1})


def band_at(value: float, bands: Sequence[Band]) -> Band | None:
    """Return the band in which a value lies: the first that holds it."""
    return next((band for band in bands if band.holds(value)), None)


def worth(band: Band | None) -> tuple[int, int]:
    """Return verdict and points of a band; what lies in none is not met and earns nothing."""
    return (band.verdict.value, band.score) if band else (Verdict.NOT_MET.value, 0)


def rises(bands: Sequence[Band]) -> bool | None:
    """Tell whether greater values are never worse; False if they are never better, None if neither is so."""
    ends = [*zip(*(worth(band_at(value, bands)) for value in tried_values(bands)), strict=True)]
    if all(list(some) == sorted(some) for some in ends):
        return True
    return False if all(list(some) == sorted(some, reverse=True) for some in ends) else None
