"""Workbooks and lists that come back -> a city's files: all of them checked together, then written together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from cityrubric.documents import Document, check_document, read_text
from cityrubric.errors import Fault, FaultLog, Spot
from cityrubric.folders import Stamps, alone_in, check_unchanged, write_group
from cityrubric.hookspecs import Importer
from cityrubric.intake.claims import ClaimReader
from cityrubric.intake.edit import edited
from cityrubric.intake.entries import Entry, claim_of, entries_of
from cityrubric.intake.evidence import EVIDENCE_FILE, hashed, ledger_text, read_ledger
from cityrubric.intake.facts import FACT_FILE, build_city, read_documents, stamps_of_city
from cityrubric.intake.merge import Submission, TableChange, entry_id, listed, merged
from cityrubric.intake.rulings import disputes
from cityrubric.intake.sections import SectionReader
from cityrubric.intake.workbook.reading import read_workbook
from cityrubric.language import translate as _
from cityrubric.pluginsources import speaking_aside
from cityrubric.records import City, Claim, Source
from cityrubric.rubric.model import Ruleset

_OF_A_LIST = re.compile(r"\$?\.?(\w*)\[(\d+)\](?:\.(\w+))?")
_STEP = re.compile(r"\$\.(\w+)")


@frozen
class Imported:
    """What an import came to.

    Attributes:
        files: names -> text of what has to be written; nothing if the city says it all already.
        read: what the city's files were, from which this was made.
        disputed: claims that contradict each other now.
        remarks: what was not read, by file.
    """

    city: City
    files: Mapping[str, str]
    read: Stamps
    disputed: Sequence[Sequence[Claim]]
    remarks: tuple[tuple[str, str], ...]


def import_into(folder: Path, paths: Sequence[Path], ruleset: Ruleset) -> Imported:
    """Merge workbooks and evidence lists into a city and write what comes of it, alone in its folder.

    Raises:
        Faults: every fault, with sheet and cell; nothing is written then.
        CityrubricError: if it cannot be written.
    """
    with alone_in(folder):
        imported = import_files(paths, folder, ruleset)
        write_import(imported, folder)
    return imported


def import_files(paths: Sequence[Path], folder: Path, ruleset: Ruleset) -> Imported:
    """Merge workbooks and evidence lists into what a city says; nothing is written.

    Args:
        paths: workbooks that were made for the city, and ledgers as CSV.
        folder: of the city.
        ruleset: against which everything is checked.

    Raises:
        Faults: every fault, with sheet and cell.
        CityrubricError: if the fact file is written in a form that cannot be edited.
    """
    log, stamps = FaultLog(), stamps_of_city(folder)
    name = (folder / FACT_FILE).as_posix()
    document = read_documents(folder, log)
    log.check()
    city = build_city(folder.resolve().name, document, ruleset, Spot(name, log), folder)
    log.check()
    read = [_read(path, city, document, ruleset, log) for path in paths]
    submissions = [one for one in read if one is not None]
    after = merged(document, submissions, log)
    if "evidence" in after:
        after["evidence"] = [hashed(entry, folder) for entry in after["evidence"]]
    sound = _sound(after, city, submissions, ruleset, log)
    if log.faults:
        after = merged(document, sound, FaultLog())  # so that what is wrong elsewhere is told, too
    result = _check_whole(after, city, submissions, ruleset, folder, log)
    remarks = tuple((one.document, remark) for one in submissions for remark in one.remarks)
    before = read_text(folder / FACT_FILE, name, log) or ""
    log.check()
    return Imported(result, _files(before, document, after, name), stamps, disputes(result.claims), remarks)


def write_import(imported: Imported, folder: Path) -> None:
    """Write what an import came to, all of it or nothing; the caller is alone in the folder.

    Raises:
        CityrubricError: if it cannot be written, or the city changed meanwhile.
    """
    if imported.files:
        check_unchanged(imported.read, stamps_of_city(folder))
        write_group(folder, imported.files)


def _read(path: Path, city: City, document: Document, ruleset: Ruleset, log: FaultLog) -> Submission | None:
    if path.suffix.lower() == ".csv":
        entries = read_ledger(path, path.name, log)
        changes = (_ledger_change(entry, document, number) for number, entry in enumerate(entries, 2))
        return Submission(path.name, tables=tuple(change for change in changes if change.old != change.new))
    if path.suffix.lower() == ".xlsx":
        return read_workbook(path, city, document, ruleset, log)
    importers = ruleset.offers.importers
    if path.suffix.lower() in importers:
        return _read_by(importers[path.suffix.lower()], path, log)
    endings = ", ".join((".xlsx", ".csv", *sorted(importers)))
    log.add(path.name, "", _("must end in one of {endings}").format(endings=endings))
    return None


def _read_by(importer: Importer, path: Path, log: FaultLog) -> Submission | None:
    """What a plugin's importer reads; a claim is checked before anything is made of it."""
    before = len(log.faults)
    places: dict[Entry, dict[str, str]] = {}
    try:
        with speaking_aside():
            stated = [*importer.read(path)]
    except Exception as error:  # whatever a plugin raises
        log.add(path.name, "", _("its importer failed: {why}").format(why=f"{type(error).__name__}: {error}"))
        return None
    for one in stated:
        own = FaultLog()
        check_document(dict(one.claim), "", "city/claim", own)
        for fault in own.faults:
            log.add(path.name, one.place, f"{fault.path}: {fault.says}")
        if not own.faults:
            places |= {entry: {"value": one.place} for entry in entries_of({one.key: dict(one.claim)})}
    return Submission(path.name, added=frozenset(places), places=places) if len(log.faults) == before else None


def _ledger_change(entry: Document, document: Document, number: int) -> TableChange:
    there = {one["id"]: one for one in document.get("evidence", ())}
    old = there.get(entry["id"])
    same = old is not None and {**old, "hashes": 0} == {**entry, "hashes": 0} and "hashes" not in entry
    return TableChange("evidence", old if same else None, old if same else entry, _("row {n}").format(n=number))


def _sound(
    after: Document, city: City, submissions: Iterable[Submission], ruleset: Ruleset, log: FaultLog
) -> list[Submission]:
    """Check each added value by itself, so that what is wrong is told of its cell; return what is sound."""
    sources = {id_: Source(id_, entry.get("title", "")) for id_, entry in after.get("sources", {}).items()}
    areas = {area.id: area for area in city.areas}
    ignored = Spot("", FaultLog())
    requests = SectionReader(ruleset, sources).requests(after.get("requests", []), ignored)
    reader = ClaimReader(
        ruleset.offers.catalogue, city.reference_date, areas, sources, {one.id: one for one in requests}
    )
    return [
        evolve(one, added=frozenset(entry for entry in one.added if _is_sound(entry, reader, one, log)))
        for one in submissions
    ]


def _is_sound(entry: Entry, reader: ClaimReader, submission: Submission, log: FaultLog) -> bool:
    own = FaultLog()
    claim = claim_of(entry)
    check_document(claim, "", "city/claim", own)
    if not own.faults:
        [*reader.read(entry.key, claim, Spot("", own))]
    places = submission.places[entry]
    for fault in own.faults:
        step = _STEP.match(fault.path)
        names = {"areas": "value", "series": "value", "area": "area"}
        place = places.get(names.get(step[1], step[1]) if step else "", places["value"])
        log.add(submission.document, place, fault.says)
    return not own.faults


def _check_whole(
    after: Document, city: City, submissions: Sequence[Submission], ruleset: Ruleset, folder: Path, log: FaultLog
) -> City:
    """Check the whole city as it would be read; what is wrong with an entry of a list is told of its row."""
    own, name = FaultLog(), (folder / FACT_FILE).as_posix()
    check_document({key: value for key, value in after.items() if key != "evidence"}, name, "city", own)
    result = city if own.faults else build_city(city.id, after, ruleset, Spot(name, own), folder)
    places = {
        (change.section, entry_id(change.section, change.new)): (one.document, change)
        for one in submissions
        for change in one.tables
        if change.new is not None
    }
    log.faults += [_moved(fault, after, places) for fault in own.faults]
    return result


def _moved(fault: Fault, after: Document, places: Mapping[tuple[str, str], tuple[str, TableChange]]) -> Fault:
    match = _OF_A_LIST.match(fault.path)
    if not match:
        return fault
    section = match[1] or "evidence"
    entry = listed(section, after[section])[int(match[2])]
    found = places.get((section, entry_id(section, entry)))
    if found is None:
        return fault
    document, change = found
    return evolve(fault, document=document, path=change.cells.get(match[3] or "", change.place))


def _files(text: str, before: Document, after: Document, name: str) -> dict[str, str]:
    files = {}
    ledgers = [document.get("evidence") for document in (before, after)]
    stated = [{k: v for k, v in document.items() if k != "evidence"} for document in (before, after)]
    if stated[0] != stated[1]:
        files[FACT_FILE] = edited(text, stated[0], stated[1], name)
    if ledgers[0] != ledgers[1]:
        files[EVIDENCE_FILE] = ledger_text(ledgers[1] or ())
    return files
