"""A city's files rewritten for another version: only ids change, every other byte stays."""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from cityrubric.documents import Document
from cityrubric.errors import CityrubricError, FaultLog, Spot
from cityrubric.folders import alone_in, check_unchanged, write_group
from cityrubric.intake.evidence import EVIDENCE_FILE
from cityrubric.intake.facts import FACT_FILE, build_city, read_city, read_documents, stamps_of_city
from cityrubric.intake.references import EXPERT, carried, references
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset
from cityrubric.versions.crosswalk import EQUAL, Crosswalk, Relation

_QUOTED = (r"""(["'])(""" + re.escape(EXPERT) + r")?", r"\1")
_IN_CELLS = (r"""(^|(?<=[,，;；、"\s]))()""", r"""(?=$|[,，;；、"\s])""")


@frozen
class Left:
    """An id that a city's files name and that cannot be carried over, with what the crosswalk says of it."""

    id: str
    relations: tuple[Relation, ...]


def migrate(folder: Path, old: Ruleset, new: Ruleset, crosswalk: Crosswalk, *, drafts: bool) -> tuple[Left, ...]:
    """Rewrite the ids of indicators in a city's files; if any cannot be carried over, nothing is changed.

    Args:
        folder: the city.
        old: the version its files are written for.
        new: the version they are to be written for.
        crosswalk: from the old to the new.
        drafts: whether to use relations that no person has confirmed.

    Returns:
        What cannot be carried over; if there is nothing, the files are written.

    Raises:
        Faults: if the files are faulty, as they are or as they would be.
        CityrubricError: if they cannot be rewritten exactly.
    """
    with alone_in(folder):
        return _migrated(folder, old, new, crosswalk, drafts=drafts)


def _migrated(folder: Path, old: Ruleset, new: Ruleset, crosswalk: Crosswalk, *, drafts: bool) -> tuple[Left, ...]:
    stamps = stamps_of_city(folder)
    read_city(folder, old)
    log = FaultLog()
    document = read_documents(folder, log)
    log.check()
    left = tuple(_left({*references(document)}, crosswalk, drafts=drafts))
    if left:
        return left
    texts = {name: text for name in (FACT_FILE, EVIDENCE_FILE) if (text := _text(folder / name))}
    changed = _rewritten(texts, folder.resolve().name, crosswalk.equal)
    with _copy(changed, folder.resolve().name) as copy:
        rewritten = read_documents(copy, log)
    log.check()
    if rewritten != carried(document, crosswalk.equal)[0]:
        raise CityrubricError(_("the ids in these files cannot be told from other texts; nothing is changed"))
    build_city(folder.resolve().name, rewritten, new, Spot((folder / FACT_FILE).as_posix(), log), folder)
    log.check()
    check_unchanged(stamps, stamps_of_city(folder))
    write_group(folder, {name: text for name, text in changed.items() if text != texts[name]})
    return ()


def _left(ids: set[str], crosswalk: Crosswalk, *, drafts: bool) -> Iterator[Left]:
    for id_ in sorted(ids):
        found = [one for one in crosswalk.relations if one.old == id_]
        equal = next((one for one in found if one.relation == EQUAL), None)
        if equal is None or not (equal.confirmed_by or drafts):
            yield Left(id_, tuple(found if equal is None else (equal,)))


def _rewritten(texts: Mapping[str, str], name: str, ids: Mapping[str, str]) -> dict[str, str]:
    """Every id that is one, under its new name; the same letters elsewhere, as in a note, stay."""

    def read(changed: Mapping[str, str]) -> Document:
        with _copy(changed, name) as copy:
            return read_documents(copy, FaultLog())

    marks = {file: _Marked(text, ids, _QUOTED if file == FACT_FILE else _IN_CELLS) for file, text in texts.items()}
    spoken = {*references(read({file: marked.text for file, marked in marks.items()}))}
    return {file: marked.settled(spoken, ids) for file, marked in marks.items()}


class _Marked:
    """A text in which everything that looks like an id is put under a mark of its own, to see which marks are ids."""

    def __init__(self, text: str, ids: Mapping[str, str], around: tuple[str, str]) -> None:
        self.key = f"m{secrets.token_hex(8)}"
        self.found: list[str] = []
        words = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
        pattern = re.compile(f"{around[0]}({words}){around[1]}", re.MULTILINE)
        self.text = pattern.sub(self._mark, text) if ids else text

    def _mark(self, match: re.Match[str]) -> str:
        self.found.append(match[3])
        start, whole = match.start(3) - match.start(), match[0]
        return whole[:start] + f"{self.key}.{len(self.found) - 1}." + whole[start + len(match[3]) :]

    def settled(self, spoken: set[str], ids: Mapping[str, str]) -> str:
        """Return the text with new ids where marks were spoken of as ids, and what stood there elsewhere."""

        def settle(match: re.Match[str]) -> str:
            id_ = self.found[int(match[1])]
            return ids[id_] if match[0] in spoken else id_

        return re.sub(rf"{self.key}\.(\d+)\.", settle, self.text)


@contextmanager
def _copy(texts: Mapping[str, str], name: str) -> Iterator[Path]:
    """Yield a folder of the city's name that holds these files, for as long as they are looked at."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held) / name
        folder.mkdir()
        for file, text in texts.items():
            (folder / file).write_bytes(text.encode())
        yield folder


def _text(file: Path) -> str:
    """A file as it is, byte for byte; nothing if it is not there."""
    if not file.is_file():
        return ""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        says = _("{file}: save it as UTF-8 first, so that nothing but ids changes")
        raise CityrubricError(says.format(file=file)) from error
