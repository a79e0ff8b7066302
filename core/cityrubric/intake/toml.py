"""Values and tables as TOML text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any


def table_lines(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table; what says nothing is left out."""
    for key, value in table.items():
        if value not in (None, "", (), []):
            yield f"{bare(key)} = {toml(value)}"


def toml(value: Any) -> str:
    """Return a value."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{quoted(key)} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return digits(value) if isinstance(value, (int, float)) else quoted(value)


def digits(number: float) -> str:
    """Return a number in plain notation, exact."""
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def quoted(text: str) -> str:
    """Return a text; JSON's is TOML's, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def bare(key: str) -> str:
    """Return a key, in quotes only where it needs them."""
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else quoted(key)
