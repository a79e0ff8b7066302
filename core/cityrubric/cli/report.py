"""`cityrubric report`: stored assessments in, documents out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.cli.saying import FAULTY, say, screen
from cityrubric.errors import CityrubricError, Faults
from cityrubric.files import check_apart
from cityrubric.language import translate as _
from cityrubric.report.choices import stale_choices
from cityrubric.report.choosing import read_choices
from cityrubric.report.editions import Order, edition_of, texts_of
from cityrubric.report.formats import (
    all_sentences,
    shows_photos,
    standing_beside,
    summarises,
    write_documents,
    write_summary,
)
from cityrubric.report.masking import view_for
from cityrubric.report.photos import named_photos
from cityrubric.report.rows import Row, row_of
from cityrubric.telling.stored import FILE_NAME, read_assessment

MOST_BESIDE = 200
_NAMES_SHOWN = 20
FEW = 3
"""Of so many cities every file is named that was written; of more, the folder."""


def report(
    files: Sequence[Path], order: Order, out: Path, chosen: Path | None = None, cities: Sequence[Path] = ()
) -> int:
    """Make the documents of cities, and what tells of all of them, and return the exit code.

    The files are read one after the other, so that a hundred need no more memory than one; they are read twice where
    each city stands beside the others. A faulty file costs no other city.

    Args:
        files: stored assessments.
        order: which documents are asked for.
        out: where they are written.
        chosen: the workbook of chosen sentences, of one city.
        cities: folders of cities, called as the cities are, where photos are taken from.

    Raises:
        CityrubricError: if two are of one city: their documents would overwrite each other; if a choice cannot be
            followed in a final document; if there is a folder that no city is called after.
    """
    folders = {city.resolve().name: city for city in cities}
    if chosen is not None:
        order = _with_choices(files, order, chosen)
    faulty: dict[Path, str] = {}
    rows = _rows(files, order, folders, faulty) if len(files) > 1 or folders else ()
    if rows and standing_beside(order):
        order = evolve(order, edition=evolve(order.edition, beside=_beside(rows)))
    written = _write_each(files, order, out, folders, faulty)
    if len(files) > 1 and summarises(order):
        written += write_summary(rows, order, out)
    if len(files) > FEW:
        say(_("{n} files written to {folder}").format(n=len(written), folder=out))
    else:
        for path in written:
            say(_("written: {file}").format(file=path))
    for why in faulty.values():
        say(why)
    return FAULTY if faulty else 0


def _rows(files: Sequence[Path], order: Order, folders: Mapping[str, Path], faulty: dict[Path, str]) -> tuple[Row, ...]:
    """A row of each city, and a check that no two are one and that every folder is of one of them."""
    rows = tuple(row_of(view_for(one, order.edition.audience)) for one in _read(files, faulty, _("reading")))
    check_apart(row.id for row in rows)
    unknown = folders.keys() - {row.id for row in rows}
    if unknown and not faulty:
        raise CityrubricError(_("--city: no city is called {names}").format(names=", ".join(sorted(unknown))))
    return rows


def _write_each(
    files: Sequence[Path], order: Order, out: Path, folders: Mapping[str, Path], faulty: dict[Path, str]
) -> list[Path]:
    """Write the documents of each city, and say whose photos are not in them for want of a folder."""
    written: list[Path] = []
    without: list[str] = []
    for one in _read(files, faulty, _("writing")):
        folder = folders.get(one.city.id)
        written += write_documents(one, order, out, folder)
        if folder is None and shows_photos(order) and named_photos(one):
            without.append(one.city.name)
    if without:
        names = ", ".join(without[:_NAMES_SHOWN]) + (" …" if len(without) > _NAMES_SHOWN else "")
        say(_("photos are named and not shown: {cities}; name their folders with --city").format(cities=names))
    return written


def _with_choices(files: Sequence[Path], order: Order, chosen: Path) -> Order:
    """Return the order with what people have chosen for the one city; what is not followed is told."""
    if len(files) != 1:
        raise CityrubricError(_("--choices belongs to one city: name one assessment"))
    assessment = read_assessment(files[0])
    edition = edition_of(order, assessment.ruleset.version)
    texts = texts_of(assessment.ruleset.version, edition)
    choices, _generated = read_choices(chosen, texts, assessment.city)
    edition = evolve(edition, choices=choices)
    stale = stale_choices(all_sentences(assessment, edition), choices, assessment)
    if stale:
        told = _("not followed, because what they rest on has changed: {ids}; renew the workbook with `choices`")
        says = told.format(ids=", ".join(stale))
        if edition.stage == "final":
            raise CityrubricError(says)
        say(says)
    return evolve(order, edition=edition)


def tell_of_all(cities: Sequence[Path], order: Order, out: Path) -> None:
    """Write what shows cities that were assessed just now beside each other, if there are several.

    Their results stand in `out`, and so do their documents, made when nothing was known of the others yet.
    """
    apart = standing_beside(order)
    if len(cities) < 2 or not (apart or summarises(order)):
        return
    faulty: dict[Path, str] = {}
    folders = {city.resolve().name: city for city in cities}
    files = [out / name / FILE_NAME for name in folders]
    rows = tuple(row_of(view_for(one, order.edition.audience)) for one in _read(files, faulty, _("reading")))
    if apart and (beside := _beside(rows)):
        apart = evolve(apart, edition=evolve(apart.edition, beside=beside))
        for one in _read(files, faulty, _("writing")):
            write_documents(one, apart, out, folders[one.city.id])
    for why in faulty.values():
        say(why)
    for path in write_summary(rows, order, out) if summarises(order) else ():
        say(_("written: {file}").format(file=path))


def _beside(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The cities that each page has room for; with more of them, pages stand alone."""
    if len(rows) <= MOST_BESIDE:
        return rows
    say(_("{n} cities are too many to stand in each page beside it; the overview compares them").format(n=len(rows)))
    return ()


def _read(files: Sequence[Path], faulty: dict[Path, str], doing: str) -> Iterator[Assessment]:
    """Read one assessment after the other; a bar on stderr shows how far it is. What is faulty is noted."""
    from rich.progress import track  # heavy

    console = screen(stderr=True)
    shown = console.is_terminal and len(files) > 1
    sound = [file for file in files if file not in faulty]
    for file in track(sound, doing, console=console, transient=True, disable=not shown):
        try:
            yield read_assessment(file)
        except Faults as error:
            faulty[file] = str(error)
