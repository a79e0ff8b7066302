"""What many hands say, put together: in any order, and however often, it comes to the same.

What one workbook says is a set of entries it takes back and a set it adds, compared with what it was made from. An
entry names who entered it, and nobody takes back what somebody else entered: two that differ both stay, as a dispute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from cityrubric.documents import Document
from cityrubric.errors import FaultLog
from cityrubric.intake.entries import Entry, entries_of, facts_of
from cityrubric.intake.toml import toml
from cityrubric.language import translate as _

Key = tuple[str, str]
"""A section and the id of an entry in it."""


@frozen
class TableChange:
    """What a workbook says of one entry of a section other than facts.

    Attributes:
        old: the entry it was made from; None for a new one.
        new: what it says now; None if it takes it back.
        place: the row, as messages name it.
        cells: the cells of that row, by name.
    """

    section: str
    old: Document | None
    new: Document | None
    place: str
    cells: Mapping[str, str] = field(factory=dict)


@frozen
class Submission:
    """What one workbook or list says.

    Attributes:
        document: how messages call it.
        places: where each added entry stands: sheet and row, and the cells by name.
        remarks: what was not read, and why.
    """

    document: str
    removed: frozenset[Entry] = frozenset()
    added: frozenset[Entry] = frozenset()
    tables: tuple[TableChange, ...] = ()
    places: Mapping[Entry, Mapping[str, str]] = field(factory=dict)
    remarks: tuple[str, ...] = ()


def atoms(entries: Iterable[Entry]) -> set[Entry]:
    """Return the entries with one checker each: what is added and taken back."""
    return {one for entry in entries for one in _by_checker(entry)}


def merged(document: Document, submissions: Sequence[Submission], log: FaultLog) -> Document:
    """Return what a city's document says after some workbooks; contradictions that no dispute can hold are noted."""
    result = {**document, "facts": _facts(document.get("facts", {}), submissions)}
    changes = [(change, one.document) for one in submissions for change in one.tables]
    for section in sorted({change.section for change, _document in changes}):
        here = [(change, name) for change, name in changes if change.section == section]
        result[section] = _table(section, document.get(section), here, log)
    return {name: value for name, value in result.items() if value or name in document}


def entry_id(section: str, entry: Mapping[str, Any]) -> str:
    """Return by what an entry is known: its id, or all it says."""
    return str(entry["id"]) if "id" in entry else toml(dict(sorted(entry.items())))


def _facts(facts: Document, submissions: Sequence[Submission]) -> Document:
    before = atoms(entries_of(facts))
    removed = {entry for one in submissions for entry in one.removed}
    added = {entry for one in submissions for entry in one.added}
    after = (before - removed) | added
    touched = {entry.key for entry in before ^ after}
    stated = facts_of(_joined(entry for entry in after if entry.key in touched))
    result = {key: stated.get(key, claims) for key, claims in facts.items() if key not in touched or key in stated}
    return {**result, **{key: stated[key] for key in sorted(stated) if key not in result}}


def _by_checker(entry: Entry) -> Iterator[Entry]:
    for checker in entry.checked_by:
        yield evolve(entry, checked_by=(checker,))
    if not entry.checked_by:
        yield entry


def _joined(entries: Iterable[Entry]) -> list[Entry]:
    """What differs only in who checked it is one entry."""
    checkers: dict[Entry, set[str]] = {}
    for entry in entries:
        checkers.setdefault(evolve(entry, checked_by=()), set()).update(entry.checked_by)
    return [evolve(entry, checked_by=tuple(sorted(names))) for entry, names in checkers.items()]


def _table(section: str, before: Any, changes: Sequence[tuple[TableChange, str]], log: FaultLog) -> Any:
    entries = {entry_id(section, entry): entry for entry in listed(section, before)}
    gone: set[str] = set()
    new: dict[str, Document] = {}
    places: dict[str, str] = {}
    for change, document in changes:
        id_ = entry_id(section, change.new or change.old or {})
        if change.old is not None and entries.get(entry_id(section, change.old)) == change.old:
            gone.add(entry_id(section, change.old))
        if change.new is None:
            continue
        standing = entries.get(id_)
        if id_ in new and new[id_] != change.new:
            says = _("'{id}' says something else in {other}; agree on one, or give it another number")
            log.add(document, change.place, says.format(id=id_, other=places[id_]))
        elif standing is not None and standing not in (change.new, change.old):
            says = _("'{id}' says something else in the city; agree on one, or give it another number")
            log.add(document, change.place, says.format(id=id_))
        new[id_], places[id_] = change.new, document
    kept = {id_: entry for id_, entry in entries.items() if id_ not in gone or id_ in new}
    kept |= new
    if section == "sources":
        return {id_: {k: v for k, v in entry.items() if k != "id"} for id_, entry in kept.items()}
    return [*kept.values()]


def listed(section: str, content: Any) -> list[Document]:
    """Return the entries of a section, each with its id."""
    if section == "sources":
        return [{"id": id_, **entry} for id_, entry in (content or {}).items()]
    return list(content or ())
