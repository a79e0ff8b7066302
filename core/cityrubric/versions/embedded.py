"""A stored assessment -> the city it was made from: the way back from what `telling` embeds."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import cattrs
from attrs import fields, resolve_types
from cattrs.gen import make_dict_structure_fn, override

from cityrubric.assessment import CityRecord
from cityrubric.records import City, Claim, Period
from cityrubric.states import State
from cityrubric.telling.stored import FILE_NAME, structured

_ELSEWHERE = {"claims": ("facts",), "declared": ("conclusion", "declared")}


def inputs() -> dict[str, tuple[str, ...]]:
    """Return where a stored assessment keeps each attribute of a city: in its city, at the top, or elsewhere.

    An attribute of `City` that is added later is found where it is stored under its own name; nobody lists it here.
    """
    of_city = {field.name for field in fields(CityRecord)}
    return {
        field.name: _ELSEWHERE.get(field.name, ("city", field.name) if field.name in of_city else (field.name,))
        for field in fields(City)
    }


def at(document: Any, steps: tuple[str, ...]) -> Any:
    """Return what stands at a place of a document; None where nothing does."""
    for step in steps:
        document = document.get(step) if document is not None else None
    return document


def embedded_city(document: dict[str, Any]) -> City:
    """Return the city whose assessment a document is, as it was read from its files.

    Args:
        document: a stored assessment that fits its schema.

    Raises:
        Faults: if the facts it embeds are none.
    """
    found = {name: at(document, steps) for name, steps in inputs().items()}
    embedded = {name: value for name, value in found.items() if value is not None}
    return structured(_converter(), embedded, City, FILE_NAME)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    resolve_types(Claim)
    converter.register_structure_hook(date, lambda text, _type: date.fromisoformat(text))
    converter.register_structure_hook(State, lambda name, _type: State[name.upper()])
    converter.register_structure_hook(Period, lambda text, _type: _period(text))
    structure = make_dict_structure_fn(Claim, converter, speaker=override(rename="by"))
    converter.register_structure_hook(Claim, lambda record, type_: structure(_open_ends(record), type_))
    return converter


def _open_ends(record: dict[str, Any]) -> dict[str, Any]:
    """A stored end that is open is infinite."""
    ends = {"low": -math.inf, "high": math.inf}
    return {**record, **{name: end for name, end in ends.items() if record[name] is None}}


def _period(text: str) -> Period:
    first, _dots, last = text.partition("..")
    return Period(int(first), int(last or first))
