"""The lists of a city file beside its facts -> records: observations, clearances, requests, interviews, surveys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from attrs import field, frozen

from cityrubric.documents import Document
from cityrubric.errors import Spot, did_you_mean
from cityrubric.intake.evidence import NO_HASH
from cityrubric.language import translate as _
from cityrubric.proceedings import Declared, Evidence, Interview, Override, Survey
from cityrubric.records import Clearance, Observation, Request, Source
from cityrubric.rubric.model import Ruleset

Record = TypeVar("Record")


@frozen
class SectionReader:
    """Reads the lists of one city.

    Attributes:
        ruleset: whose indicators, facts and words they may name.
        sources: of the same file.
    """

    ruleset: Ruleset
    sources: Mapping[str, Source]
    indicators: Collection[str] = field(init=False)

    @indicators.default
    def _ids(self) -> Collection[str]:
        return {indicator.id: None for indicator in self.ruleset.indicators}

    def observations(self, entries: list[Document], spot: Spot) -> tuple[Observation, ...]:
        """Read what assessors observed."""
        domains = self.ruleset.domains

        def one(entry: Document, here: Spot) -> Observation:
            check_listed(entry["source"], self.sources, here.at("source"))
            check_listed(entry["method"], domains["method"], here.at("method"))
            if "mode" in entry:
                check_listed(entry["mode"], domains["mode"], here.at("mode"))
            self.check_indicators(entry["indicators"], here)
            return Observation(**{**entry, "indicators": tuple(entry["indicators"])})

        return _numbered(entries, one, spot)

    def clearances(self, entries: list[Document], spot: Spot) -> tuple[Clearance, ...]:
        """Read the records on vetoes."""
        vetoes = [i.id for i in self.ruleset.indicators for part in i.parts if part.cleared_by == "record"]
        clearances = []
        for n, entry in enumerate(entries):
            here = spot.at(n)
            check_listed(entry["veto"], vetoes, here.at("veto"))
            check_listed(entry["source"], self.sources, here.at("source"))
            dates = read_dates(entry, ("asked_on", "valid_until"), here)
            clearances.append(Clearance(**{**entry, **dates, "departments": tuple(entry["departments"])}))
        return tuple(clearances)

    def requests(self, entries: list[Document], spot: Spot) -> tuple[Request, ...]:
        """Read what was asked of the city, and by when."""

        def one(entry: Document, here: Spot) -> Request:
            dates = read_dates(entry, ("asked_on", "deadline", "answered_on"), here)
            if dates["asked_on"] > dates["deadline"]:
                here.at("deadline").fault(_("the deadline lies before the day of asking"))
            return Request(entry["id"], entry["letter"], **dates)

        return _numbered(entries, one, spot)

    def interviews(self, entries: list[Document], spot: Spot) -> tuple[Interview, ...]:
        """Read what was heard in interviews."""

        def one(entry: Document, here: Spot) -> Interview:
            self.check_indicators(entry.get("indicators", ()), here)
            indicators = tuple(entry.get("indicators", ()))
            return Interview(**{**entry, **read_dates(entry, ("on",), here), "indicators": indicators})

        return _numbered(entries, one, spot)

    def surveys(self, entries: list[Document], spot: Spot) -> tuple[Survey, ...]:
        """Read what was asked in surveys."""

        def one(entry: Document, here: Spot) -> Survey:
            check_listed(entry["fact"], self.ruleset.offers.catalogue, here.at("fact"))
            check_listed(entry["source"], self.sources, here.at("source"))
            return Survey(**{**entry, "period": str(entry.get("period", ""))})

        return _numbered(entries, one, spot)

    def evidence(self, entries: list[Document], spot: Spot) -> tuple[Evidence, ...]:
        """Read the rows of the evidence ledger."""

        def one(entry: Document, here: Spot) -> Evidence:
            self.check_indicators(entry.get("indicators", ()), here)
            lists = {name: tuple(entry.get(name, ())) for name in ("indicators", "files", "hashes")}
            hashes = [hash_.strip(NO_HASH) for hash_ in lists["hashes"]]
            lists["hashes"] = (*hashes, *[""] * (len(lists["files"]) - len(hashes)))
            return Evidence(**{**entry, **lists})

        return _numbered(entries, one, spot)

    def overrides(self, entries: list[Document], spot: Spot) -> tuple[Override, ...]:
        """Read what somebody decided instead of what is computed: one per indicator."""
        seen: set[str] = set()

        def one(entry: Document, here: Spot) -> Override:
            self.check_indicators([entry["indicator"]], here)
            if entry["indicator"] in seen:
                here.at("indicator").fault(_("'{id}' is overridden twice").format(id=entry["indicator"]))
            seen.add(entry["indicator"])
            if entry["new"] == "partly_met":
                says = _(
                    "nothing says how many points partly_met would be: state the value or an expert's score instead"
                )
                here.at("new").fault(says)
            lists = {"evidence": tuple(entry.get("evidence", ()))}
            return Override(**{**entry, **read_dates(entry, ("on",), here), **lists})

        return _numbered(entries, one, spot)

    def check_indicators(self, ids: Collection[str], here: Spot) -> None:
        """Note ids that are no indicator of the rule set."""
        for n, id_ in enumerate(ids):
            if id_ not in self.indicators:
                check_listed(id_, self.indicators, here.at("indicators", n))


def read_declared(entry: Document | None, sources: Mapping[str, Source], spot: Spot) -> Declared | None:
    """Read what somebody else has concluded."""
    if entry is None:
        return None
    check_listed(entry["source"], sources, spot.at("source"))
    return Declared(**entry)


def _numbered(entries: list[Document], read: Callable[[Document, Spot], Record], spot: Spot) -> tuple[Record, ...]:
    """Read entries that bear an id each."""
    return tuple(read(entry, here) for entry, here in once_each(entries, spot))


def once_each(entries: list[Document], spot: Spot) -> Iterator[tuple[Document, Spot]]:
    """Yield the entries of a list with their places; the last of those that share an id, which is noted."""
    found: dict[str, tuple[Document, Spot]] = {}
    for n, entry in enumerate(entries):
        if entry["id"] in found:
            spot.at(n, "id").fault(_("'{id}' stands there twice").format(id=entry["id"]))
        found[entry["id"]] = (entry, spot.at(n))
    yield from found.values()


def check_listed(word: str, known: Any, spot: Spot) -> None:
    """Note a word that is none of those known."""
    if word not in known:
        spot.fault(_("'{word}' is not known here").format(word=word) + did_you_mean(word, known))


def read_dates(entry: Document, names: Collection[str], spot: Spot) -> dict[str, date]:
    """Return those of the dates that the entry has."""
    return {name: read_date(entry[name], spot.at(name)) for name in names if name in entry}


def read_date(text: str, spot: Spot) -> date:
    """Return a day; one that the calendar lacks is noted."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        spot.fault(_("'{text}' is no day of the calendar").format(text=text))
        return date.max
