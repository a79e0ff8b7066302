"""What must hold of the rows of one point together: each row of its sheet once, one type and one district."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from cityrubric.fieldwork.inspections.cells import KEY
from cityrubric.fieldwork.inspections.rowcodes import RowCodes
from cityrubric.language import translate as _

Told = tuple[int, str]
"""A row's number and what is wrong in it."""
Row = Mapping[str, Any]
Visit = tuple[str, str]
"""Point and mode."""


def faulty_points(cells: pl.DataFrame, runs: pl.DataFrame, codes: RowCodes) -> list[str]:
    """Return the points of which something is wrong; all others have every row of one sheet once, in one district.

    Args:
        cells: as they are summed up.
        runs: the same.
        codes: the rows' numbers.
    """
    bits, count = np.zeros((2, runs.height), dtype=np.int64)
    for rows in (runs.select("visit", "bits", "passed"), cells.select("visit", "bit", pl.lit(1, pl.Int64))):
        visit, sums, counts = (column.to_numpy() for column in rows)
        np.add.at(bits, visit, sums)
        np.add.at(count, visit, counts)
    visits = runs.with_columns(bits=bits, count=count).filter(pl.col("visit") == pl.int_range(pl.len()))
    # as many powers of two as the sum has ones, and no sum but this: so none is there twice
    right = (pl.col("bits") == codes.asked) & (pl.col("count") == codes.asked.bitwise_count_ones())
    wrong = visits.filter(~right)
    several = runs.filter(~pl.col("alone")).group_by("point", "mode").agg(n=pl.struct("nth", "district").n_unique())
    return sorted({*wrong["point"], *several.filter(pl.col("n") > 1)["point"]})


def point_faults(lines: pl.DataFrame, file: str, firsts: dict[Visit, Row], codes: RowCodes) -> Iterator[Told]:
    """Yield what is wrong of points, at the rows where it shows.

    Args:
        lines: all rows of these points in one table.
        file: its name.
        firsts: the first row of each visit in the tables before, with its file; those of this one are added.
        codes: the rows' numbers.
    """
    for group in lines.sort("number").partition_by("point", "mode", maintain_order=True):
        rows = group.to_dicts()
        yield from repeated(rows)
        first = firsts.setdefault((rows[0]["point"], rows[0]["mode"]), {**rows[0], "file": file})
        for row in rows:
            if (row["sheet"], row["district"]) != (first["sheet"], first["district"]):
                yield row["number"], _moved(row, first, file)
        lacking = _lacking(rows, codes)
        if lacking:
            says = _("'{point}' lacks rows of its sheet: {rows}; write each, even if it was not inspected")
            yield rows[0]["number"], says.format(point=rows[0]["point"], rows=", ".join(lacking))


def _moved(row: Row, first: Row, file: str) -> str:
    says = _("'{point}' is {type} in {district} here, and {other} in {elsewhere} in row {n}")
    if first["file"] != file:
        says = _("'{point}' is {type} in {district} here, and {other} in {elsewhere} in row {n} of {file}")
    return says.format(
        point=row["point"],
        type=row["sheet"],
        district=row["district"],
        other=first["sheet"],
        elsewhere=first["district"],
        n=first["number"],
        file=first["file"],
    )


def repeated(rows: Iterable[Row]) -> Iterator[Told]:
    """Yield rows that say again what an earlier one of the same table says, or contradict it."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in KEY)
        for place in ((*key, ""), (*key, row["occurrence"])):
            earlier = first.get(place)
            if earlier is not None and (place[-1] == row["occurrence"] or earlier["occurrence"] == ""):
                says = _("row '{row}' of '{point}' stands in row {n} already")
                yield row["number"], says.format(row=row["row"], point=row["point"], n=earlier["number"])
                break
        first.setdefault((*key, row["occurrence"]), row)
        first.setdefault((*key, ""), row)


def wandering(lines: pl.DataFrame) -> Iterator[Told]:
    """Yield rows whose occurrence was recorded at another point before."""
    first: dict[str, Row] = {}
    several = lines.group_by("occurrence").agg(pl.col("point").n_unique()).filter(pl.col("point") > 1)
    for row in lines.join(several.select("occurrence"), on="occurrence").sort("number").iter_rows(named=True):
        earlier = first.setdefault(row["occurrence"], row)
        if earlier["point"] != row["point"]:
            says = _("occurrence '{id}' was recorded at '{point}' in row {n}")
            yield row["number"], says.format(id=row["occurrence"], point=earlier["point"], n=earlier["number"])


def _lacking(rows: Iterable[Row], codes: RowCodes) -> list[str]:
    rows = [*rows]
    there = {row["row"] for row in rows}
    type_, mode = rows[0]["sheet"], rows[0]["mode"]
    return [
        id_
        for id_, (sheet, row, _class, _bit) in codes.by_row.items()
        if sheet.type == type_ and mode in row.modes and id_ not in there
    ]
