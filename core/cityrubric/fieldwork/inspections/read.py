"""A city's tables of inspections -> claims and the record of what they rest on; every fault at once, by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
from attrs import frozen

from cityrubric.catalogue import FactSpec
from cityrubric.errors import FaultLog, Spot
from cityrubric.fieldwork.inspections.cells import occurrence_cells, occurrence_costs, plain_cells
from cityrubric.fieldwork.inspections.checks import Limits, check_rows, row_checks
from cityrubric.fieldwork.inspections.claims import Teller
from cityrubric.fieldwork.inspections.mapping import TableMapping, read_mapping
from cityrubric.fieldwork.inspections.merge import merge
from cityrubric.fieldwork.inspections.points import faulty_points, point_faults, repeated, wandering
from cityrubric.fieldwork.inspections.rowcodes import RowCodes, row_codes
from cityrubric.fieldwork.inspections.sums import Sums, sum_up
from cityrubric.fieldwork.inspections.tables import TableFile, gathered, open_table
from cityrubric.inspected import Dispute, Inspections, Occurrence, TableRecord
from cityrubric.records import Claim, Source
from cityrubric.rubric.onsite import InspectionTerms

SOURCE = "inspections"


@frozen(eq=False)
class Found:
    """What all tables together say.

    Attributes:
        sums: of all cells.
        lines: those with occurrences.
    """

    sums: Sums
    lines: pl.DataFrame
    disputes: tuple[Dispute, ...] = ()


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
    codes = row_codes(terms, limits.types)
    limits = _with_draws(limits, mapping)
    tables = [open_table(path, mapping) for path in paths]
    found = aggregate(tables, mapping, limits, codes, log)
    if len(log.faults) > before or found is None:
        return None
    teller = Teller(
        terms, codes, catalogue, SOURCE, year, frozenset(one.row for one in found.disputes if not one.settled_by)
    )
    facts = [*teller.facts(found.sums)]
    inspections = Inspections(
        source=SOURCE,
        tables=tuple(TableRecord(t.path.name, t.sha256, _count(t)) for t in tables),
        once=terms.once,
        confidence=terms.confidence * 100,
        types=tuple(teller.type_scores(found.sums)),
        rows=tuple(teller.row_rates(found.sums)),
        facts=tuple(rate for _claims, rate in facts if rate),
        occurrences=tuple(_occurrences(found.lines)),
        disputes=found.disputes,
        not_visited=_not_visited(found.sums, mapping),
    )
    title = "; ".join(f"{table.path.name} sha256:{table.sha256}" for table in tables)
    claims = tuple(claim for some, _rate in facts for claim in some)
    return Read(claims, Source(SOURCE, title), inspections)


def aggregate(
    tables: list[TableFile], mapping: TableMapping, limits: Limits, codes: RowCodes, log: FaultLog
) -> Found | None:
    """Check tables and sum them up; None if a fault was noted."""
    joined = [table.frame.join(codes.frame.lazy(), on="row", how="left") for table in tables]
    for table, frame in zip(tables, joined, strict=True):
        check_rows(frame, row_checks(limits), table.faults)
    if _noted(tables, log):
        return None
    found = (
        _one(tables[0], joined[0], limits.terms, codes)
        if len(tables) == 1
        else _several(tables, joined, mapping, limits, log)
    )
    if found is None or _noted(tables, log):
        return None
    _check_points(found.sums, tables, joined, codes)
    return None if _noted(tables, log) else found


def _one(table: TableFile, frame: pl.LazyFrame, terms: InspectionTerms, codes: RowCodes) -> Found:
    lines = gathered(frame.filter(pl.col("occurrence") != "")).with_columns(file=pl.lit(0, dtype=pl.Int32))
    _add(table, [*repeated(lines.sort("number").iter_rows(named=True)), *wandering(lines)])
    costed = occurrence_costs(lines, once=terms.once)
    cells = pl.concat([plain_cells(frame, terms.words), occurrence_cells(costed).lazy()])
    return Found(sum_up(cells), costed)


def _several(
    tables: list[TableFile], joined: list[pl.LazyFrame], mapping: TableMapping, limits: Limits, log: FaultLog
) -> Found | None:
    each = [gathered(frame).with_columns(file=pl.lit(n, dtype=pl.Int32)) for n, frame in enumerate(joined)]
    for table, lines in zip(tables, each, strict=True):
        _add(
            table,
            [
                *repeated(lines.sort("number").iter_rows(named=True)),
                *wandering(lines.filter(pl.col("occurrence") != "")),
            ],
        )
    if any(table.faults.count for table in tables):
        return None
    spot, terms = Spot(mapping.document, log), limits.terms
    merged = merge(pl.concat(each), mapping.settlements, terms.words, spot, once=terms.once)
    return Found(sum_up(merged.cells.lazy()), merged.lines, merged.disputes)


def _check_points(sums: Sums, tables: list[TableFile], joined: list[pl.LazyFrame], codes: RowCodes) -> None:
    """Look closer at points that do not have every row once."""
    faulty = faulty_points(sums.classes, codes)
    for table, frame in zip(tables, joined, strict=True) if faulty else ():
        lines = gathered(frame.filter(pl.col("point").is_in(faulty)))
        _add(table, point_faults(lines, codes))


def _add(table: TableFile, told: Iterator[tuple[int, str]] | list[tuple[int, str]]) -> None:
    for number, says in sorted(told):
        table.faults.add(number, says)


def _noted(tables: list[TableFile], log: FaultLog) -> bool:
    """Hand on what is wrong in the tables."""
    for table in tables:
        table.faults.hand_on(log)
    return bool(log.faults)


def _with_draws(limits: Limits, mapping: TableMapping) -> Limits:
    from attrs import evolve

    return evolve(limits, draws=mapping.draws)


def _count(table: TableFile) -> int:
    return int(gathered(table.frame.select(pl.len())).item())


def _not_visited(sums: Sums, mapping: TableMapping) -> tuple[str, ...]:
    visited = {*sums.classes.select("point", "mode").unique().rows()}
    return tuple(sorted(id_ for draw in mapping.draws for id_ in draw.points if (id_, draw.mode) not in visited))


def _occurrences(lines: pl.DataFrame) -> Iterator[Occurrence]:
    for group in lines.sort("occurrence", "point", "place", "file", "number").partition_by(
        "occurrence", "point", maintain_order=True
    ):
        rows = group.to_dicts()
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
