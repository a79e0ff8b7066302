"""A city -> the text of its fact file: what a made-up city needs to go the way of every other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from attrs import evolve

from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.errors import CityrubricError
from cityrubric.intake.evidence import ledger_text
from cityrubric.intake.toml import bare, digits, quoted, table_lines
from cityrubric.intake.values import Written
from cityrubric.language import translate as _
from cityrubric.plain import LARGEST_EXACT_INTEGER
from cityrubric.records import City, Claim
from cityrubric.rubric.model import Ruleset
from cityrubric.states import State

_TEXTS = ("source", "at", "person", "reason", "request", "elsewhere", "note")


def city_text(city: City, ruleset: Ruleset) -> str:
    """Return a fact file that reads back as this city.

    Args:
        city: what to write; values are written in the catalogue's units.
        ruleset: whose catalogues say what the facts are.

    Raises:
        CityrubricError: if a claim stands in a unit of another quantity, or says nothing at all.
    """
    sources = {one.id: {"title": one.title, "issuer": one.issuer, "date": one.date} for one in city.sources}
    lines = [f"# {city.name}", *table_lines(_head(city)), *_tables("sources", sources)]
    lines += _tables("areas", {one.id: {"name": one.name, "kind": one.kind} for one in city.areas})
    lines += _facts(city.claims, ruleset.offers.catalogue)
    for name in ("observations", "clearances", "requests", "interviews", "surveys"):
        lines += _lists(name, [_plain(one) for one in getattr(city, name)])
    if city.declared:
        lines += ["", "[declared]", *table_lines(_plain(city.declared))]
    return "\n".join([*lines, ""])


def _head(city: City) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "name": city.name,
        "province": city.province,
        "assessment_year": city.assessment_year,
        "reference_date": city.reference_date,
        "dates_basis": city.dates_basis,
    }


def evidence_text(city: City) -> str:
    """Return the ledger that reads back as the city's evidence."""
    return ledger_text(_said(_plain(row)) for row in city.evidence)


def _said(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value}


def written_value(spec: FactSpec, low: float, high: float, content: tuple[str, ...] = ()) -> Written:
    """Return a value as a fact file writes it; it reads back as the same interval.

    Raises:
        CityrubricError: if the interval says nothing.
    """
    if spec.kind == "number":
        return _number(spec, low, high)
    if spec.kind == "date":
        return date.fromordinal(int(low)).isoformat()
    if spec.kind == "grade":
        least, most = spec.levels[int(low)], spec.levels[int(high)]
        return least if least == most else f"{least}..{most}"
    return list(content) if spec.kind in PRESENCE_KINDS and content else bool(high)


def _number(spec: FactSpec, low: float, high: float) -> Written:
    sign = "%" if spec.unit == "%" and any(0 < end <= 1 for end in (low, high)) else ""
    if low == high:
        exact = int(low) if low.is_integer() and abs(low) <= LARGEST_EXACT_INTEGER else low
        return f"{digits(low)}{sign}" if sign else exact
    if math.isfinite(low) and math.isfinite(high):
        return f"{digits(low)}..{digits(high)}{sign}"
    if math.isfinite(low):
        return f"≥{digits(low)}{sign}"
    if math.isfinite(high):
        return f"≤{digits(high)}{sign}"
    raise CityrubricError(_("'{key}': an interval without ends cannot be written").format(key=spec.key))


def _facts(claims: Iterable[Claim], catalogue: Mapping[str, FactSpec]) -> Iterator[str]:
    for key, of_key in groupby(sorted(claims, key=lambda claim: claim.key), key=lambda claim: claim.key):
        tables = [_claim(some, catalogue[key]) for some in _series(list(of_key))]
        brackets = ("[", "]") if len(tables) == 1 else ("[[", "]]")
        for table in tables:
            yield from ("", f"{brackets[0]}facts.{quoted(key)}{brackets[1]}", *table_lines(table))


def _series(claims: list[Claim]) -> Iterator[list[Claim]]:
    """Claims in their order; those that differ only in their year and value stand together."""
    run: list[Claim] = []
    for claim in claims:
        if run and not (_alike(run[0], claim) and all(claim.period != one.period for one in run)):
            yield run
            run = []
        run.append(claim)
    yield run


def _alike(one: Claim, other: Claim) -> bool:
    if None in (one.period, other.period) or one.area or other.area or one.state is not State.KNOWN:
        return False
    return _timeless(one) == _timeless(other)


def _timeless(claim: Claim) -> Claim:
    return evolve(claim, low=0.0, high=0.0, content=(), given="", period=None)


def _claim(claims: list[Claim], spec: FactSpec) -> dict[str, Any]:
    first = claims[0]
    table: dict[str, Any] = {}
    if first.state is State.KNOWN:
        values = [written_value(spec, claim.low, claim.high, claim.content) for claim in claims]
        if len(claims) > 1:
            table["series"] = {str(claim.period): value for claim, value in zip(claims, values, strict=True)}
        elif first.area:
            table["areas"] = {first.area: values[0]}
        else:
            table["value"] = values[0]
    elif first.state is State.OTHER_UNIT:
        raise CityrubricError(_("'{key}': a value of another quantity cannot be written").format(key=spec.key))
    else:
        table.update(missing=first.state.name.lower(), area=first.area)
    if len(claims) == 1 and first.period:
        table["period"] = str(first.period)
    texts = {name: getattr(first, name) for name in _TEXTS}
    return {**table, "by": first.speaker.value, **texts, "evidence": list(first.evidence)}


def _plain(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__ if name != "__weakref__"}


def _tables(name: str, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for key, entry in tables.items():
        yield from ("", f"[{name}.{bare(key)}]", *table_lines(entry))


def _lists(name: str, entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        yield from ("", f"[[{name}]]", *table_lines(entry))
