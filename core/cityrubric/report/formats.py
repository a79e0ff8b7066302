"""The formats in which an assessment is handed out: name -> what makes the files."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import NOTHING, Attribute, asdict, evolve

from cityrubric.assessment import Assessment
from cityrubric.errors import CityrubricError, PluginError, did_you_mean
from cityrubric.files import write_whole
from cityrubric.language import translate as _
from cityrubric.pluginhost import load_plugins
from cityrubric.pluginsources import speaking_aside
from cityrubric.project import Project
from cityrubric.report.audience import Audience, View
from cityrubric.report.composing import compose
from cityrubric.report.editions import Edition, Format, Order, edition_of, texts_of
from cityrubric.report.finishing import finish
from cityrubric.report.masking import view_for
from cityrubric.report.photos import Photo, take_photos
from cityrubric.report.reading import has_texts
from cityrubric.report.rows import Row
from cityrubric.report.sentences import Sentence


def _word(view: View, edition: Edition) -> Mapping[str, bytes]:
    from cityrubric.report.word import word_files

    return word_files(view, texts_of(view.ruleset.version, edition))


def _excel(view: View, edition: Edition) -> Mapping[str, bytes]:
    from cityrubric.report.excel import tables_file

    return tables_file(view, texts_of(view.ruleset.version, edition), edition.issued)


def _json(view: View, edition: Edition) -> Mapping[str, bytes]:
    """What the audience may see, as data; the complete record is `assessment.json`."""
    data = {"verifiable": view.verifiable, "stage": edition.stage, **asdict(view, filter=_shown)}
    return {"view.json": (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()}


def _shown(attribute: Attribute[Any], value: Any) -> bool:
    return attribute.name not in {"whole", "jpeg", "small"} and (
        attribute.default is NOTHING or value != attribute.default
    )


def _html(view: View, edition: Edition) -> Mapping[str, bytes]:
    from cityrubric.report.page.page import page

    return page(view, edition)


def _overview(rows: Sequence[Row], edition: Edition) -> Mapping[str, bytes]:
    from cityrubric.report.page.overview import overview

    return overview(rows, edition)


def _sarif(view: View, _edition: Edition) -> Mapping[str, bytes]:
    from cityrubric.report.exchange.sarif import as_sarif

    return as_sarif(view)


def _oscal(view: View, edition: Edition) -> Mapping[str, bytes]:
    from cityrubric.report.exchange.oscal import as_oscal

    return as_oscal(view, edition.issued)


def _csv(view: View, _edition: Edition) -> Mapping[str, bytes]:
    from cityrubric.report.exchange.tables import as_csv

    return as_csv(view)


def _parquet(view: View, _edition: Edition) -> Mapping[str, bytes]:
    from cityrubric.report.exchange.tables import as_parquet

    return as_parquet(view)


FORMATS: tuple[Format, ...] = (
    Format("word", _word, texts=True, photos=True),
    Format("excel", _excel, texts=True),
    Format("json", _json),
    Format("html", _html, _overview, beside=True, photos=True),
    Format("sarif", _sarif),
    Format("oscal", _oscal),
    Format("csv", _csv, public=False),
    Format("parquet", _parquet, public=False),
)


def further_formats(project: Project) -> tuple[Format, ...]:
    """Return the formats that plugins offer beside the shipped ones.

    Raises:
        PluginError: if one has the name of a shipped one.
    """
    offered = load_plugins(*project.plugin_folders, without=project.without).exporters
    for name in offered.keys() & {one.name for one in FORMATS}:
        raise PluginError(_("a plugin offers the format '{name}', which ships already").format(name=name))
    return tuple(offered.values())


def choose_formats(
    names: Iterable[str], further: Sequence[Format] = (), audience: Audience | None = None
) -> tuple[Format, ...]:
    """Return formats by name.

    Args:
        names: what is asked for.
        further: formats beside the shipped ones.
        audience: whom they are for, where that is to be checked.

    Raises:
        CityrubricError: if there is none of a name, or nothing in it that its audience may see.
    """
    known = {one.name: one for one in (*FORMATS, *further)}
    chosen = []
    for name in dict.fromkeys(names):
        if name not in known:
            message = _("no format '{name}' (there are: {known})").format(name=name, known=", ".join(sorted(known)))
            raise CityrubricError(message + did_you_mean(name, known))
        if audience is Audience.PUBLIC and not known[name].public:
            message = _("{name} has nothing but single items, which are not published; choose another --audience")
            raise CityrubricError(message.format(name=name))
        chosen.append(known[name])
    return tuple(chosen)


def render(assessment: Assessment, order: Order, folder: Path | None = None) -> dict[str, bytes]:
    """Return the files of one city; each is made from nothing but what its audience may see.

    Args:
        assessment: the complete record.
        order: which documents are asked for.
        folder: of the city, where photos are taken from; None where it is not at hand, which documents say.
    """
    edition = edition_of(order, assessment.ruleset.version)
    chosen = choose_formats(order.formats, further_formats(order.project))
    view = prepare(assessment, edition, take_photos(assessment, folder) if shows_photos(order) else ())
    if edition.audience is not Audience.INTERNAL:
        edition = evolve(edition, beside=())
    files: dict[str, bytes] = {}
    for one in chosen:
        made = _made(one, view, edition)
        for name in made.keys() & files.keys():
            raise PluginError(_("two formats write {name}: choose one of them").format(name=name))
        files |= made
    return files


def _made(one: Format, view: View, edition: Edition) -> Mapping[str, bytes]:
    if one in FORMATS:
        return one.render(view, edition)
    try:
        with speaking_aside():
            return one.render(view, edition)
    except Exception as error:  # whatever a plugin raises
        why = f"{type(error).__name__}: {error}"
        raise PluginError(_("format '{name}' cannot be written: {why}").format(name=one.name, why=why)) from error


def prepare(assessment: Assessment, edition: Edition, photos: tuple[Photo, ...] = ()) -> View:
    """Return what an audience may see, with all that the rule set's documents say to it, if it has report texts.

    Raises:
        Faults: everything that is wrong in these texts.
    """
    if not has_texts(assessment.ruleset.version, edition.templates):
        return _seen(assessment, edition, photos)
    texts = texts_of(assessment.ruleset.version, edition)
    view = _seen(assessment, edition, photos, texts.disclosed())
    documents = finish(assessment, view, texts, edition.choices, edition.stage, edition.issued)
    return evolve(view, documents=documents)


def _seen(assessment: Assessment, edition: Edition, photos: tuple[Photo, ...], disclosed: Collection[str] = ()) -> View:
    """What an audience may see; plugins that were left out when it was assessed, or are now, are told."""
    view = view_for(assessment, edition.audience, disclosed, photos)
    now = edition.offers.left_out if edition.offers else ()
    return evolve(view, left_out=tuple(sorted({*view.left_out, *now})))


def all_sentences(assessment: Assessment, edition: Edition) -> tuple[Sentence, ...]:
    """Return all that documents may say to any audience, each sentence once."""
    texts = texts_of(assessment.ruleset.version, edition)
    found: dict[str, Sentence] = {}
    for audience in reversed(Audience):
        composed = compose(assessment, view_for(assessment, audience, texts.disclosed()), texts)
        for sentence in (one for made in composed.values() for paragraph in made for one in paragraph.sentences):
            found.setdefault(sentence.id, sentence)
    return tuple(found.values())


def write_documents(assessment: Assessment, order: Order, out: Path, city: Path | None = None) -> list[Path]:
    """Write the documents of one city to `out/<city>/<audience>/`, and return the files: one folder to hand on.

    Args:
        assessment: the complete record.
        order: which documents are asked for.
        out: where the folder is made.
        city: the city's folder, where photos are taken from; None where it is not at hand.
    """
    folder = out / assessment.city.id / order.edition.audience.value
    files = {folder / name: content for name, content in render(assessment, order, city).items()}
    for path, content in files.items():
        write_whole(path, content)
    return list(files)


def standing_beside(order: Order) -> Order | None:
    """Return the order for nothing but what shows a city beside others; None if there is no such thing in it.

    Only the office sees one city beside others.
    """
    chosen = choose_formats(order.formats, further_formats(order.project))
    names = tuple(one.name for one in chosen if one.beside)
    return evolve(order, formats=names) if names and order.edition.audience is Audience.INTERNAL else None


def check_texts(order: Order, version: str) -> None:
    """Make sure, before cities are assessed, that there are the report texts that documents are made with.

    Raises:
        CityrubricError: if there are none.
        Faults: everything that is wrong in them.
    """
    chosen = choose_formats(order.formats, further_formats(order.project))
    edition = edition_of(order, version)
    if any(one.texts for one in chosen) or has_texts(version, edition.templates):
        texts_of(version, edition)


def shows_photos(order: Order) -> bool:
    """Tell whether anything that is asked for shows photos to its audience."""
    chosen = choose_formats(order.formats, further_formats(order.project))
    return order.edition.audience is not Audience.PUBLIC and any(one.photos for one in chosen)


def summarises(order: Order) -> bool:
    """Tell whether anything is written about all cities of a run; the city itself is told of no other."""
    chosen = choose_formats(order.formats, further_formats(order.project))
    return order.edition.audience is not Audience.CITY and any(one.summarise for one in chosen)


def write_summary(rows: Sequence[Row], order: Order, out: Path) -> list[Path]:
    """Write what tells of all cities of a run to `out/<audience>/`, beside their folders, and return the files."""
    folder = out / order.edition.audience.value
    files: dict[Path, bytes] = {}
    for one in choose_formats(order.formats, further_formats(order.project)):
        if one.summarise is not None:
            files |= {folder / name: content for name, content in one.summarise(rows, order.edition).items()}
    for path, content in files.items():
        write_whole(path, content)
    return list(files)
