"""A city file's text, changed where its content changes; comments, order and everything else stay as they were."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomli
from attrs import evolve, frozen

from cityrubric.canonical import fingerprint
from cityrubric.documents import Document, parse_document
from cityrubric.errors import CityrubricError, FaultLog
from cityrubric.intake.blocks import SECTIONS, Block, blocks_of, comments_above, comments_within
from cityrubric.intake.toml import bare, quoted, table_lines
from cityrubric.language import translate as _

_SHORT_HASH = 16
_DIGITS = re.compile(r"(\d+)")


@frozen
class _Item:
    """One table of a section, or one entry of a list, with its blocks."""

    id: str
    content: Any
    blocks: tuple[Block, ...]


def edited(text: str, before: Document, after: Document, name: str) -> str:
    """Return the text of a city file that says something else.

    Args:
        text: as it is.
        before: what it says.
        after: what it is to say; it differs in the sections of `SECTIONS` only.
        name: how to call it in messages.

    Raises:
        CityrubricError: if what has to change is not written as a table of its own.
    """
    blocks, tail = blocks_of(text.replace("\r\n", "\n"))
    for section in SECTIONS:
        if before.get(section) != after.get(section):
            blocks = _changed(blocks, section, before.get(section), after.get(section))
    result = "".join(block.above + block.body for block in blocks) + tail
    if _said(parse_document(result, name, FaultLog()) or {}) != _said(after):
        says = _('{file}: what has to change is not written as a table of its own, such as [facts."…"]; rewrite it so')
        raise CityrubricError(says.format(file=name))
    return result.replace("\n", "\r\n") if "\r\n" in text else result


def _said(document: Document) -> Document:
    """What a file says, in whatever order its lists are."""
    return {name: dict(_contents(part)) if isinstance(part, list) else part for name, part in document.items()}


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return what texts are sorted by so that O2 comes before O10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(text))


def _changed(blocks: Sequence[Block], section: str, old: Any, new: Any) -> list[Block]:
    """Change one section; what goes leaves its comments, and a line by which it finds its place if it comes back."""
    wanted = dict(_contents(new))
    result: list[Block] = []
    items = _items(blocks, section, dict(_contents(old)))
    for item in items:
        if not item.id or item.content == wanted.get(item.id):
            result += item.blocks
        elif item.id in wanted:
            result += _redone(item, section, wanted[item.id])
        else:
            trace = f"# {section} {quoted(item.id)}\n"
            result.append(Block((section, item.id), item.blocks[0].above + _inner_comments(item), trace))
    there = {item.id for item in items}
    for id_ in sorted(wanted.keys() - there, key=natural):
        at = _place(result, section, id_)
        result[at:at] = [evolve(block, above="\n") for block in _rendered(section, id_, wanted[id_])]
    return result


def _items(blocks: Sequence[Block], section: str, contents: Mapping[str, Any]) -> list[_Item]:
    """All blocks in their order; those of the section by their table or entry, the others one by one without an id."""
    items: list[_Item] = []
    ids = iter(contents)
    for block in blocks:
        inside = block.path[:1] == (section,)
        if inside and len(block.path) == 1 and block.body.lstrip().startswith("[["):
            id_ = next(ids)
        elif inside and len(block.path) > 1 and not block.is_trace and block.path[1] not in contents and items:
            id_ = items[-1].id  # a table within an entry of a list
        else:
            id_ = block.path[1] if inside and len(block.path) > 1 else ""
        if id_ and items and items[-1].id == id_:
            items[-1] = evolve(items[-1], blocks=(*items[-1].blocks, block))
        else:
            items.append(_Item(id_, contents.get(id_), (block,)))
    return items


def _contents(section: Any) -> Iterator[tuple[str, Any]]:
    """Tables by their names, entries of a list by their ids, or by what follows from all they say."""
    if isinstance(section, dict):
        yield from section.items()
    for entry in section if isinstance(section, list) else ():
        yield entry.get("id") or fingerprint(entry)[:_SHORT_HASH], entry


def _redone(item: _Item, section: str, content: Any) -> tuple[Block, ...]:
    """The blocks of something that says something else now; its comments are gathered above it."""
    fresh = _rendered(section, item.id, content)
    above = item.blocks[0].above + _inner_comments(item)
    return (evolve(fresh[0], above=above), *(evolve(block, above="\n") for block in fresh[1:]))


def _inner_comments(item: _Item) -> str:
    """All comments but those above the first heading."""
    later = (comments_above(block.above) + comments_within(block.body) for block in item.blocks[1:])
    first = item.blocks[0]
    return ("" if first.is_trace else comments_within(first.body)) + "".join(later)


def _rendered(section: str, id_: str, content: Any) -> list[Block]:
    is_table = section in ("sources", "areas", "facts")
    path = (section, id_) if is_table else (section,)
    name = ".".join([section, bare(id_) if section != "facts" else quoted(id_)]) if is_table else section
    tables = content if isinstance(content, list) else [content]
    brackets = ("[", "]") if is_table and not isinstance(content, list) else ("[[", "]]")
    heading = f"{brackets[0]}{name}{brackets[1]}"
    return [Block(path, "", "\n".join([heading, *table_lines(table)]) + "\n") for table in tables]


def _place(blocks: Sequence[Block], section: str, id_: str) -> int:
    """After the last that comes before it: the same place in whatever order things are put in."""
    rank, place = SECTIONS.index(section), natural(id_)
    for at in range(len(blocks), 0, -1):
        path = blocks[at - 1].path
        if not path or path[0] not in SECTIONS[rank:]:
            return at
        if path[0] == section and natural(_id_of(blocks[at - 1])) < place:
            return at
    return 0


def _id_of(block: Block) -> str:
    if len(block.path) > 1:
        return block.path[1]
    return next(_contents(tomli.loads(block.body)[block.path[0]]), ("", None))[0]
