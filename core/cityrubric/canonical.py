"""One text for one meaning: the form in which documents are hashed and stored."""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from operator import attrgetter, getitem
from pathlib import Path
from typing import Any

from attrs import NOTHING, Attribute, fields_dict, frozen

from cityrubric.remembered import Remembered


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a parsed document, whatever its file name, key order, comments and ways to write a number.

    Args:
        value: made of dicts with text keys, lists, text, numbers, truths and None; a record counts as the dict of its
            fields, without those marked `later` that are as by default.
    """
    return hashlib.sha256(_text(value).encode()).hexdigest()


def fingerprint_folder(folder: Path, endings: tuple[str, ...], without: Sequence[str] = ()) -> str:
    """Return one hash of the text files below a folder: independent of where it stands and of line ends.

    Args:
        folder: what is hashed.
        endings: of the files that count.
        without: files and folders right in it that do not count.
    """
    named = {p: p.relative_to(folder).parts[0] for p in folder.rglob("*") if p.suffix in endings and p.is_file()}
    files = sorted(p for p, first in named.items() if first not in without)
    texts = {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8").replace("\r\n", "\n") for p in files}
    return fingerprint(texts)


def _text(value: Any) -> str:
    """Compact JSON with sorted keys."""
    kind: Any = type(value)
    if kind is str:
        return _QUOTED[value]
    if kind is float or kind is int:
        return _NUMBERS[value]
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{','.join([_text(item) for item in value])}]"
    if isinstance(value, dict):
        plain = all(map(str.isascii, value))
        items = value if plain else {unicodedata.normalize("NFC", key): item for key, item in value.items()}
        return f"{{{','.join([f'{_QUOTED[key]}:{_text(items[key])}' for key in sorted(items)])}}}"
    take, columns = _columns(kind)
    return f"{{{''.join(map(getitem, columns, take(value)))[1:]}}}"


@functools.cache
def _columns(kind: type) -> tuple[attrgetter[Any], list[Any]]:
    """Of records of this kind: what takes out their entries in order, and for each its text by its value."""
    entries = sorted(fields_dict(kind).items())
    columns = [
        Remembered(_entry(name, entry)) if kind.__annotations__[name] in _ALIKE else _Each(_entry(name, entry))
        for name, entry in entries
    ]
    return attrgetter(*[name for name, _entry in entries]), columns


def _entry(name: str, entry: Attribute[Any]) -> Callable[[Any], str]:
    title = f",{_quoted(name)}:"
    left_out = entry.default if "later" in entry.metadata else NOTHING
    return lambda value: "" if left_out is not NOTHING and value == left_out else title + _text(value)


@frozen
class _Each:
    """Texts of values that may be equal and yet have others, or that cannot be looked up."""

    write: Callable[[Any], str]

    def __getitem__(self, value: Any) -> str:
        return self.write(value)


def _quoted(text: str) -> str:
    return encode_basestring(unicodedata.normalize("NFC", text))


def decimal_text(number: float) -> str:
    """Return a finite number as its decimals, all of them: 82.5 is 82.50, 4 is 4.0 and 1e3 is 1000."""
    text = format(Decimal(repr(number)) + 0, "f")  # + 0 makes of -0 what it means
    return text.rstrip("0").rstrip(".") if "." in text else text


_QUOTED = Remembered(_quoted)
_NUMBERS = Remembered(lambda number: f'{{"number":{_quoted(decimal_text(number))}}}')
_ALIKE = frozenset({"str", "str | None", "tuple[str, ...]", "int", "float", "End", "Basis", "Basis | None"})
"""Types of which equal values have one text; a truth would pass for 0 or 1."""
