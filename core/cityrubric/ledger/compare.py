"""Cities side by side. What the intervals leave open is not ranked apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.language import translate as _
from cityrubric.ledger.changes import Development, development
from cityrubric.ledger.ledger import Entry, Ledger
from cityrubric.outcomes import Score


@frozen
class Standing:
    """One city among those compared.

    Attributes:
        rank: best and worst possible place; None where the cities were not assessed under the same rules.
        rate: least and most, in percent.
        groups: least and most points of each group, by its id.
        declared: somebody else's conclusion, under its own rules.
    """

    city: str
    name: str
    year: int
    revision: int
    ruleset: str
    decision: str
    rank: tuple[int, int] | None
    rate: Score | None
    total: Score
    groups: dict[str, Score]
    declared: dict[str, Any] | None
    development: Development | None


@frozen
class Shared:
    """A weakness of more than one of the cities."""

    id: str
    says: str
    cities: tuple[str, ...]


@frozen
class Comparison:
    """Cities side by side; `groups` has the titles of the groups."""

    standings: tuple[Standing, ...]
    groups: dict[str, str]
    common: tuple[Shared, ...]


def compare(ledger: Ledger, cities: Sequence[str], year: int | None, ruleset: str | None, by: str = "") -> Comparison:
    """Compare the latest revisions of cities.

    Args:
        ledger: where they are.
        cities: ids or names.
        year: of the assessments; None for each city's latest.
        ruleset: version; None for any.
        by: `least` or `most` ranks by that end of the interval, though the intervals overlap.

    Raises:
        CityrubricError: if one of the cities is not there.
    """
    entries = _chosen(ledger, cities, year, ruleset)
    rates = [entry.document["scores"]["rate"] for entry in entries]
    alike = len({entry.ruleset_hash for entry in entries}) == 1 and None not in rates
    standings = [
        _standing(entry, _rank(rate, rates, by) if alike else None, ledger)
        for entry, rate in zip(entries, rates, strict=True)
    ]
    titles = {group["id"]: group["title"] for e in entries for group in e.document["scores"]["groups"]}
    ordered = sorted(standings, key=lambda one: one.rank or (0, 0))
    return Comparison(tuple(ordered), titles, _common(entries))


def _chosen(ledger: Ledger, cities: Sequence[str], year: int | None, ruleset: str | None) -> list[Entry]:
    found = {word: [e for e in ledger.latest(year, city=word) if ruleset in (None, e.ruleset)] for word in cities}
    chosen = {e.hash: e for entries in found.values() for e in entries}
    known = ledger.names()
    absent = [
        word + (did_you_mean(word, known) if word not in known else "")
        for word, entries in found.items()
        if not entries
    ]
    if absent:
        what = ", ".join(absent)
        raise CityrubricError(_("{file} holds no such assessment of: {cities}").format(file=ledger.file, cities=what))
    return list(chosen.values())


def possible_places(rate: Score, rates: Sequence[Score]) -> tuple[int, int]:
    """Return best and worst place: one is behind another for certain only if its most is below the other's least."""
    ahead = sum(other[0] > rate[1] for other in rates)
    behind = sum(other[1] < rate[0] for other in rates)
    return 1 + ahead, len(rates) - behind


def _rank(rate: Score, rates: Sequence[Score], by: str) -> tuple[int, int]:
    """Return best and worst place; by one end of the intervals, if that is asked for."""
    if by:
        end = 0 if by == "least" else 1
        place = 1 + sum(other[end] > rate[end] for other in rates)
        return place, place
    return possible_places(rate, rates)


def _standing(entry: Entry, rank: tuple[int, int] | None, ledger: Ledger) -> Standing:
    document = entry.document
    scores = document["scores"]
    return Standing(
        city=entry.city,
        name=entry.name,
        year=entry.year,
        revision=entry.revision,
        ruleset=entry.ruleset,
        decision=entry.decision,
        rank=rank,
        rate=scores["rate"],
        total=scores["total"],
        groups={
            group["id"]: group["score"]
            for group in scores["groups"]
            if group["role"] != "veto" and group["max_score"]  # what earns no points has no score of 0
        },
        declared=document["conclusion"]["declared"],
        development=development(entry, ledger.history(entry.city)),
    )


def _common(entries: Sequence[Entry]) -> tuple[Shared, ...]:
    found: dict[str, tuple[str, list[str]]] = {}
    for entry in entries:
        for finding in entry.document["findings"]:
            if finding["kind"] == "weakness":
                found.setdefault(finding["id"], (finding["says"], []))[1].append(entry.name)
    shared = [Shared(id_, says, tuple(cities)) for id_, (says, cities) in found.items() if len(cities) > 1]
    return tuple(sorted(shared, key=lambda one: (-len(one.cities), one.id)))
