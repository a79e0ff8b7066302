"""A city's tables of inspections -> claims and the record of what they rest on; every fault at once, by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import polars as pl
from attrs import evolve, frozen

from cityrubric.catalogue import FactSpec
from cityrubric.errors import FaultLog
from cityrubric.fieldwork.inspections.aggregate import Found, aggregate
from cityrubric.fieldwork.inspections.checks import Limits
from cityrubric.fieldwork.inspections.claims import Teller
from cityrubric.fieldwork.inspections.mapping import TableMapping, read_mapping
from cityrubric.fieldwork.inspections.rowcodes import row_codes
from cityrubric.fieldwork.inspections.tables import TableFile, gathered, open_table
from cityrubric.inspected import FactRate, Inspections, Occurrence, TableRecord
from cityrubric.records import Claim, Source

SOURCE = "inspections"


@frozen
class Read:
    """What a city's inspections add to it."""

    claims: tuple[Claim, ...]
    source: Source
    inspections: Inspections


def read_inspections(
    paths: list[Path], limits: Limits, catalogue: Mapping[str, FactSpec], year: int, log: FaultLog
) -> Read | None:
    """Read a city's tables of inspections.

    Args:
        paths: the tables, all in one folder.
        limits: what their rows are held against; its draws are those of the folder's mapping.
        catalogue: the facts that sheets feed.
        year: which the inspections speak of.
        log: where faults are noted; then nothing is returned.
    """
    before, terms = len(log.faults), limits.terms
    mapping = read_mapping(paths[0].parent, terms, log)
    if len(log.faults) > before:
        return None  # read otherwise than is meant, every row might be wrong
    codes = row_codes(terms, limits.types)
    limits = evolve(limits, draws=mapping.draws)
    tables = [open_table(path, mapping) for path in paths]
    found = aggregate(tables, mapping, limits, codes, log)
    if len(log.faults) > before or found is None:
        return None
    disputed = frozenset(one.row for one in found.disputes if not one.settled_by)
    teller = Teller(terms, codes, catalogue, SOURCE, year, disputed)
    facts = [*teller.facts(found.sums)]
    inspections = _record(tables, found, teller, mapping, tuple(rate for _claims, rate in facts if rate))
    title = "; ".join(f"{table.path.name} sha256:{table.sha256}" for table in tables)
    claims = tuple(claim for some, _rate in facts for claim in some)
    return Read(claims, Source(SOURCE, title), inspections)


def _record(
    tables: list[TableFile], found: Found, teller: Teller, mapping: TableMapping, facts: tuple[FactRate, ...]
) -> Inspections:
    return Inspections(
        source=SOURCE,
        tables=tuple(TableRecord(t.path.name, t.sha256, _count(t)) for t in tables),
        once=teller.terms.once,
        confidence=teller.terms.confidence * 100,
        types=tuple(teller.type_scores(found.sums)),
        rows=tuple(teller.row_rates(found.sums)),
        facts=facts,
        occurrences=tuple(_occurrences(found.lines)),
        disputes=found.disputes,
        not_visited=_not_visited(found.visited, mapping),
    )


def _count(table: TableFile) -> int:
    return int(gathered(table.frame.select(pl.len())).item())


def _not_visited(visited: pl.DataFrame, mapping: TableMapping) -> tuple[str, ...]:
    drawn = [(id_, draw.mode) for draw in mapping.draws for id_ in draw.points]
    if not drawn:
        return ()
    points = pl.DataFrame(drawn, schema={"point": pl.String, "mode": pl.String}, orient="row")
    return tuple(sorted(points.join(visited, on=["point", "mode"], how="anti")["point"]))


def _occurrences(lines: pl.DataFrame) -> Iterator[Occurrence]:
    ordered = lines.sort("occurrence", "point", "place", "file", "number").iter_rows(named=True)
    for _key, group in groupby(ordered, lambda row: (row["occurrence"], row["point"])):
        rows = [*group]
        yield Occurrence(
            id=rows[0]["occurrence"],
            point=rows[0]["point"],
            rows=tuple(dict.fromkeys(row["row"] for row in rows)),
            costs=tuple(dict.fromkeys(row["row"] for row in rows if row["costs"])),
            time=min(row["time"] for row in rows),
            inspectors=tuple(dict.fromkeys(name for row in rows for name in (row["inspector"], row["second"]))),
            photos="; ".join(dict.fromkeys(row["photos"] for row in rows)),
            confirmed="; ".join(dict.fromkeys(row["confirmed"] for row in rows)),
        )
