"""Where a city's files speak of indicators by their ids, and the same city as another version calls them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cityrubric.documents import Document

EXPERT = "expert."
_NAMED = {
    "observations": "indicators",
    "interviews": "indicators",
    "evidence": "indicators",
    "clearances": "veto",
    "appeals": "item",
    "overrides": "indicator",
}
_OF_FACTS = ("deliberations", "appeals")


def references(document: Document) -> Iterator[str]:
    """Yield every id of an indicator that a city's files name, as often as they do."""

    def note(id_: str) -> str:
        found.append(id_)
        return id_

    found: list[str] = []
    _each(copy.deepcopy(document), note)
    yield from found


def carried(document: Document, ids: Mapping[str, str]) -> tuple[Document, tuple[str, ...]]:
    """Return a city's files as another version calls its indicators.

    Args:
        document: as it is parsed.
        ids: what each indicator is called there; those that are not in it have no counterpart.

    Returns:
        The files without what speaks only of indicators that have no counterpart, and the ids of these.
    """
    left: list[str] = []

    def rename(id_: str) -> str | None:
        if id_ not in ids:
            left.append(id_)
        return ids.get(id_)

    new = copy.deepcopy(document)
    _each(new, rename)
    return new, tuple(dict.fromkeys(left))


def _each(document: Document, rename: Callable[[str], str | None]) -> None:
    """Rename every reference in place; what has no name any more is taken out."""
    for section, name in _NAMED.items():
        kept = [entry for entry in document.get(section, ()) if _entry(entry, name, rename)]
        if section in document:
            document[section] = kept
    for section in _OF_FACTS:
        for entry in document.get(section, ()):
            if "fact" in entry:
                entry["fact"] = _fact(entry["fact"], rename) or entry["fact"]
    facts = {}
    for key, claims in document.get("facts", {}).items():
        new = _fact(key, rename)
        for claim in claims if isinstance(claims, list) else [claims]:
            if "elsewhere" in claim:
                claim["elsewhere"] = _fact(claim["elsewhere"], rename) or claim["elsewhere"]
        if new is not None:
            facts[new] = claims
    if "facts" in document:
        document["facts"] = facts


def _entry(entry: dict[str, Any], name: str, rename: Callable[[str], str | None]) -> bool:
    """Rename what an entry speaks of; tell whether it still speaks of anything."""
    if name not in entry:
        return True
    if isinstance(entry[name], list):
        spoken_of = bool(entry[name])
        entry[name] = [new for id_ in entry[name] if (new := rename(id_)) is not None]
        return bool(entry[name]) or not spoken_of
    new = rename(entry[name])
    entry[name] = new
    return new is not None


def _fact(key: str, rename: Callable[[str], str | None]) -> str | None:
    """An assessor's score is named after its indicator; no other fact is."""
    if not key.startswith(EXPERT):
        return key
    new = rename(key.removeprefix(EXPERT))
    return None if new is None else EXPERT + new
