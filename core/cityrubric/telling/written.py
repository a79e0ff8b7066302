"""Records as JSON: as its types, and as the text that is stored, byte for byte the same wherever it is written."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring
from operator import attrgetter, getitem
from typing import Any, TypeAlias

from attrs import NOTHING, Attribute, field, fields, frozen

from cityrubric.remembered import Remembered

_TEXTS = frozenset({"str", "str | None", "tuple[str, ...]", "Basis", "Basis | None"})
"""Types of which equal values are written the same: not so of numbers, 1 is not 1.0 and 0.0 not -0.0."""
_SHARED = frozenset({"tuple[BandRecord, ...]", "dict[str, Basis]"})
"""Types of what is made once per rule set, and told again with every city."""
_MOST = 2000
"""So many of these are remembered."""


def to_types(value: Any) -> Any:
    """Return a value, records and all they hold, as JSON's types; entries that are as by default are left out."""
    kind: Any = type(value)
    if kind in _SCALARS:
        return value
    if kind is tuple or kind is list:
        return [to_types(item) for item in value]
    if kind is dict:
        return {key: to_types(item) for key, item in value.items()}
    entries = [(one.name, getattr(value, one.name), one.default) for one in _fields(kind)]
    return {name: to_types(entry) for name, entry, default in entries if entry is not default and entry != default}


def to_text(record: Any) -> str:
    """Return a record as indented JSON, a document of its own.

    Python's own encoder indents step by step in Python, and needs a document of dicts first. Most entries of records
    are written time and again, so their texts are remembered. The whole is put together once: it is long.
    """
    pieces: list[str] = []
    kind: Any = type(record)
    for entry in _fields(kind):
        value = getattr(record, entry.name)
        if value == entry.default:
            continue
        pieces.append(f'{"," if pieces else "{"}\n "{entry.name}": ')
        if value and type(value) is tuple:
            between = "[\n  "
            for item in value:
                pieces += (between, _text(item, "\n  "))
                between = ",\n  "
            pieces.append("\n ]")
        else:
            pieces.append(_text(value, "\n "))
    return "".join([*pieces, "\n}\n"])


def _text(value: Any, margin: str) -> str:
    """Return a value as it is written where `margin` is the line end and the indentation."""
    kind: Any = type(value)
    write = _SCALARS.get(kind)
    if write is not None:
        return write(value)
    inner = margin + " "
    if kind is tuple or kind is list:
        return f"[{inner}{f',{inner}'.join([_text(item, inner) for item in value])}{margin}]" if value else "[]"
    if kind is dict:
        items = [f"{encode_basestring(name)}: {_text(entry, inner)}" for name, entry in value.items()]
        return f"{{{inner}{f',{inner}'.join(items)}{margin}}}" if items else "{}"
    take, columns = _columns(kind, inner)
    text = "".join(map(getitem, columns, take(value)))
    return f"{{{text[1:]}{margin}}}" if text else "{}"


def _number(value: float) -> str:
    if not -math.inf < value < math.inf:
        raise ValueError(f"{value} is no number of JSON")
    return repr(value)


_SCALARS: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring,
    float: _number,
    int: repr,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}


@functools.cache
def _fields(kind: type) -> tuple[Attribute[Any], ...]:
    return tuple(fields(kind))


@functools.lru_cache(maxsize=256)
def _columns(kind: type, margin: str) -> tuple[attrgetter[Any], list[_Writing]]:
    """How records of this kind are written at this margin: what takes out their entries, and what writes each."""
    names = [one.name for one in _fields(kind)]
    return attrgetter(*names), [_column(one, kind.__annotations__[one.name], margin) for one in _fields(kind)]


def _column(entry: Attribute[Any], declared: str, margin: str) -> _Writing:
    column = _Column(f',{margin}"{entry.name}": ', entry.default, margin)
    if declared in _TEXTS:
        return Remembered(column.__getitem__)
    return _Shared(column) if declared in _SHARED else column


@frozen
class _Column:
    """One entry of records of one kind: `column[value]` is its text, with the comma before it; empty if left out."""

    title: str
    default: object
    margin: str

    def __getitem__(self, value: Any) -> str:
        if value is self.default or (self.default is not NOTHING and value == self.default):
            return ""
        write = _SCALARS.get(type(value))
        return self.title + (_text(value, self.margin) if write is None else write(value))


@frozen
class _Shared:
    """The same of an entry that is the very same object time and again; what it equals says nothing."""

    column: _Column
    known: dict[int, tuple[object, str]] = field(factory=dict)

    def __getitem__(self, value: object) -> str:
        found = self.known.get(id(value))
        if found is not None and found[0] is value:
            return found[1]
        text = self.column[value]
        if len(self.known) >= _MOST:
            self.known.clear()
        self.known[id(value)] = value, text  # kept alive, so that no other gets its id
        return text


_Writing: TypeAlias = _Column | Remembered | _Shared
