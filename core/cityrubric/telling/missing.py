"""What an open indicator waits for: facts that are not known, not known well enough, or not of all areas."""

from __future__ import annotations

import functools
from string import Template

from cityrubric.evaluate.areas import missing_areas
from cityrubric.evaluate.claims import settle
from cityrubric.outcomes import Missing
from cityrubric.records import Period
from cityrubric.rubric.model import Indicator, Part
from cityrubric.states import KNOWN_BITS, State
from cityrubric.telling.knowledge import Knowledge

INEXACT = "inexact"
"""Reason of a fact that is known as a range only."""


def missing_facts(indicator: Indicator, known: Knowledge, *, contradicts: bool) -> tuple[Missing, ...]:
    """Return what would settle an open indicator, in the order in which it looks at facts.

    Args:
        indicator: an open one.
        known: what is known of the city.
        contradicts: whether ways to one figure contradict each other; told where nothing else is missing.
    """
    asked = [(key, part) for part in indicator.parts for key in known.reads(part)]
    occurring = [(key, part) for key, part in asked if known.state(key, 0) is not State.NOT_OCCURRING]
    for some in (occurring, asked):
        found = [one for key, part in some if (one := _missing(key, part, known)) is not None]
        if found:
            return tuple({one.key: one for one in found}.values())
    known_ways = {key: part for key, part in asked if known.facts.get(key)} if contradicts else {}
    return tuple(_contradicting(key, part, known) for key, part in known_ways.items())


def _contradicting(key: str, part: Part, known: Knowledge) -> Missing:
    """All is known, but it does not fit together."""
    return _told(key, [*range(part.window.years)], State.CONFLICTING.word, known)


def _missing(key: str, part: Part, known: Knowledge) -> Missing | None:
    window, layout = part.window, known.plan.layout
    years = range(window.years)
    if window.reducer == "sum" and window.years == layout.recent_years and known.is_exact(key, layout.years):
        return None
    unknown = [year for year in years if not _is_known(key, year, known)]
    if window.reducer == "latest" and len(unknown) < window.years:
        unknown = []
    if unknown:
        return _told(key, unknown, known.state(key, unknown[0]).word, known)
    inexact = [year for year in years if _is_known(key, year, known) and not known.is_exact(key, year)]
    if not inexact:
        return None
    state = known.state(key, inexact[0])
    return _told(key, inexact, INEXACT if state is State.KNOWN else state.word, known)


def _is_known(key: str, year: int, known: Knowledge) -> bool:
    return bool(known.state(key, year).bit & KNOWN_BITS)


def _told(key: str, back: list[int], reason: str, known: Knowledge) -> Missing:
    """Say what is missing, in the rule set's words."""
    spec, texts = known.spec(key), known.plan.ruleset.texts
    years = () if spec.period == "none" else tuple(sorted(known.city.assessment_year - year for year in back))
    others = [
        spoken(period, known) if period else texts["no_period"]
        for period, one in sorted(known.facts.get(key, {}).items(), key=lambda item: str(item[0]))
        if one.is_known and not (period and period.first == period.last and period.first in years)
    ]
    areas = _silent_areas(key, years, known)
    why = texts[reason]
    if areas:
        why = Template(texts["silent_areas"]).substitute(areas="、".join(areas))
    elif others and reason == State.ABSENT.word:
        why = Template(texts["only_known"]).substitute(years="、".join(others))
    when = "、".join(spoken(Period(year, year), known) for year in years)
    says = Template(texts["missing"]).substitute(title=spec.title, years=when, why=why)
    return Missing(key, spec.title, reason, says, years, tuple(others))


def spoken(period: Period, known: Knowledge) -> str:
    """Return a period as the rule set's texts write it."""
    return _spoken(known.plan.ruleset.texts["year"], str(period))


@functools.lru_cache(maxsize=256)
def _spoken(text: str, period: str) -> str:
    return Template(text).substitute(year=period.replace("..", "—"))


def _silent_areas(key: str, years: tuple[int, ...], known: Knowledge) -> list[str]:
    """Names of the areas that report nothing while others do."""
    places = settle(known.claims.get(key, ()), known.spec(key), known.plan.ruleset.claim_order)
    names = {area.id: area.name for area in sorted(known.city.areas, key=lambda area: area.id)}
    periods: list[Period | None] = [Period(year, year) for year in years]
    periods = periods or [None]
    return list(dict.fromkeys(names[area] for period in periods for area in missing_areas(names, places, period)))
