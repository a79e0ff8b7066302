"""Where two documents differ: place by place, as a person would look for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from cityrubric.errors import place

_NAMES = ("id", "key", "veto", "name")
_QUALIFIERS = ("period", "area", "by", "given", "source", "at")


@frozen
class Difference:
    """One place at which two documents differ; an empty side has nothing there.

    Attributes:
        path: as in `$.outcomes."A.1".verdict`; members of lists that have a name are called by it.
    """

    path: str
    before: str
    after: str


def differences(before: Any, after: Any, *steps: str | int) -> Iterator[Difference]:
    """Yield every place at which two JSON documents differ, in the order of the first."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_members(before, after, steps)
    elif isinstance(before, list) and isinstance(after, list):
        named, other = _named(before), _named(after)
        if named.keys() == other.keys() and list(named) != list(other):
            yield Difference(place(*steps), _shown(list(named)), _shown(list(other)))
        yield from _of_members(named, other, steps)
    else:
        yield Difference(place(*steps), _shown(before), _shown(after))


_NOTHING = object()


def _of_members(before: dict[Any, Any], after: dict[Any, Any], steps: tuple[str | int, ...]) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key, _NOTHING), after.get(key, _NOTHING)
        if one is _NOTHING or other is _NOTHING:
            yield Difference(place(*steps, key), _shown(one), _shown(other))
        else:
            yield from differences(one, other, *steps, key)


def _named(items: list[Any]) -> dict[str | int, Any]:
    """The members of a list by what they are called, or by number where they have no name of their own."""
    named: dict[str | int, Any] = {}
    for number, item in enumerate(items):
        name: str | int = _name(item) if isinstance(item, dict) else number
        named[name if name and name not in named else number] = item
    return named


def _name(item: dict[str, Any]) -> str:
    name = next((str(item[key]) for key in _NAMES if key in item), "")
    return " ".join([name, *(str(item[key]) for key in _QUALIFIERS if item.get(key))]) if "key" in item else name


def _shown(value: Any) -> str:
    return "" if value is _NOTHING else json.dumps(value, ensure_ascii=False)
