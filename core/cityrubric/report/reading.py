"""A rule set's folder `report/` -> its texts, and what plugins add: TOML for editors, every fault told at once."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import evolve

from cityrubric.documents import Document, read_document
from cityrubric.errors import CityrubricError, FaultLog, Spot, did_you_mean
from cityrubric.files import fault_of_name, leads_out
from cityrubric.language import translate as _
from cityrubric.paths import shipped
from cityrubric.pluginhost import Offers
from cityrubric.report.audience import Audience
from cityrubric.report.texts import (
    EVERYBODY,
    FINDING_WORDS,
    SCORE_WORDS,
    SUPPORTS,
    AnnexText,
    BlockText,
    BookText,
    DocumentText,
    SectionText,
    SentenceText,
    Texts,
    Wording,
)

WORDS_FILE = "words.toml"


def report_folder(version: str, own: Path | None = None) -> Path:
    """Return the folder of report texts: one's own, or that of a shipped rule set.

    Raises:
        CityrubricError: if there is none.
    """
    folder = own or _shipped_texts(version)
    if not has_texts(version, own) or not os.path.isfile(folder / WORDS_FILE):
        message = _(
            "rule set '{version}' has no report texts: there is no {file} in {folder}. Word, Excel, `choices` and "
            "`rectify` need them; pages and the formats for other programs do not. Name a folder of texts with "
            "--templates"
        )
        raise CityrubricError(message.format(version=version, folder=folder, file=WORDS_FILE))
    return folder


def has_texts(version: str, own: Path | None = None) -> bool:
    """Tell whether a rule set has report texts; texts of one's own that are not there are a mistake, not an answer."""
    named = not fault_of_name(version)  # a stored assessment says it, and may say anything
    return own is not None or (named and os.path.isfile(_shipped_texts(version) / WORDS_FILE))


def _shipped_texts(version: str) -> Path:
    return shipped("rulesets") / version / "report"


@functools.lru_cache(maxsize=4)
def read_texts(folder: Path) -> Texts:
    """Read report texts, once per run.

    Raises:
        Faults: everything that is wrong in them.
    """
    log = FaultLog()
    words = read_document(folder / WORDS_FILE, _shown(folder / WORDS_FILE), "report", log)
    log.check()
    assert words is not None
    documents = [_document(folder / name, log) for name in words["documents"]]
    log.check()
    return Texts(
        documents=tuple(one for one in documents if one),
        names={key: value for key, value in words.items() if key not in {"documents", "annexes", "sheets", "books"}},
        annexes=_annexes(words["annexes"]),
        sheets=_annexes(words["sheets"]),
        books={name: BookText(**one) for name, one in words["books"].items()},
    )


def with_sections(texts: Texts, offers: Offers) -> Texts:
    """Return texts with the sections of all plugins behind their documents' own.

    Raises:
        Faults: everything that is wrong in one of them; a document that is not there is wrong, too.
    """
    for plugin, path in offers.sections.items():
        log, name, known = FaultLog(), f"{plugin}/{path.name}", [one.name for one in texts.documents]
        for n, section in enumerate(_sections(path, plugin, offers)):
            where = section.document or known[0]
            if where not in known:
                says = _("the report texts have no document '{name}'").format(name=where) + did_you_mean(where, known)
                log.add(name, f"$.sections[{n}].document", says)
            documents = tuple(
                evolve(one, blocks=(*one.blocks, *section.blocks)) if one.name == where else one
                for one in texts.documents
            )
            texts = evolve(texts, documents=documents)
        log.check()
    return texts


@functools.lru_cache(maxsize=16)
def _sections(path: Path, plugin: str, offers: Offers) -> tuple[SectionText, ...]:
    log = FaultLog()
    document = read_document(path, f"{plugin}/{path.name}", "report/sections", log)
    log.check()
    assert document is not None
    spot = Spot(f"{plugin}/{path.name}", log)
    sections = [_section(entry, offers, spot.at("sections", n)) for n, entry in enumerate(document["sections"])]
    _check_ids((one.blocks[-1], spot.at("sections", n)) for n, one in enumerate(sections))
    log.check()
    return tuple(_of_plugin(one, plugin, offers) for one in sections)


def _section(entry: Document, offers: Offers, spot: Spot) -> SectionText:
    words = {"audiences": entry.get("audiences", [one.value for one in EVERYBODY])}
    heading = _block({"style": "h1", "heading": entry["title"], **words}, EVERYBODY, spot)
    body = _block({"style": "body", "sentences": entry["sentences"], **words}, EVERYBODY, spot)
    for n, sentence in enumerate(body.sentences):
        for key in sentence.keys:
            if key not in offers.catalogue:
                says = _("no such fact: '{key}'").format(key=key) + did_you_mean(key, offers.catalogue)
                spot.at("sentences", n).fault(says)
    return SectionText(entry.get("document", ""), (heading, body))


def _of_plugin(section: SectionText, plugin: str, offers: Offers) -> SectionText:
    """The section with the plugin's name on all of it, also in the ids of its sentences: so no two are the same."""
    blocks = (
        evolve(
            block,
            sentences=tuple(evolve(one, id=f"{plugin}:{one.id}") for one in block.sentences),
            plugin=plugin,
            province=plugin in offers.overlays,
        )
        for block in section.blocks
    )
    return evolve(section, blocks=tuple(blocks))


def _annexes(entries: Document) -> dict[str, AnnexText]:
    return {
        name: AnnexText(one["title"], tuple(one["columns"]), one.get("note", ""), one.get("continues", False))
        for name, one in entries.items()
    }


def _document(path: Path, log: FaultLog) -> DocumentText | None:
    name = _shown(path)
    document = read_document(path, name, "report/document", log)
    if document is None:
        return None
    spot = Spot(name, log)
    template = path.with_name(document["template"])
    if not os.path.isfile(template):
        spot.at("template").fault(_("no such file: {file}").format(file=template.name))
    elif leads_out(template):
        spot.at("template").fault(_("is a link that leads out of its folder; put the file itself there"))
    audiences = _audiences(document, EVERYBODY)
    blocks = tuple(_block(entry, audiences, spot.at("blocks", n)) for n, entry in enumerate(document["blocks"]))
    _check_ids((one, spot.at("blocks", n)) for n, one in enumerate(blocks))
    return DocumentText(
        name=path.stem,
        template=template,
        title=document["title"],
        addressee=document.get("addressee", ""),
        signed=document.get("signed", ""),
        audiences=audiences,
        annexes={Audience(one): tuple(names) for one, names in document.get("annexes", {}).items()},
        blocks=blocks,
    )


def _block(entry: Document, whom: tuple[Audience, ...], spot: Spot) -> BlockText:
    whom = _audiences(entry, whom)
    is_heading = entry["style"] in {"h1", "h2"}
    if is_heading != ("heading" in entry and "sentences" not in entry and "form" not in entry) and (
        is_heading or not ("sentences" in entry or "form" in entry)
    ):
        spot.fault(_("a heading has a heading only; a paragraph has sentences or a form"))
    if "form" in entry and (Wording(entry["form"]).blanks() or re.search(r"[0-9]", entry["form"])):
        spot.at("form").fault(_("a form states nothing: no blanks and no figures; make it a sentence"))
    return BlockText(
        style=entry["style"],
        heading=entry.get("heading", ""),
        form=entry.get("form", ""),
        numbered=entry.get("numbered", ""),
        audiences=whom,
        sentences=tuple(
            _sentence(one, whom, spot.at("sentences", n)) for n, one in enumerate(entry.get("sentences", ()))
        ),
    )


def _sentence(entry: Document, whom: tuple[Audience, ...], spot: Spot) -> SentenceText:
    sentence = SentenceText(
        id=entry["id"],
        says=Wording(entry["says"]),
        facts=tuple(entry.get("facts", ())),
        holds=tuple(entry.get("holds", ())),
        met=tuple(entry.get("met", ())),
        finding=entry.get("finding", ""),
        each=entry.get("each", ""),
        all=entry.get("all", ""),
        decision=entry.get("decision", ""),
        rests_on=tuple(entry.get("rests_on", ())),
        audiences=_audiences(entry, whom),
    )
    for says in _mistakes(sentence):
        spot.fault(says)
    return sentence


def _mistakes(sentence: SentenceText) -> Iterator[str]:
    """What would make a sentence say something without support, or to somebody who may not know it."""
    if not sentence.says.is_valid():
        yield _("a lonely '$'; blanks are written as ${name}")
    blanks = set(sentence.says.blanks())
    if not (sentence.keys or sentence.met or sentence.finding or sentence.each or sentence.all or sentence.rests_on):
        yield _("it rests on nothing: name facts, indicators, findings or rests_on")
    if blanks & FINDING_WORDS and not (sentence.finding or sentence.each or sentence.all):
        yield _("it speaks of a finding and names none")
    if blanks & SCORE_WORDS and Audience.PUBLIC in sentence.audiences:
        yield _("scores are not for the public: give it audiences")
    for support, words in SUPPORTS.items():
        if blanks & words and support not in sentence.rests_on:
            yield _("it states what rests on '{support}'; put that into rests_on").format(support=support)
    if "line" in blanks and "line.status" not in blanks:
        yield _("it states the pass line without its provenance: add ${line.status}")


def _check_ids(blocks: Iterable[tuple[BlockText, Spot]]) -> None:
    seen: set[str] = set()
    for block, spot in blocks:
        for n, sentence in enumerate(block.sentences):
            if sentence.id in seen:
                spot.at("sentences", n, "id").fault(_("'{id}' is used twice").format(id=sentence.id))
            seen.add(sentence.id)


def _audiences(entry: Document, whom: tuple[Audience, ...]) -> tuple[Audience, ...]:
    """Those who may see it, of those who see what it stands in."""
    return tuple(one for one in whom if one.value in entry.get("audiences", [one.value]))


def _shown(path: Path) -> str:
    return path.as_posix() if shipped("rulesets") not in path.parents else "/".join(path.parts[-4:])
