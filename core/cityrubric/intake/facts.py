"""A city's folder -> `City`, checked against a rule set; every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cityrubric.documents import Document, read_document
from cityrubric.errors import FaultLog, Spot, did_you_mean
from cityrubric.files import fault_of_name
from cityrubric.intake.claims import ClaimReader
from cityrubric.language import translate as _
from cityrubric.project import CITY_FILE
from cityrubric.records import Area, City, Clearance, Declared, Observation, Request, Source
from cityrubric.rubric.model import Ruleset

FACT_FILE = CITY_FILE


def read_city(folder: Path | str, ruleset: Ruleset) -> City:
    """Read the facts of one city.

    Args:
        folder: holds `city.toml`; its name is the city's id.
        ruleset: whose catalogues say what may be stated, and in which unit.

    Raises:
        Faults: every fault in the city's files.
    """
    folder = Path(folder)
    log = FaultLog()
    name = (folder / FACT_FILE).as_posix()
    document = read_document(folder / FACT_FILE, name, "city", log)
    if fault := fault_of_name(folder.resolve().name):
        log.add(name, "", fault)
    log.check()
    assert document is not None
    city = build_city(folder.resolve().name, document, ruleset, Spot(name, log))
    log.check()
    return city


def build_city(id_: str, document: Document, ruleset: Ruleset, spot: Spot) -> City:
    """Make a city of a parsed document; faults are noted at the spot."""
    reference_date = _date(document["reference_date"], spot.at("reference_date"))
    if reference_date.year < document["assessment_year"]:
        spot.at("reference_date").fault(_("lies before the assessment year"))
    areas = {key: Area(key, **entry) for key, entry in document.get("areas", {}).items()}
    sources = {key: Source(key, **entry) for key, entry in document.get("sources", {}).items()}
    requests = _requests(document.get("requests", ()), spot.at("requests"))
    reader = ClaimReader(ruleset.offers.catalogue, reference_date, areas, sources, requests)
    facts = document.get("facts", {})
    claims = [claim for key in sorted(facts) for claim in reader.read(key, facts[key], spot.at("facts", key))]
    return City(
        id=id_,
        name=document["name"],
        province=document["province"],
        assessment_year=document["assessment_year"],
        reference_date=reference_date,
        dates_basis=document.get("dates_basis", ""),
        areas=tuple(areas.values()),
        sources=tuple(sources.values()),
        claims=tuple(dict.fromkeys(claims)),
        observations=_observations(document.get("observations", ()), ruleset, sources, spot.at("observations")),
        clearances=_clearances(document.get("clearances", ()), ruleset, sources, spot.at("clearances")),
        requests=tuple(requests.values()),
        declared=_declared(document.get("declared"), sources, spot.at("declared")),
    )


def _requests(entries: list[Document], spot: Spot) -> dict[str, Request]:
    requests: dict[str, Request] = {}
    for n, entry in enumerate(entries):
        here = spot.at(n)
        if entry["id"] in requests:
            here.at("id").fault(_("'{id}' stands there twice").format(id=entry["id"]))
        dates = {key: _date(entry[key], here.at(key)) for key in ("asked_on", "deadline")}
        if dates["asked_on"] > dates["deadline"]:
            here.at("deadline").fault(_("the deadline lies before the day of asking"))
        requests[entry["id"]] = Request(entry["id"], entry["letter"], **dates)
    return requests


def _observations(
    entries: list[Document], ruleset: Ruleset, sources: Mapping[str, Source], spot: Spot
) -> tuple[Observation, ...]:
    indicators = [indicator.id for indicator in ruleset.indicators]
    observations: dict[str, Observation] = {}
    for n, entry in enumerate(entries):
        here = spot.at(n)
        if entry["id"] in observations:
            here.at("id").fault(_("'{id}' stands there twice").format(id=entry["id"]))
        _check_listed(entry["source"], sources, here.at("source"))
        _check_listed(entry["method"], ruleset.domains["method"], here.at("method"))
        if "mode" in entry:
            _check_listed(entry["mode"], ruleset.domains["mode"], here.at("mode"))
        for i, indicator in enumerate(entry["indicators"]):
            _check_listed(indicator, indicators, here.at("indicators", i))
        observations[entry["id"]] = Observation(**{**entry, "indicators": tuple(entry["indicators"])})
    return tuple(observations.values())


def _clearances(
    entries: list[Document], ruleset: Ruleset, sources: Mapping[str, Source], spot: Spot
) -> tuple[Clearance, ...]:
    vetoes = [i.id for i in ruleset.indicators for part in i.parts if part.cleared_by == "record"]
    clearances = []
    for n, entry in enumerate(entries):
        here = spot.at(n)
        _check_listed(entry["veto"], vetoes, here.at("veto"))
        _check_listed(entry["source"], sources, here.at("source"))
        dates = {key: _date(entry[key], here.at(key)) for key in ("asked_on", "valid_until")}
        clearances.append(Clearance(**{**entry, **dates, "departments": tuple(entry["departments"])}))
    return tuple(clearances)


def _declared(entry: Document | None, sources: Mapping[str, Source], spot: Spot) -> Declared | None:
    if entry is None:
        return None
    _check_listed(entry["source"], sources, spot.at("source"))
    return Declared(**entry)


def _check_listed(word: str, known: Any, spot: Spot) -> None:
    if word not in known:
        spot.fault(_("'{word}' is not known here").format(word=word) + did_you_mean(word, known))


def _date(text: str, spot: Spot) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        spot.fault(_("'{text}' is no day of the calendar").format(text=text))
        return date.max
