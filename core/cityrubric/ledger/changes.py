"""What changed between two assessments of a city, and which facts lie behind it."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from cityrubric.ledger.ledger import Entry
from cityrubric.outcomes import Score

_ORDER = {"not_met": 0, "partly_met": 1, "met": 2}


@frozen(order=True)
class Stated:
    """What somebody states of a fact: a value as given, or the reason why there is none, or else its state alone."""

    says: str
    state: str
    by: str


@frozen
class FactChange:
    """A fact that two assessments state differently; an empty side is not stated there.

    Attributes:
        area: id of the district or county it speaks of; empty for the whole city.
        area_name: what that is called, in the later assessment if it is there.
    """

    key: str
    title: str
    period: str
    area: str
    before: tuple[Stated, ...]
    after: tuple[Stated, ...]
    area_name: str = ""


@frozen
class VerdictChange:
    """An indicator judged differently.

    Attributes:
        direction: better or worse; settled or opened where one side is no judgement on the city.
        facts: what it reads that differs; empty if only another year or other rules can be why.
    """

    id: str
    title: str
    before: str
    after: str
    direction: str
    facts: tuple[FactChange, ...]


@frozen
class Development:
    """What became of a city since its previous assessment.

    Attributes:
        since: that assessment, as year and revision.
        trend: better or worse where the rates lie wholly apart; overlap where they do not; unknown without rates.
        same_rules: whether both ran under the same rule set and plugins; if not, these may be why.
    """

    since: tuple[int, int]
    trend: str
    same_rules: bool
    verdicts: tuple[VerdictChange, ...]
    facts: tuple[FactChange, ...]


def development(now: Entry, history: tuple[Entry, ...]) -> Development | None:
    """Return what changed since the previous revision of the year, or else the latest of an earlier year."""
    place = (now.year, now.revision)
    same = [e for e in history if (e.province, e.city, e.ruleset) == (now.province, now.city, now.ruleset)]
    before = max((e for e in same if (e.year, e.revision) < place), key=lambda e: (e.year, e.revision), default=None)
    if before is None:
        return None
    facts = fact_changes(before.document, now.document)
    old, new = before.document, now.document
    return Development(
        since=(before.year, before.revision),
        trend=_trend(old["scores"]["rate"], new["scores"]["rate"]),
        same_rules=(old["ruleset"]["hash"], old["plugins"]) == (new["ruleset"]["hash"], new["plugins"]),
        verdicts=_verdict_changes(old, new, facts),
        facts=facts,
    )


def fact_changes(old: dict[str, Any], new: dict[str, Any]) -> tuple[FactChange, ...]:
    """Return the facts that two assessments state differently."""
    before, after = _stated(old), _stated(new)
    titles = {fact["key"]: fact["title"] for fact in (*old["facts"], *new["facts"])}
    names = {area["id"]: area["name"] for area in (*old["city"]["areas"], *new["city"]["areas"])}
    return tuple(
        FactChange(key, titles[key], period, area, before.get(place, ()), after.get(place, ()), names.get(area, ""))
        for place in sorted(before.keys() | after.keys())
        if before.get(place) != after.get(place)
        for key, period, area in (place,)
    )


def _stated(document: dict[str, Any]) -> dict[tuple[str, str, str], tuple[Stated, ...]]:
    """Return what is claimed of each fact, period and area, and by whom; what was overruled counts no more."""
    claims: dict[tuple[str, str, str], list[Stated]] = {}
    for fact in document["facts"]:
        if fact.get("overruled"):
            continue
        place = (fact["key"], fact.get("period") or "", fact.get("area") or "")
        says = fact.get("given") or fact.get("reason") or ""
        claims.setdefault(place, []).append(Stated(says, fact["state"], fact["by"]))
    return {place: tuple(sorted(said)) for place, said in claims.items()}


def _verdict_changes(
    old: dict[str, Any], new: dict[str, Any], facts: tuple[FactChange, ...]
) -> tuple[VerdictChange, ...]:
    before = {outcome["id"]: outcome["verdict"] for outcome in old["outcomes"]}
    found = []
    for outcome in new["outcomes"]:
        was, now = before.get(outcome["id"]), outcome["verdict"]
        if was is not None and was != now:
            reads = {key for part in outcome["parts"] for key in part["reads"]}
            why = tuple(change for change in facts if change.key in reads)
            found.append(VerdictChange(outcome["id"], outcome["title"], was, now, _direction(was, now), why))
    return tuple(found)


def _direction(was: str, now: str) -> str:
    if was in _ORDER and now in _ORDER:
        return "better" if _ORDER[now] > _ORDER[was] else "worse"
    return "settled" if now in _ORDER else "opened"


def _trend(old: Score | None, new: Score | None) -> str:
    if old is None or new is None:
        return "unknown"
    if new[0] > old[1]:
        return "better"
    return "worse" if new[1] < old[0] else "overlap"
