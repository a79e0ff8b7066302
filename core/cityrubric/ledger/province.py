"""What the cities of a province have in common: their weaknesses, counted, and what is recommended for them."""

from __future__ import annotations

from attrs import define, field, frozen

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
    names: dict[str, None] = {}
    found: dict[tuple[str, str], _Found] = {}
    for entry in ledger.latest(year, province):  # one document in memory at a time
        names[entry.name] = None
        for finding in entry.document["findings"]:
            if finding["kind"] == "weakness":
                one = found.setdefault((entry.ruleset, finding["id"]), _Found(finding["title"], finding["says"]))
                one.add(entry, finding["id"])
    if not names:
        raise CityrubricError(_("{file} holds no assessment of that province and year").format(file=ledger.file))
    weaknesses = [
        CommonWeakness(*key, one.title, one.says, tuple(one.cities), tuple(one.advice)) for key, one in found.items()
    ]
    ordered = sorted(weaknesses, key=lambda one: (-len(one.cities), one.ruleset, one.id))
    return Province(tuple(names), tuple(ordered))


@define
class _Found:
    """A weakness while cities are gone through: in the words of the first, with what is recommended to any."""

    title: str
    says: str
    cities: list[str] = field(factory=list)
    advice: dict[str, None] = field(factory=dict)

    def add(self, entry: Entry, id_: str) -> None:
        """Add a city that has it."""
        self.cities.append(entry.name)
        for finding in entry.document["findings"]:
            if finding["kind"] == "recommendation" and f"finding:{id_}" in finding["because"]:
                self.advice[finding["says"]] = None
