"""The workbook in which people choose sentences, written anew after each assessment with what they have chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import evolve, frozen

from cityrubric.assessment import Assessment, CityRecord
from cityrubric.errors import FaultLog
from cityrubric.language import translate as _
from cityrubric.report.about import about_sheet, check_workbook
from cityrubric.report.books import Column, Sheet, read_rows, row_place, write_book
from cityrubric.report.choices import Choice, Choices
from cityrubric.report.sentences import Sentence, fingerprint_of
from cityrubric.report.texts import BookText, Texts

OWN = ("take", "order", "says", "by", "mark")
"""What people fill in; `mark` they may only empty, which confirms a choice anew."""
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ORDER = ("id", "document", "generated", "take", "order", "says", "by", "because", "mark", "state")
_WIDTHS = {"id": 30, "generated": 60, "says": 60, "because": 40, "mark": 15}
_COLOURS = {"new": "DDE6F0", "changed": "F8C9C4", "gone": "E3E3E3"}


@frozen
class Offered:
    """A row of the workbook.

    Attributes:
        state: new, valid, changed or gone.
        generated: the sentence as the rule set's texts make it; the last one of a sentence that is gone.
    """

    choice: Choice
    state: str
    generated: str
    because: tuple[str, ...] = ()


def offer(
    sentences: Iterable[Sentence], before: Choices, generated: Mapping[str, str], assessment: Assessment
) -> tuple[Offered, ...]:
    """Return the rows of the workbook after one more assessment.

    Args:
        sentences: all that may be said now; a conclusion and its line are nobody's choice.
        before: what people have chosen.
        generated: the sentences that stood beside their choices.
        assessment: what the sentences rest on.
    """
    rows, now = [], {one.id: one for one in sentences if not one.fixed}
    for one in now.values():
        mark = fingerprint_of(one, assessment)
        choice = before.get(one.id)
        if choice is None:
            rows.append(Offered(Choice(one.id, mark=mark), "new", one.says, one.because))
        else:
            confirmed = choice if choice.mark and choice.decides else evolve(choice, mark=mark)
            state = "valid" if confirmed.mark == mark else "changed"
            rows.append(Offered(confirmed, state, one.says, one.because))
    gone = [choice for id_, choice in before.items() if id_ not in now]
    return (*rows, *(Offered(choice, "gone", generated.get(choice.id, "")) for choice in gone))


def write_choices(rows: Iterable[Offered], texts: Texts, city: CityRecord) -> bytes:
    """Return the workbook."""
    book = texts.books["choices"]
    table = tuple(_row(one, book) for one in rows)
    return write_book(
        [Sheet(book.title, _columns(book), table), about_sheet(city, book, texts)], f"{city.name}  {book.title}"
    )


def _row(one: Offered, book: BookText) -> tuple[str, ...]:
    choice = one.choice
    return (
        choice.id,
        choice.id.partition("/")[0],
        one.generated,
        book.values["take" if choice.take else "leave"],
        "" if choice.order is None else f"{choice.order:g}",
        choice.says,
        choice.by,
        "\n".join(one.because),
        choice.mark,
        book.values[one.state],
    )


def _columns(book: BookText) -> tuple[Column, ...]:
    takes = (book.values["take"], book.values["leave"])
    colours = {book.values[state]: colour for state, colour in _COLOURS.items()}
    return tuple(
        Column(
            book.columns[name],
            _WIDTHS.get(name, 10),
            takes if name == "take" else (),
            own=name in OWN,
            colours=colours if name == "state" else {},
        )
        for name in _ORDER
    )


def read_choices(path: Path, texts: Texts, city: CityRecord) -> tuple[dict[str, Choice], dict[str, str]]:
    """Read what people have chosen, and the sentences that stood beside.

    Raises:
        CityrubricError: if it is another city's workbook.
        Faults: every cell that cannot be understood, and every decision that nobody signs for.
    """
    book, log = texts.books["choices"], FaultLog()
    check_workbook(path, city, book, texts)
    choices: dict[str, Choice] = {}
    generated: dict[str, str] = {}
    for entry in read_rows(path, book.title, _columns(book), log):
        said = {name: entry[title] for name, title in book.columns.items()}
        for column, says in _mistakes(said, choices, texts):
            log.add(path.as_posix(), row_place(book.title, entry, book.columns[column]), says)
        order = float(said["order"]) if _is_number(said["order"]) else None
        take = said["take"] != book.values["leave"]
        choices[said["id"]] = Choice(said["id"], take, order, said["says"], said["by"], said["mark"])
        generated[said["id"]] = said["generated"]
    log.check()
    return choices, generated


def _mistakes(said: Mapping[str, str], before: Choices, texts: Texts) -> Iterator[tuple[str, str]]:
    """What is wrong in a row: column and reason. Other words may leave figures out, never bring new ones in."""
    if not said["id"]:
        yield "id", _("must not be empty")
    if said["id"] in before:
        yield "id", _("stands there twice")
    if said["order"] and not _is_number(said["order"]):
        yield "order", _("'{text}' is no number").format(text=said["order"])
    left_out = said["take"] == texts.books["choices"].values["leave"]
    if (left_out or said["says"] or said["order"]) and not said["by"]:
        yield "by", _("who has decided this? Fill in a name")
    new = [figure for figure in _FIGURE.findall(said["says"]) if figure not in _FIGURE.findall(said["generated"])]
    if new:
        message = _("figures that the sentence does not have: {figures}; they rest on nothing")
        yield "says", message.format(figures=", ".join(new))
    notes = (texts.names["words"][name] for name in ("reconstructed", "self", "department"))
    lost = [note for note in notes if said["says"] and note in said["generated"] and note not in said["says"]]
    if lost:
        yield "says", _("must keep what it notes: {notes}").format(notes=", ".join(lost))


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdecimal() and text.isascii()
