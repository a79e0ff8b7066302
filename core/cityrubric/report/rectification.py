"""The ledger of what is put right (整改台账): what was found, what people do about it, and whether it is still found.

A later look (回头看) only ever updates this ledger: what was found first keeps its words, no row is ever deleted, and
no assessment is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from attrs import evolve, frozen

from cityrubric.errors import FaultLog
from cityrubric.language import translate as _
from cityrubric.report.about import about_sheet, check_workbook
from cityrubric.report.audience import View
from cityrubric.report.books import Column, Sheet, read_rows, row_place, write_book
from cityrubric.report.tables import problems
from cityrubric.report.texts import BookText, Texts

OWN = ("measure", "department", "deadline", "checked_on", "checked_by", "photos", "status", "note")
"""What people fill in."""
_DAYS = ("deadline", "checked_on")
_WIDTHS = {"id": 24, "problem": 44, "measure": 40, "department": 18, "photos": 24, "note": 24}
_COLOURS = {"open": "FFE9A8", "closed": "C6E7CE", "back": "F8C9C4", "gone": "E3E3E3"}


@frozen
class Row:
    """One problem.

    Attributes:
        id: of the finding; of a problem that people added, what they wrote.
        problem: in the words in which it was found first.
        first: the assessment in which that was: its year and code.
        found: of the last assessment: new, still, back or gone; empty for what people added.
        own: what people filled in, by the names of `OWN`.
    """

    id: str
    problem: str
    severity: str = ""
    first: str = ""
    found: str = ""
    own: Mapping[str, str] = {}


def update_rows(before: Iterable[Row], view: View, texts: Texts) -> tuple[Row, ...]:
    """Return the rows after one more assessment: old ones in their order, marked, then what is new.

    Args:
        before: what the ledger held.
        view: of the assessment, for the city.
        texts: of the rule set.
    """
    now = {problem.id: (problem, measures) for problem, measures in problems(view)}
    old = list(before)
    closed = texts.books["rectification"].values["closed"]
    kept = [evolve(row, found=_found(row, now, view, closed)) for row in old]
    known = {row.id for row in old}
    fresh = []
    for id_, (problem, measures) in now.items():
        if id_ not in known:
            action = next((one.action for one in measures if one.action), None)
            own = {
                "measure": "；".join(one.says for one in measures),
                "department": texts.names["words"]["list"].join(action.departments) if action else "",
                "deadline": action.deadline if action else "",
                "status": texts.books["rectification"].values["open"],
            }
            severity = texts.names["severities"].get(problem.severity, "")
            fresh.append(Row(id_, problem.says, severity, _assessment(view), "new", own))
    return (*kept, *fresh)


def _found(row: Row, now: Mapping[str, object], view: View, closed: str) -> str:
    """What the last assessment says of a row; what was closed and is found by a later one has come back."""
    if not row.first:
        return ""  # people added it: no assessment can find it
    if row.id not in now:
        return "gone"
    if row.first == _assessment(view):
        return "new"
    return "back" if row.own.get("status") == closed else "still"


def _assessment(view: View) -> str:
    return f"{view.assessment_year} {view.code}"


def write_ledger(rows: Iterable[Row], view: View, texts: Texts) -> bytes:
    """Return the ledger as a workbook with drop-downs, to be filled in and read back."""
    book = texts.books["rectification"]
    table = tuple(
        (
            *(row.id, row.problem, row.severity, row.first),
            *(row.own.get(name, "") for name in OWN),
            book.values.get(row.found, ""),
        )
        for row in rows
    )
    sheets = [Sheet(book.title, ledger_columns(book), table), about_sheet(view.city, book, texts)]
    return write_book(sheets, f"{view.city.name}  {book.title}")


def ledger_columns(book: BookText) -> tuple[Column, ...]:
    """Return the columns of the ledger, in their order."""
    choices = {"status": tuple(book.values[name] for name in ("open", "closed", "back"))}
    colours = {book.values[code]: colour for code, colour in _COLOURS.items()}
    return tuple(
        Column(
            book.columns[name],
            _WIDTHS.get(name, 13),
            choices.get(name, ()),
            own=name in OWN,
            colours=colours if name in {"status", "found"} else {},
        )
        for name in ("id", "problem", "severity", "first", *OWN, "found")
    )


def read_ledger(path: Path, view: View, texts: Texts) -> tuple[Row, ...]:
    """Read a ledger that people have filled in.

    Raises:
        CityrubricError: if it is another city's.
        Faults: every cell that cannot be understood.
    """
    book, log = texts.books["rectification"], FaultLog()
    check_workbook(path, view.city, book, texts)
    rows = read_rows(path, book.title, ledger_columns(book), log)
    found = {told: code for code, told in book.values.items()}
    read = []
    for entry in rows:
        said = {name: entry[title] for name, title in book.columns.items()}
        _check_row(said, entry, path, book, log)
        own = {name: said[name] for name in OWN if said[name]}
        read.append(
            Row(said["id"], said["problem"], said["severity"], said["first"], found.get(said["found"], ""), own)
        )
    seen: set[str] = set()
    for row, entry in zip(read, rows, strict=True):
        if row.id in seen:
            log.add(path.as_posix(), row_place(book.title, entry, book.columns["id"]), _("stands there twice"))
        seen.add(row.id)
    log.check()
    return tuple(read)


def _check_row(said: Mapping[str, str], entry: Mapping[str, str], path: Path, book: BookText, log: FaultLog) -> None:
    """Dates are days; what is closed says who has looked and when; a problem has an id and words."""

    def fault(column: str, says: str) -> None:
        log.add(path.as_posix(), row_place(book.title, entry, book.columns[column]), says)

    for column in _DAYS:
        if said[column] and not _is_day(said[column]):
            fault(column, _("'{text}' is no day; write it as 2022-03-31").format(text=said[column]))
    for column in ("id", "problem"):
        if not said[column]:
            fault(column, _("must not be empty"))
    if said["status"] == book.values["closed"]:
        for column in ("checked_on", "checked_by"):
            if not said[column]:
                fault(column, _("must be filled in for what is closed"))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
