"""What must hold of the rows of one point together: each row of its sheet once, one type and one district."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from cityrubric.fieldwork.inspections.cells import KEY
from cityrubric.fieldwork.inspections.rowcodes import RowCodes
from cityrubric.fieldwork.inspections.tables import gathered
from cityrubric.language import translate as _

Told = tuple[int, str]
"""A row's number and what is wrong in it."""


def faulty_points(classes: pl.DataFrame, runs: pl.DataFrame | None, codes: RowCodes) -> list[str]:
    """Return the points of which something is wrong; all others have every row once.

    Args:
        classes: sums by point; where a line stands for several points, it is told of one of them.
        runs: rows that passed, if they were gathered before they were summed up.
        codes: the rows' numbers.
    """
    kinds = {"class": pl.UInt16, "type": pl.String}
    types = pl.DataFrame([(n, entry[0]) for n, entry in enumerate(codes.classes)], schema=kinds, orient="row")
    points = classes.lazy().join(types.lazy(), on="class").group_by("point", "mode", "type", "district")
    per_point = gathered(points.agg(pl.col("bits", "cells").sum()))
    asked = per_point.select("type", "mode").unique().rows()
    masks = [(type_, mode, codes.mask(type_, mode)) for type_, mode in asked]
    known = pl.DataFrame(masks, schema={"type": pl.String, "mode": pl.String, "mask": pl.Int64}, orient="row")
    wrong = (pl.col("bits") != pl.col("mask")) | (pl.col("cells") != pl.col("mask").bitwise_count_ones())
    # as many powers of two as the sum has ones, and no sum but this: so none is there twice
    found = {*per_point.join(known, on=["type", "mode"]).filter(wrong)["point"]}
    if runs is not None:
        found |= {*runs.filter(pl.col("passed") != pl.col("bits").bitwise_count_ones())["point"]}
    return sorted(found)


def point_faults(lines: pl.DataFrame, codes: RowCodes) -> Iterator[Told]:
    """Yield what is wrong of points, at the rows where it shows; `lines` are all rows of these points."""
    for group in lines.sort("number").partition_by("point", "mode", maintain_order=True):
        rows = group.to_dicts()
        yield from repeated(rows)
        first = rows[0]
        for row in rows[1:]:
            if (row["sheet"], row["district"]) != (first["sheet"], first["district"]):
                says = _("'{point}' is {type} in {district} here, and {other} in {elsewhere} in row {n}")
                yield (
                    row["number"],
                    says.format(
                        point=row["point"],
                        type=row["sheet"],
                        district=row["district"],
                        other=first["sheet"],
                        elsewhere=first["district"],
                        n=first["number"],
                    ),
                )
        lacking = _lacking(rows, codes)
        if lacking:
            says = _("'{point}' lacks rows of its sheet: {rows}; write each, even if it was not inspected")
            yield first["number"], says.format(point=first["point"], rows=", ".join(lacking))


def repeated(rows: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    """Yield rows that say again what an earlier one of the same table says, or contradict it."""
    first: dict[tuple[str, ...], Mapping[str, Any]] = {}
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
    first: dict[str, Mapping[str, Any]] = {}
    several = lines.group_by("occurrence").agg(pl.col("point").n_unique()).filter(pl.col("point") > 1)
    for row in lines.join(several.select("occurrence"), on="occurrence").sort("number").iter_rows(named=True):
        earlier = first.setdefault(row["occurrence"], row)
        if earlier["point"] != row["point"]:
            says = _("occurrence '{id}' was recorded at '{point}' in row {n}")
            yield row["number"], says.format(id=row["occurrence"], point=earlier["point"], n=earlier["number"])


def _lacking(rows: Iterable[Mapping[str, Any]], codes: RowCodes) -> list[str]:
    rows = [*rows]
    there = {row["row"] for row in rows}
    type_, mode = rows[0]["sheet"], rows[0]["mode"]
    return [
        id_
        for id_, (sheet, row, _class, _bit) in codes.by_row.items()
        if sheet.type == type_ and mode in row.modes and id_ not in there
    ]
