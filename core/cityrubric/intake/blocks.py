"""A city file's text as blocks: a heading with what stands below it, and the comments above it.

An editing library such as tomlkit gives the comments above a heading to the table before it, and so loses or misplaces
the headings of chapters; and reading a large city with it takes longer than all the rest of an import.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import tomli
from attrs import evolve, frozen

SECTIONS = (
    "sources",
    "areas",
    "facts",
    "observations",
    "interviews",
    "surveys",
    "clearances",
    "requests",
    "deliberations",
    "appeals",
    "declared",
)
"""In the order in which new ones are put into a file."""

_HEADING = re.compile(r"[ \t]*\[")
_IDLE = re.compile(r"[ \t]*(#.*)?\n?")
_TRACE = re.compile(rf'^# ({"|".join(SECTIONS)}) (".*")\n', re.MULTILINE)


@frozen
class Block:
    """One heading with what belongs to it; or the trace of one that was taken back.

    Attributes:
        path: the heading's keys; empty for what stands before the first heading.
        above: blank lines and comments above the heading.
        body: the heading and its lines.
    """

    path: tuple[str, ...]
    above: str
    body: str

    @property
    def is_trace(self) -> bool:
        """Whether only a comment is left."""
        return self.body.startswith("#")


def blocks_of(text: str) -> tuple[list[Block], str]:
    """Return the blocks of a text, and the comments after the last of them."""
    return _with_traces(*_split(text))


def _split(text: str) -> tuple[list[Block], str]:
    blocks: list[Block] = []
    above, body = "", ""
    for line in text.splitlines(keepends=True):
        if _HEADING.match(line) and _is_whole(body):
            kept, below = _trailing(body)
            blocks.append(Block(_path(kept), above, kept))
            above, body = below, line
        else:
            body += line
    kept, tail = _trailing(body if body.endswith("\n") else body + "\n")
    return [*blocks, Block(_path(kept), above, kept)], tail


def _with_traces(blocks: Sequence[Block], tail: str) -> tuple[list[Block], str]:
    """Traces among the comments are blocks, so that what comes later stands before or after them as it should."""
    result: list[Block] = []
    for block in blocks:
        traces, above = _traces(block.above)
        result += [*traces, evolve(block, above=above)]
    traces, rest = _traces(tail)
    return [*result, *traces], rest


def _traces(comments: str) -> tuple[list[Block], str]:
    found, start = [], 0
    for match in _TRACE.finditer(comments):
        found.append(Block((match[1], json.loads(match[2])), comments[start : match.start()], match[0]))
        start = match.end()
    return found, comments[start:]


def _is_whole(body: str) -> bool:
    """Whether a text ends outside of any list or text that goes over several lines."""
    try:
        tomli.loads(body)
    except tomli.TOMLDecodeError:
        return False
    return True


def _path(body: str) -> tuple[str, ...]:
    path: list[str] = []
    first = body.partition("\n")[0]
    level: Any = tomli.loads(first) if _HEADING.match(first) else {}
    while isinstance(level, dict) and level:
        path.append(next(iter(level)))
        level = level[path[-1]]
    return tuple(path)


def _trailing(body: str) -> tuple[str, str]:
    """Split blank lines and comments off the end."""
    lines = body.splitlines(keepends=True)
    end = len(lines)
    while end and _IDLE.fullmatch(lines[end - 1]):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def comments_within(body: str) -> str:
    """Return the comments within the body of a block, as lines."""
    return "".join(f"{found}\n" for line in body.splitlines() if (found := _comment(line)))


def _comment(line: str) -> str:
    """What follows the first # that stands in no text."""
    at = line.find("#")
    while at >= 0 and not _is_whole(line[:at]):
        at = line.find("#", at + 1)
    return line[at:] if at >= 0 else ""


def comments_above(above: str) -> str:
    """Return the comments above a heading, without blank lines."""
    return "".join(line for line in above.splitlines(keepends=True) if line.strip())
