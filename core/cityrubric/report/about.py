"""What a workbook that people fill in says of itself: whose it is, and how to use it."""

from __future__ import annotations

from pathlib import Path

from cityrubric.assessment import CityRecord
from cityrubric.errors import CityrubricError, FaultLog
from cityrubric.language import translate as _
from cityrubric.report.books import Column, Sheet, check_nothing_is_lost, read_rows
from cityrubric.report.texts import BookText, Texts


def about_sheet(city: CityRecord, book: BookText, texts: Texts) -> Sheet:
    """Return the sheet that says whose workbook it is."""
    cover = texts.sheets["cover"]
    rows = ((texts.names["cover"]["city"], _name(city)), (book.title, book.note))
    return Sheet(cover.title, tuple(map(Column, cover.columns, (16.0, 100.0))), rows)


def check_workbook(path: Path, city: CityRecord, book: BookText, texts: Texts) -> None:
    """Refuse another city's workbook, and one that holds what would be lost if it is written anew.

    Raises:
        CityrubricError: if it is another city's.
        Faults: if it does not say whose it is; everything that would be lost.
    """
    log, cover = FaultLog(), texts.sheets["cover"]
    rows = read_rows(path, cover.title, [Column(title, 0) for title in cover.columns], log)
    log.check()
    names = [row[cover.columns[1]] for row in rows if row[cover.columns[0]] == texts.names["cover"]["city"]]
    if names != [_name(city)]:
        other = ", ".join(names) or _("an unknown city")
        message = _("{file} is the workbook of {other}, not of {city}")
        raise CityrubricError(message.format(file=path, other=other, city=city.name))
    check_nothing_is_lost(path, {cover.title, book.title}, log)
    log.check()


def _name(city: CityRecord) -> str:
    return f"{city.name} {city.id}"
