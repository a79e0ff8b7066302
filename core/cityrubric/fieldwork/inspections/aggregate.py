"""A city's tables -> sums of what they say; every fault at once, by row."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from attrs import frozen

from cityrubric.errors import FaultLog, Spot
from cityrubric.fieldwork.inspections.cells import KEY, occurrence_cells, occurrence_costs, plain_cells
from cityrubric.fieldwork.inspections.checks import Limits, all_right, check_rows, row_checks
from cityrubric.fieldwork.inspections.mapping import TableMapping
from cityrubric.fieldwork.inspections.merge import merge
from cityrubric.fieldwork.inspections.points import Row, Told, Visit, faulty_points, point_faults, repeated, wandering
from cityrubric.fieldwork.inspections.rowcodes import RowCodes
from cityrubric.fieldwork.inspections.runs import Piece, as_lines, told_of_pieces, with_visits
from cityrubric.fieldwork.inspections.sums import Sums, sum_up
from cityrubric.fieldwork.inspections.tables import TableFile, day, gathered, with_days
from cityrubric.inspected import Dispute

_LISTED = pl.col("occurrence") != ""


@frozen(eq=False)
class Found:
    """What all tables together say.

    Attributes:
        sums: of all cells.
        lines: those with occurrences.
        visited: points and modes.
    """

    sums: Sums
    lines: pl.DataFrame
    visited: pl.DataFrame
    disputes: tuple[Dispute, ...] = ()


@frozen(eq=False)
class _Lines:
    """A table's lines, read once; `visit` is that of their run.

    Attributes:
        runs: rows that passed.
        cells: of all other lines that name no occurrence.
        listed: lines with occurrences.
    """

    runs: pl.DataFrame
    cells: pl.DataFrame
    listed: pl.DataFrame


def aggregate(
    tables: list[TableFile], mapping: TableMapping, limits: Limits, codes: RowCodes, log: FaultLog
) -> Found | None:
    """Check tables and sum them up; None if a fault was noted."""
    found = _one(tables[0], limits, codes) if len(tables) == 1 else _several(tables, mapping, limits, codes, log)
    return None if _noted(tables, log) else found


def _one(table: TableFile, limits: Limits, codes: RowCodes) -> Found | None:
    """Sum up one table, however large; its lines are looked at one by one only where something is wrong."""
    read = _read(table, limits, codes)
    if read is None:
        check_rows(_joined(table.frame, codes), row_checks(limits, codes), table.faults)
        assert table.faults.count  # a run is wrong only where one of its lines is
        return None
    costed = occurrence_costs(read.listed, once=limits.terms.once)
    cells = pl.concat([read.cells, occurrence_cells(costed)])
    with ThreadPoolExecutor(1) as aside:
        sums = aside.submit(sum_up, cells, read.runs, codes)
        faulty = faulty_points(cells, read.runs, codes)
    if faulty:
        check_rows(_joined(table.frame, codes), row_checks(limits, codes), table.faults)  # such as a row not asked
    if not table.faults.count:
        again = read.listed.filter(pl.struct(*KEY, "occurrence").is_duplicated()).sort("number")
        _add(table, [*repeated(again.iter_rows(named=True)), *wandering(read.listed)])
    if not table.faults.count:
        _look_at(faulty, [table], codes)
    return Found(sums.result(), costed, read.runs.select("point", "mode"))


def _read(table: TableFile, limits: Limits, codes: RowCodes) -> _Lines | None:
    """Read a table in pieces; None where some row is wrong."""
    words, checks = limits.terms.words, row_checks(limits, codes)

    def tell(piece: Piece) -> _Lines | None:
        told, others = (with_days(codes.added_to(some)) for some in (as_lines(piece.runs, words), piece.others))
        if not (all_right(told, checks) and all_right(others, checks)):
            return None
        runs = piece.runs.select("point", "mode", "district", "bits", "passed", "lines", nth=told["nth"])
        return _Lines(runs, plain_cells(others, words), others.filter(_LISTED))

    pieces, runs = [], 0
    for told in told_of_pieces(table.frame, codes, words, tell):
        if told is None:
            return None
        of = pl.col("visit") + runs
        pieces.append(_Lines(told.runs, told.cells.with_columns(of), told.listed.with_columns(of)))
        runs += told.runs.height
    return _joined_up(pieces)


def _joined_up(pieces: list[_Lines]) -> _Lines:
    """Put pieces together, and see which runs are of one visit."""
    runs = with_visits(pl.concat(piece.runs for piece in pieces))
    of = pl.lit(runs["visit"]).gather("visit").alias("visit")
    cells = pl.concat(piece.cells for piece in pieces).with_columns(of)
    listed = pl.concat(piece.listed for piece in pieces).with_columns(of)
    return _Lines(runs, cells, listed.with_columns(file=pl.lit(0, dtype=pl.Int32)))


def _several(
    tables: list[TableFile], mapping: TableMapping, limits: Limits, codes: RowCodes, log: FaultLog
) -> Found | None:
    """Sum up several inspectors' tables together."""
    joined = [_joined(table.frame, codes) for table in tables]
    for table, frame in zip(tables, joined, strict=True):
        check_rows(frame, row_checks(limits, codes), table.faults)
    if _faulty(tables):
        return None
    each = [gathered(frame).with_columns(file=pl.lit(n, dtype=pl.Int32)) for n, frame in enumerate(joined)]
    for table, lines in zip(tables, each, strict=True):
        told = [*repeated(lines.sort("number").iter_rows(named=True)), *wandering(lines.filter(_LISTED))]
        _add(table, told)
    if _faulty(tables):
        return None
    spot, terms = Spot(mapping.document, log), limits.terms
    lines = pl.concat(each)
    nothing = {name: pl.lit(0, pl.Int64) for name in ("bits", "passed", "lines")}
    visits = with_visits(lines.select("point", "mode", "district", "nth").unique().with_columns(**nothing))
    lines = lines.join(visits.select("point", "mode", "visit").unique(), on=["point", "mode"])
    merged = merge(lines, mapping.settlements, terms.words, spot, once=terms.once)
    _look_at(faulty_points(merged.cells, visits, codes), tables, codes)
    return Found(sum_up(merged.cells, visits, codes), merged.lines, visits.select("point", "mode"), merged.disputes)


def _joined(lines: pl.LazyFrame, codes: RowCodes) -> pl.LazyFrame:
    """Add the day of each line, and what the sheets say of its row."""
    return lines.join(codes.frame.lazy(), on="row", how="left").with_columns(day=day())


def _look_at(points: list[str], tables: list[TableFile], codes: RowCodes) -> None:
    """Note what is wrong of points that do not have every row once."""
    firsts: dict[Visit, Row] = {}
    for table in tables if points else ():
        lines = gathered(_joined(table.frame.filter(pl.col("point").is_in(points)), codes))
        _add(table, point_faults(lines, table.path.name, firsts, codes))


def _add(table: TableFile, told: Iterable[Told]) -> None:
    for number, says in sorted(told):
        table.faults.add(number, says)


def _faulty(tables: list[TableFile]) -> bool:
    return any(table.faults.count for table in tables)


def _noted(tables: list[TableFile], log: FaultLog) -> bool:
    """Hand on what is wrong in the tables."""
    for table in tables:
        table.faults.hand_on(log)
    return bool(log.faults)
