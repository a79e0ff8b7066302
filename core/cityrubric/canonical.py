"""One text for one meaning: the form in which documents are hashed and stored."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a parsed document, whatever its file name, key order, comments and ways to write a number.

    Args:
        value: made of dicts with text keys, lists, text, numbers, truths and None.
    """
    text = json.dumps(_normal(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint_folder(folder: Path, endings: tuple[str, ...]) -> str:
    """Return one hash of the text files below a folder: independent of where it stands and of line ends."""
    files = sorted(p for p in folder.rglob("*") if p.suffix in endings and p.is_file())
    texts = {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8").replace("\r\n", "\n") for p in files}
    return fingerprint(texts)


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", key): _normal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, bool) or value is None:
        return value
    return {"number": _decimal_text(value)}


def _decimal_text(number: float) -> str:
    """82.5 is 82.50, 4 is 4.0 and 1e3 is 1000."""
    text = format(Decimal(repr(number)) + 0, "f")  # + 0 makes of -0 what it means
    return text.rstrip("0").rstrip(".") if "." in text else text
