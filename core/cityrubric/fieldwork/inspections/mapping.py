"""How a city's tables are to be read: headings, words, draws and settlements, from `inspections.toml` beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from attrs import frozen

from cityrubric.documents import Document, check_document, read_document, read_json
from cityrubric.errors import FaultLog, Spot, did_you_mean
from cityrubric.fieldwork.record import Record, current_points, record_from
from cityrubric.language import translate as _
from cityrubric.rubric.onsite import InspectionTerms

MAPPING_FILE = "inspections.toml"


@frozen
class Draw:
    """The points of one mode, as they were drawn.

    Attributes:
        points: id -> (district, type) of the points to be visited.
        given_up: ids of points that a reserve has replaced.
    """

    mode: str
    covert: bool
    drawn_on: date
    points: Mapping[str, tuple[str, str]]
    given_up: frozenset[str]


@frozen
class Settlement:
    """A decision on a row on which inspectors' tables differ; `earned` in points."""

    point: str
    mode: str
    row: str
    result: str
    by: str
    on: str
    reason: str
    earned: float | None = None
    occurrences: tuple[str, ...] = ()


@frozen
class TableMapping:
    """How tables are to be read.

    Attributes:
        columns: our name of a column -> its heading.
        questions: row of a sheet -> our name of a column -> heading, where a table has a line per visit; empty where
            each line is of one row.
        words: column -> what a table writes -> what is meant.
        sheet: which sheet of a workbook; None for the only one.
    """

    columns: Mapping[str, str]
    questions: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Mapping[str, str]]
    sheet: str | None
    draws: tuple[Draw, ...]
    settlements: tuple[Settlement, ...]
    document: str


def read_mapping(folder: Path, terms: InspectionTerms, log: FaultLog) -> TableMapping:
    """Read the file beside the tables; without one the rule set's headings and words hold."""
    path = folder / MAPPING_FILE
    name = path.as_posix()
    if not path.exists():
        return TableMapping(terms.columns, {}, {}, None, (), (), name)
    document = read_document(path, name, "inspections", log) or {}
    spot = Spot(name, log)
    for section in ("columns", "words"):
        for column in document.get(section, {}):
            if column not in terms.columns:
                hint = did_you_mean(column, terms.columns)
                spot.at(section, column).fault(_("no such column: '{name}'").format(name=column) + hint)
    questions = document.get("questions", {})
    _check_questions(questions, document.get("columns", {}), terms, spot)
    draws = [_draw(folder, entry, spot.at("draws", n)) for n, entry in enumerate(document.get("draws", ()))]
    return TableMapping(
        columns={**terms.columns, **document.get("columns", {})},
        questions={row: {"result": at} if isinstance(at, str) else at for row, at in questions.items()},
        words=document.get("words", {}),
        sheet=document.get("sheet"),
        draws=tuple(draw for draw in draws if draw),
        settlements=tuple(
            Settlement(**{**entry, "occurrences": tuple(entry.get("occurrences", ()))})
            for entry in document.get("settlements", ())
        ),
        document=name,
    )


def _check_questions(questions: Document, columns: Document, terms: InspectionTerms, spot: Spot) -> None:
    known = [row.id for sheet in terms.sheets for row in sheet.rows]
    for id_ in questions:
        if id_ not in known:
            says = _("'{word}' is a row of no sheet").format(word=id_) + did_you_mean(id_, known)
            spot.at("questions", id_).fault(says)
    for name in ("row", "result"):
        if questions and name in columns:
            spot.at("columns", name).fault(_("with [questions], rows and results come from the questions' columns"))


def _draw(folder: Path, entry: Document, spot: Spot) -> Draw | None:
    record = _record(folder, entry["record"], spot.at("record"))
    try:
        drawn_on = date.fromisoformat(entry["drawn_on"])
    except ValueError:
        spot.at("drawn_on").fault(_("'{text}' is no day of the calendar").format(text=entry["drawn_on"]))
        return None
    if record is None:
        return None
    points = {point.id: (point.district, point.type) for point in current_points(record)}
    given_up = frozenset(replacement.out for replacement in record.replaced)
    return Draw(record.mode, record.covert, drawn_on, points, given_up - points.keys())


def _record(folder: Path, written: str, spot: Spot) -> Record | None:
    path = folder / written
    if not path.resolve().is_relative_to(folder.resolve()):
        spot.fault(_("leads out of its folder; put the file itself there"))
        return None
    before, name = len(spot.log.faults), path.as_posix()
    document: Document = read_json(path, name, spot.log)
    if len(spot.log.faults) == before:
        check_document(document, name, "draw/record", spot.log)
    return record_from(document) if len(spot.log.faults) == before else None
