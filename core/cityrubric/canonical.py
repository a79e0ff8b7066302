"""One text for one meaning: the form in which documents are hashed and stored."""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from attrs import NOTHING, fields_dict


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a parsed document, whatever its file name, key order, comments and ways to write a number.

    Args:
        value: made of dicts with text keys, lists, text, numbers, truths and None; a record counts as the dict of its
            fields, without those marked `later` that are as by default.
    """
    return hashlib.sha256(_text(value, {}).encode()).hexdigest()


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


def _text(value: Any, known: dict[str | float, str]) -> str:
    """Compact JSON with sorted keys; `known` are the texts of what came up before, since most of it comes up again."""
    kind: Any = type(value)
    if kind is str or kind is float or kind is int:
        if value not in known:
            known[value] = _quoted(value) if kind is str else f'{{"number":{_quoted(_decimal_text(value))}}}'
        return known[value]
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{','.join([_text(item, known) for item in value])}]"
    if isinstance(value, dict):
        items = {unicodedata.normalize("NFC", key): item for key, item in value.items()}
        return f"{{{','.join([f'{_quoted(key)}:{_text(items[key], known)}' for key in sorted(items)])}}}"
    entries = []
    for title, name, default in _names(kind):
        entry = getattr(value, name)
        if entry == default:
            continue
        told = known.get(entry) if type(entry) is str else None
        entries.append(title + (_text(entry, known) if told is None else told))
    return f"{{{','.join(entries)}}}"


@functools.cache
def _names(kind: type) -> list[tuple[str, str, Any]]:
    """The fields of records of this kind in order: as written, as called, and what keeps them out."""
    fields = sorted(fields_dict(kind).items())
    return [(f"{_quoted(name)}:", name, f.default if "later" in f.metadata else NOTHING) for name, f in fields]


def _quoted(text: str) -> str:
    return encode_basestring(unicodedata.normalize("NFC", text))


def _decimal_text(number: float) -> str:
    """82.5 is 82.50, 4 is 4.0 and 1e3 is 1000."""
    text = format(Decimal(repr(number)) + 0, "f")  # + 0 makes of -0 what it means
    return text.rstrip("0").rstrip(".") if "." in text else text
