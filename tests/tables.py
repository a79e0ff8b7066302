"""Cities written as tables of facts, cities and areas, to be read back in bulk."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.records import City, Claim
from cityrubric.rubric.model import Ruleset
from cityrubric.states import State


def write_tables(cities: Sequence[City], ruleset: Ruleset, folder: Path) -> dict[str, Path]:
    """Write the three tables; what a table cannot say (observations, clearances, requests) is left behind."""
    catalogue = ruleset.offers.catalogue
    frames = {
        "facts": [_fact(city, claim, catalogue[claim.key]) for city in cities for claim in city.claims],
        "cities": [
            {
                "city": city.id,
                "name": city.name,
                "province": city.province,
                "assessment_year": city.assessment_year,
                "reference_date": city.reference_date.isoformat(),
            }
            for city in cities
        ],
        "areas": [
            {"city": city.id, "area": area.id, "name": area.name, "kind": area.kind}
            for city in cities
            for area in city.areas
        ],
    }
    paths = {}
    for name, rows in frames.items():
        if rows:
            paths[name] = folder / f"{name}.parquet"
            pl.DataFrame(rows, infer_schema_length=None).write_parquet(paths[name])
    return paths


def _fact(city: City, claim: Claim, spec: FactSpec) -> dict[str, Any]:
    row: dict[str, Any] = {
        "city": city.id,
        "key": claim.key,
        "value": None,
        "low": None,
        "high": None,
        "unit": None,
        "period": str(claim.period) if claim.period else None,
        "area": claim.area,
        "missing": None,
        "by": claim.speaker.value,
        "source": claim.source,
        "at": claim.at,
        "person": claim.person or ("虚构评估员" if spec.signed else None),
        "reason": claim.reason or ("虚构" if spec.signed else None),
        "elsewhere": claim.elsewhere or None,
        "note": claim.note or None,
    }
    if claim.state is State.OTHER_UNIT:
        number, _space, row["unit"] = claim.given.partition(" ")
        row["value"] = number
    elif claim.state is not State.KNOWN:
        row["missing"] = claim.state.word
        row["reason"] = row["reason"] or "虚构"
    elif claim.content and spec.kind in PRESENCE_KINDS:
        row["value"] = "\n".join(claim.content)
    elif spec.kind == "date":
        row["value"] = claim.given
    else:
        row["low"] = claim.low if math.isfinite(claim.low) else None
        row["high"] = claim.high if math.isfinite(claim.high) else None
    return row
