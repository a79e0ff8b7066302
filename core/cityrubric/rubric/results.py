"""Further results of a rule set: read, and checked so that each is made only of what stands before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from cityrubric.documents import Document
from cityrubric.errors import Spot, did_you_mean
from cityrubric.language import translate as _
from cityrubric.rubric.bands import LIMITS
from cityrubric.rubric.numbers import provenance, thousandths
from cityrubric.rubric.passing import Result, Row
from cityrubric.scoring import Aggregation

TABLE = "table"
LARGEST_TABLE = 100_000
"""Cells between the lines of all members together."""


def read_results(
    entries: Sequence[Document], known: Collection[str], aggregations: Mapping[str, Aggregation], spot: Spot
) -> tuple[Result, ...]:
    """Read further results.

    Args:
        entries: as the rule set's main document lists them.
        known: ids of its indicators and groups, of which results may be made.
        aggregations: ways to join them.
        spot: where faults are noted.
    """
    results: list[Result] = []
    for n, entry in enumerate(entries):
        _check(entry, {*known, *(result.id for result in results)}, aggregations, spot.at(n))
        results.append(_read(entry, spot.at(n)))
    return tuple(results)


def _read(entry: Document, spot: Spot) -> Result:
    return Result(
        id=entry["id"],
        title=entry["title"],
        aggregation=entry["aggregation"],
        of=tuple(entry["of"]),
        provenance=provenance(entry["provenance"]),
        unit=entry.get("unit", ""),
        weights=tuple(float(weight) for weight in entry.get("weights", [1.0] * len(entry["of"]))),
        table=tuple(_row(row, len(entry["of"]), spot.at("table", n)) for n, row in enumerate(entry.get("table", ()))),
    )


def _row(entry: Document, members: int, spot: Spot) -> Row:
    within = entry.get("within", [{}] * members)
    if len(within) != members:
        spot.at("within").fault(_("one table of limits is needed for each of the {n} members").format(n=members))
    limits = [tuple(1000.0 * one[name] if name in one else None for name in LIMITS) for one in within]
    return Row(
        within=tuple((a, b, c, d) for a, b, c, d in limits),
        value=thousandths(entry["value"], spot.at("value")),
        title=entry.get("title", ""),
        provenance=provenance(entry["provenance"]),
    )


def _check(entry: Document, known: Collection[str], aggregations: Mapping[str, Aggregation], spot: Spot) -> None:
    if entry["id"] in known:
        spot.at("id").fault(_("there is a group, an indicator or a result of this id already"))
    for n, member in enumerate(entry["of"]):
        if member not in known:
            says = _("no indicator, group or earlier result '{id}'").format(id=member)
            spot.at("of", n).fault(says + did_you_mean(member, known))
    if entry["aggregation"] not in {*aggregations, TABLE}:
        says = _("no plugin offers the aggregation '{name}'").format(name=entry["aggregation"])
        spot.at("aggregation").fault(says + did_you_mean(entry["aggregation"], {*aggregations, TABLE}))
    if "weights" in entry and len(entry["weights"]) != len(entry["of"]):
        spot.at("weights").fault(_("one weight is needed for each of the {n} members").format(n=len(entry["of"])))
    table = entry.get("table") or []
    if (entry["aggregation"] == TABLE) != bool(table):
        spot.fault(_("a look-up needs a `table`, and nothing else has one"))
    elif table and any(table[-1].get("within", ())):
        spot.at("table", len(table) - 1).fault(_("the last row must fit everything: leave its limits out"))
    cells = 1
    for member in range(len(entry["of"])):
        limits = [one for row in table for one in row.get("within", ())[member : member + 1]]
        cells *= 1 + len({limit for one in limits for limit in one.items()})
    if cells > LARGEST_TABLE:
        spot.at("table").fault(_("{n} cells; at most {most} are looked up").format(n=cells, most=LARGEST_TABLE))
