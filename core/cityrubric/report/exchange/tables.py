"""Outcomes as a table, one row per item: CSV for spreadsheets, Parquet for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from cityrubric.assessment import RulesetRecord
from cityrubric.outcomes import Outcome
from cityrubric.report.audience import View
from cityrubric.report.deciding import deciding_lines

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula."""

_BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes Chinese in UTF-8 for something else."""

_NUMBERS = {"year": int, "score_least": float, "score_most": float, "max_score": float, "applicable": float}
_TEXTS = (
    "city",
    "name",
    "province",
    "ruleset",
    "ruleset_hash",
    "id",
    "title",
    "group",
    "point",
    "verdict",
    "rests_on",
    "lines",
    "because",
    "missing",
)
COLUMNS = ("city", "name", "province", "year", *_TEXTS[3:10], *list(_NUMBERS)[1:], *_TEXTS[10:])
"""What they are called: the same in every language, so that tables of many cities can be put together."""


def as_csv(view: View) -> Mapping[str, bytes]:
    """Return the outcomes as CSV, as spreadsheets read it: UTF-8 with its mark, and no text that is a formula."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for row in rows(view):
        table.writerow([_harmless(row[name]) for name in COLUMNS])
    return {"outcomes.csv": (_BYTE_ORDER_MARK + written.getvalue()).encode()}


def as_parquet(view: View) -> Mapping[str, bytes]:
    """Return the outcomes as Parquet, with types."""
    import polars  # only this format needs it

    types = dict.fromkeys(_TEXTS, polars.String) | {
        name: polars.Int32 if kind is int else polars.Float64 for name, kind in _NUMBERS.items()
    }
    written = io.BytesIO()
    polars.DataFrame(rows(view), schema={name: types[name] for name in COLUMNS}).write_parquet(written)
    return {"outcomes.parquet": written.getvalue()}


def rows(view: View) -> list[dict[str, Any]]:
    """Return a row per item; columns are `COLUMNS`, and what is open is open: both ends of its score.

    An item without points, such as a veto, has nothing in the columns of points.

    The items of a province's own rules follow the national ones, under the name and hash of these rules.
    """
    told = [_row(view, view.ruleset, outcome) for outcome in view.outcomes]
    if view.provincial is not None:
        told += [_row(view, view.provincial.overlay, outcome) for outcome in view.provincial.outcomes]
    return told


def _row(view: View, rules: RulesetRecord, outcome: Outcome) -> dict[str, Any]:
    statuses = {line.status for line in deciding_lines(outcome)}
    points = (*outcome.score, outcome.max_score, outcome.applicable) if outcome.earns else (None,) * 4
    return {
        "city": view.city.id,
        "name": view.city.name,
        "province": view.city.province,
        "year": view.assessment_year,
        "ruleset": rules.version,
        "ruleset_hash": rules.hash,
        "id": outcome.id,
        "title": outcome.title,
        "group": outcome.group,
        "point": outcome.point,
        "verdict": outcome.verdict,
        **dict(zip(("score_least", "score_most", "max_score", "applicable"), points, strict=True)),
        "rests_on": outcome.rests_on,
        "lines": "reconstructed" if "reconstructed" in statuses else "".join(statuses),
        "because": " ".join(outcome.because),
        "missing": " ".join(lack.key for lack in outcome.missing),
    }


def _harmless(value: Any) -> Any:
    """A text that is no formula; numbers as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
