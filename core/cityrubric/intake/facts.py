"""A city's folder -> `City`, checked against a rule set; every fault at once."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from cityrubric.documents import Document, read_document
from cityrubric.errors import Fault, FaultLog, Spot
from cityrubric.files import fault_of_name
from cityrubric.folders import Stamps, finish_group, stamps_of
from cityrubric.intake.claims import ClaimReader
from cityrubric.intake.evidence import EVIDENCE_FILE, read_ledger
from cityrubric.intake.onsite import inspection_files, with_inspections
from cityrubric.intake.references import references
from cityrubric.intake.rulings import read_rulings
from cityrubric.intake.sections import SectionReader, read_date, read_declared
from cityrubric.language import translate as _
from cityrubric.project import CITY_FILE
from cityrubric.records import Area, City, Source
from cityrubric.rubric.model import Ruleset

FACT_FILE = CITY_FILE


def read_city(folder: Path | str, ruleset: Ruleset) -> City:
    """Read the facts of one city.

    Args:
        folder: holds `city.toml`, and tables of inspections if there are any; its name is the city's id.
        ruleset: whose catalogues say what may be stated, and in which unit.

    Raises:
        Faults: every fault in the city's files.
    """
    folder = Path(folder)
    log = FaultLog()
    document = read_documents(folder, log)
    if fault := fault_of_name(folder.resolve().name):
        log.add((folder / FACT_FILE).as_posix(), "", fault)
    log.check()
    city = build_city(folder.resolve().name, document, ruleset, Spot((folder / FACT_FILE).as_posix(), log), folder)
    if log.faults and (fault := _fault_of_version(document, ruleset)):
        log.faults.insert(0, Fault((folder / FACT_FILE).as_posix(), "", fault))
    log.check()
    return city


def _fault_of_version(document: Document, ruleset: Ruleset) -> str:
    """What is wrong with all ids at once, where the rule set has none of them; nothing where it has some.

    A single one may well be misspelt.
    """
    named = {*references(document)}
    if len(named) < 2 or any(indicator.id in named for indicator in ruleset.indicators):
        return ""
    says = _(
        "written for another version: {version} has none of the items that this file names; "
        "give that version with --ruleset, or let `cityrubric migrate` rewrite the ids"
    )
    return says.format(version=ruleset.version)


def read_documents(folder: Path, log: FaultLog) -> Document:
    """Return a city's file as parsed, its evidence ledger as one more section; empty if a fault was noted."""
    finish_group(folder)
    document = read_document(folder / FACT_FILE, (folder / FACT_FILE).as_posix(), "city", log) or {}
    if (folder / EVIDENCE_FILE).exists():
        document["evidence"] = read_ledger(folder / EVIDENCE_FILE, (folder / EVIDENCE_FILE).as_posix(), log)
    return document


def stamps_of_city(folder: Path) -> Stamps:
    """Return what tells later whether somebody changed what a city's files say."""
    return stamps_of([folder / FACT_FILE, folder / EVIDENCE_FILE, *inspection_files(folder)])


def build_city(id_: str, document: Document, ruleset: Ruleset, spot: Spot, folder: Path | None = None) -> City:
    """Make a city of a parsed document, and of the inspection tables in its folder; faults are noted at the spot.

    What was decided on disputes and appeals comes last: it may concern what was found in inspections.
    """
    reference_date = read_date(document["reference_date"], spot.at("reference_date"))
    if reference_date.year < document["assessment_year"]:
        spot.at("reference_date").fault(_("lies before the assessment year"))
    areas = {key: Area(key, **entry) for key, entry in document.get("areas", {}).items()}
    sources = {key: Source(key, **entry) for key, entry in document.get("sources", {}).items()}
    lists = SectionReader(ruleset, sources)
    requests = lists.requests(document.get("requests", []), spot.at("requests"))
    reader = ClaimReader(ruleset.offers.catalogue, reference_date, areas, sources, {one.id: one for one in requests})
    facts = document.get("facts", {})
    claims = [claim for key in sorted(facts) for claim in reader.read(key, facts[key], spot.at("facts", key))]
    city = City(
        id=id_,
        name=document["name"],
        province=document["province"],
        assessment_year=document["assessment_year"],
        reference_date=reference_date,
        dates_basis=document.get("dates_basis", ""),
        areas=tuple(areas.values()),
        sources=tuple(sources.values()),
        claims=tuple(dict.fromkeys(claims)),
        observations=lists.observations(document.get("observations", []), spot.at("observations")),
        clearances=lists.clearances(document.get("clearances", []), spot.at("clearances")),
        requests=requests,
        declared=read_declared(document.get("declared"), sources, spot.at("declared")),
        evidence=lists.evidence(document.get("evidence", []), Spot(EVIDENCE_FILE, spot.log)),
        interviews=lists.interviews(document.get("interviews", []), spot.at("interviews")),
        surveys=lists.surveys(document.get("surveys", []), spot.at("surveys")),
        overrides=lists.overrides(document.get("overrides", []), spot.at("overrides")),
    )
    if folder is not None:
        city = with_inspections(city, folder, ruleset, spot.log)
    rulings = read_rulings(document, city.claims, reader, lists, spot)
    return evolve(city, claims=rulings.claims, deliberations=rulings.deliberations, appeals=rulings.appeals)
