"""A city's facts as single entries, one value each, and back: what is asked, merged and compared one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from cityrubric.documents import Document
from cityrubric.intake.toml import toml

_TEXTS = ("unit", "source", "at", "person", "reason", "request", "elsewhere", "note", "entered_by")
_LISTS = ("evidence", "checked_by")


@frozen
class Entry:
    """One value of one fact as a file states it, or why there is none.

    Attributes:
        value: as written; None if `missing` says why there is none. A list is kept as a tuple.
        period: a year or span as written; empty for none.
        area: empty for the whole city.
        checked_by: who checked it; of entries that are merged, one at most each.
    """

    key: str
    area: str = ""
    period: str = ""
    value: float | str | bool | tuple[str, ...] | None = None
    missing: str = ""
    unit: str = ""
    by: str = "self"
    source: str = ""
    at: str = ""
    person: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    request: str = ""
    elsewhere: str = ""
    note: str = ""
    entered_by: str = ""
    checked_by: tuple[str, ...] = ()

    @property
    def slot(self) -> tuple[str, str, str]:
        """What is asked: fact, area and period."""
        return self.key, self.area, self.period


def entries_of(facts: Document) -> Iterator[Entry]:
    """Yield everything the facts of a city file state."""
    for key, claims in facts.items():
        for claim in claims if isinstance(claims, list) else [claims]:
            yield from _entries(key, claim)


def facts_of(entries: Iterable[Entry]) -> Document:
    """Return the facts of a city file that state just this, in one form for the same entries in whatever order."""
    by_key: dict[str, list[Entry]] = {}
    for entry in entries:
        by_key.setdefault(entry.key, []).append(entry)
    return {key: _claims(stated) for key, stated in by_key.items()}


def claim_of(entry: Entry) -> Document:
    """Return one entry as a claim of its own."""
    claim: dict[str, Any] = {}
    if entry.missing:
        claim |= {"missing": entry.missing, "area": entry.area, "period": entry.period}
    elif entry.area:
        claim |= {"areas": {entry.area: _written(entry)}, "period": entry.period}
    else:
        claim |= {"value": _written(entry), "period": entry.period}
    return _without_silence({**claim, **_common(entry)})


def _entries(key: str, claim: Document) -> Iterator[Entry]:
    texts: dict[str, Any] = {name: claim.get(name, "") for name in _TEXTS}
    lists: dict[str, Any] = {name: tuple(claim.get(name, ())) for name in _LISTS}
    period = str(claim.get("period", ""))
    bare = Entry(key, period=period, by=claim.get("by", "self"), **texts, **lists)
    if "missing" in claim:
        yield evolve(bare, missing=claim["missing"], area=claim.get("area", ""))
    if "value" in claim:
        yield evolve(bare, value=_frozen(claim["value"]))
    for year, value in claim.get("series", {}).items():
        yield evolve(bare, value=_frozen(value), period=year)
    for area, value in claim.get("areas", {}).items():
        series = value.items() if isinstance(value, dict) else [(period, value)]
        yield from (evolve(bare, value=_frozen(one), area=area, period=year) for year, one in series)


def _claims(entries: Sequence[Entry]) -> Document | list[Document]:
    """Entries that share all but area, period and value are one claim."""
    groups: dict[Entry, list[Entry]] = {}
    for entry in sorted(entries, key=_order):
        alone = entry if entry.missing else evolve(entry, value=None, period="", area="")
        groups.setdefault(alone, []).append(entry)
    claims = [claim for group in groups.values() for claim in _grouped(group)]
    return claims[0] if len(claims) == 1 else claims


def _grouped(group: Sequence[Entry]) -> Iterator[Document]:
    """One claim where each area and period has one value; otherwise one for each entry."""
    areas = {entry.area for entry in group}
    if len(group) == 1 or len({entry.slot for entry in group}) < len(group) or ("" in areas and len(areas) > 1):
        yield from map(claim_of, group)
    elif all(entry.period for entry in group):
        series: dict[str, dict[str, Any]] = {}
        for entry in group:
            series.setdefault(entry.area, {})[entry.period] = _written(entry)
        values = {"series": series[""]} if "" in series else {"areas": series}
        yield _without_silence({**values, **_common(group[0])})
    elif any(entry.period for entry in group):
        yield from map(claim_of, group)
    else:
        yield _without_silence({"areas": {entry.area: _written(entry) for entry in group}, **_common(group[0])})


def _order(entry: Entry) -> tuple[str, ...]:
    value = "" if entry.value is None else toml(entry.value)
    common = [toml(value) for value in _common(entry).values()]
    return (entry.by, *common, entry.area, entry.period, entry.missing, value)


def _common(entry: Entry) -> Document:
    texts = {name: getattr(entry, name) for name in _TEXTS}
    return {"unit": texts.pop("unit"), "by": entry.by, **texts, **{name: list(getattr(entry, name)) for name in _LISTS}}


def _written(entry: Entry) -> Any:
    return list(entry.value) if isinstance(entry.value, tuple) else entry.value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _without_silence(claim: Mapping[str, Any]) -> Document:
    return {key: value for key, value in claim.items() if value not in ("", [], None)}
