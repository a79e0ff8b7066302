"""The numbers of a rule set: exact, and each with its provenance."""

from __future__ import annotations

from decimal import Decimal

from cityrubric.documents import Document
from cityrubric.errors import Spot
from cityrubric.language import translate as _
from cityrubric.rubric.provenance import Provenance


def provenance(text: str) -> Provenance:
    """Read `documented: <sources>` or `reconstructed[: <basis>]`; the schema has checked the form."""
    word, _colon, source = text.partition(":")
    return Provenance(word == "documented", source.strip())


def thousandths(number: float, spot: Spot) -> int:
    """Return a number as whole thousandths; more decimals are a fault."""
    exact = Decimal(repr(number)) * 1000
    if exact != exact.to_integral_value():
        spot.fault(_("{number} has more than three decimals").format(number=number))
    return int(exact)


def points(entry: Document, spot: Spot) -> tuple[int, Provenance]:
    """Read `{ points = …, provenance = … }` or `{ percent = …, provenance = … }`."""
    unit = "points" if "points" in entry else "percent"
    return thousandths(entry[unit], spot.at(unit)), provenance(entry["provenance"])
