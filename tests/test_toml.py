"""Two parsers read TOML, one quickly and one for its words: whatever both can be given, they must read the same.

But for the order of keys, which says nothing, where the heading of a table stands after those of its parts.
"""

import random
from pathlib import Path
from typing import Any

import pytest
import rtoml
import tomli

from cityrubric.documents import parse_document
from cityrubric.errors import FaultLog
from mutating import mutate_text

TOP = Path(__file__).parent.parent
FILES = sorted(path for name in ("cities", "rulesets", "plugins", "tests") for path in (TOP / name).rglob("*.toml"))
MUTATIONS = 40
"""Of each file."""

CASES = (
    *("a = 1e400", "a = nan", "a = -0.0", "a = -0", "a = 9223372036854775808", "a = 0x1F", "a = 1_000", "a = 01"),
    *("a = 1979-05-27T07:32:00Z", "a = 1979-05-27T07:32:00.1234567891-07:00", "a = 07:32:00.5", "a = 2021-02-30"),
    *('a = "\\uD800"', 'a = "\\u00e9"', 'a = "\\z"', 'a = "\t"', 'a = "\x7f"', "a = 'x\x01'", "a = 1\rb = 2"),
    *('a = """\n\\\n  b"""', "a = {b = 1, b = 2}", "a = 1\na = 2", "[a]\n[a]", "a.b = 1\n[a]\nc = 2", "[[a]]\n[a]"),
    *("a = [1, 'x', {}]", "a = [1,]", "a = [1,,2]", "a = {}\n[a.b]", "é = 1", "'é' = 1", "a = 1 b = 2", "", "# \x00"),
    *("a = " + "[" * 100_000, "a = " + "{b = " * 100_000, ".".join("a" * 50_000) + " = 1"),
)


def said(parse: Any, text: str) -> str | None:
    """What a document says, as text: 1 is not 1.0; None where it is refused."""
    try:
        return repr(shown(parse(text)))
    except (ValueError, RecursionError):
        return None


def shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shown(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [shown(entry) for entry in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def check_same(text: str) -> None:
    quick = said(rtoml.loads, text)
    assert quick is None or quick == said(tomli.loads, text), text


@pytest.mark.parametrize("text", CASES, ids=range(len(CASES)))
def test_odd_documents_are_read_the_same(text: str) -> None:
    check_same(text)


def test_files_whole_and_broken_are_read_the_same() -> None:
    chance = random.Random(20211231)
    for path in FILES:
        content = path.read_bytes()
        for changed in (content, *(mutate_text(content, chance) for _time in range(MUTATIONS))):
            text = changed.decode("utf-8-sig", "replace").replace("\r\n", "\n")
            check_same(text)


def test_a_mark_within_the_file_is_no_space() -> None:
    log = FaultLog()
    assert parse_document("\ufeffa = 1", "x.toml", log) is None
    assert log.faults
