"""What the cities of a province have in common: their weaknesses, counted, and what is recommended for them."""

from __future__ import annotations

from attrs import frozen

from cityrubric.errors import CityrubricError
from cityrubric.language import translate as _
from cityrubric.ledger.ledger import Entry, Ledger


@frozen
class CommonWeakness:
    """A weakness under one rule set: whose it is, and what is recommended to those cities for it."""

    ruleset: str
    id: str
    title: str
    says: str
    cities: tuple[str, ...]
    recommendations: tuple[str, ...]


@frozen
class Province:
    """The weaknesses over all cities, the most frequent first."""

    cities: tuple[str, ...]
    weaknesses: tuple[CommonWeakness, ...]


def over_all(ledger: Ledger, province: str | None, year: int | None) -> Province:
    """Return the weaknesses of the latest revisions of all cities, or those of one province.

    Raises:
        CityrubricError: if the ledger holds none of that province and year.
    """
    entries = ledger.latest(year, province)
    if not entries:
        raise CityrubricError(_("{file} holds no assessment of that province and year").format(file=ledger.file))
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        for finding in entry.document["findings"]:
            if finding["kind"] == "weakness":
                found.setdefault((entry.ruleset, finding["id"]), []).append(entry)
    weaknesses = [_weakness(*key, owners) for key, owners in found.items()]
    ordered = sorted(weaknesses, key=lambda one: (-len(one.cities), one.ruleset, one.id))
    return Province(tuple(dict.fromkeys(entry.name for entry in entries)), tuple(ordered))


def _weakness(ruleset: str, id_: str, owners: list[Entry]) -> CommonWeakness:
    findings = [finding for entry in owners for finding in entry.document["findings"]]
    one = next(finding for finding in findings if finding["id"] == id_)
    advice = [f["says"] for f in findings if f["kind"] == "recommendation" and f"finding:{id_}" in f["because"]]
    cities = tuple(entry.name for entry in owners)
    return CommonWeakness(ruleset, id_, one["title"], one["says"], cities, tuple(dict.fromkeys(advice)))
