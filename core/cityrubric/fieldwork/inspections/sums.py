"""Cells and runs -> sums: per row and district, per point, per type and per fact.

Whole numbers, so no order of rows matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
from attrs import frozen

from cityrubric.fieldwork.inspections.rowcodes import RowCodes
from cityrubric.fieldwork.inspections.tables import gathered

if TYPE_CHECKING:
    from polars import DataFrame, LazyFrame

_ROW = ("row", "mode", "district")
_CLASS = ("point", "mode", "district", "class")
_EARNED = ("low", "high", "full", "bits", "cells")
_HELD = ("sheet", "bits")


@frozen(eq=False)
class Sums:
    """What all cells add up to.

    Attributes:
        rows: per row, mode and district.
        classes: per point, mode, district and class of rows: points, bits and number of cells; `alike` is how many
            points have the same, where a line stands for them all.
    """

    rows: DataFrame
    classes: DataFrame


@frozen
class Mean:
    """A mean of rates between 0 and 1, exact.

    Attributes:
        count: of how many points.
    """

    low: Fraction
    high: Fraction
    count: int


def sum_up(cells: LazyFrame) -> Sums:
    """Sum up all cells, read once for both."""
    rows = cells.group_by(_ROW).agg(
        inspected=pl.col("seen").sum(),
        unseen=(pl.col("passed_high") & ~pl.col("seen")).sum(),
        passed_low=(pl.col("passed_low") & pl.col("seen")).sum(),
        passed_high=(pl.col("passed_high") & pl.col("seen")).sum(),
        found=pl.col("found").sum(),
        cost_low=pl.col("cost_low").cast(pl.Int64).sum(),
        cost_high=pl.col("cost_high").cast(pl.Int64).sum(),
    )
    classes = cells.group_by(_CLASS).agg(
        low=pl.col("low").cast(pl.Int64).sum(),
        high=pl.col("high").cast(pl.Int64).sum(),
        full=pl.col("full").cast(pl.Int64).sum(),
        bits=pl.col("bit").sum(),
        cells=pl.len().cast(pl.Int64),
        alike=pl.lit(1, dtype=pl.Int64),
    )
    return Sums(*pl.collect_all([rows, classes], engine="streaming"))


def with_runs(sums: Sums, runs: DataFrame, codes: RowCodes, *, named: bool = False) -> Sums:
    """Add runs of rows that passed to the sums of all other lines.

    Args:
        sums: of lines that are in no run.
        runs: from `runs.pieces_of`; every line, be it in `sums`, is of the visit of one of them.
        codes: the rows' numbers.
        named: whether each point is to be there by its name, and no line stands for several.
    """
    held = _held(runs, codes)
    visits = runs.group_by(*_HELD, "mode", "district").len()
    passed = visits.join(held, on=_HELD).group_by(_ROW).agg(n=pl.col("len").cast(pl.Int64).sum())
    zero = {name: pl.lit(0, dtype=pl.Int64) for name in ("unseen", "found", "cost_low", "cost_high")}
    told = passed.select(*_ROW, **zero, **dict.fromkeys(("inspected", "passed_low", "passed_high"), pl.col("n")))
    rows = pl.concat([sums.rows, told.select(sums.rows.columns)], how="vertical_relaxed")
    whole = (pl.col("passed") == pl.col("lines")) & ~pl.col("point").hash().is_duplicated()
    runs = runs.with_columns(whole=pl.lit(value=False) if named else whole)
    alike = runs.filter("whole").group_by(*_HELD, "mode", "district").agg(pl.col("point").first(), alike=pl.len())
    others = pl.concat([sums.classes, _classes(runs.filter(~pl.col("whole")).with_columns(alike=1), held)])
    merged = gathered(others.lazy().group_by(*_CLASS, "alike").agg(pl.col(_EARNED).sum()))
    classes = [merged.select(sums.classes.columns), _classes(alike, held)]
    return Sums(rows.group_by(_ROW).agg(pl.exclude(_ROW).sum()), pl.concat(classes))


def _held(runs: DataFrame, codes: RowCodes) -> DataFrame:
    """Return the rows that each sum of bits holds, sheet by sheet."""
    rows = codes.frame.select("row", "class", "points", "bit", sheet=pl.col("sheet").rle_id())
    return runs.select(_HELD).unique().join(rows, on="sheet").filter(pl.col("bits") & pl.col("bit") != 0)


def _classes(runs: DataFrame, held: DataFrame) -> DataFrame:
    """Return what runs earn of each class of rows: all that they can."""
    points = pl.col("points").cast(pl.Int64).sum()
    earned = held.group_by(*_HELD, "class").agg(
        low=points, high=points, full=points, of=pl.col("bit").sum(), cells=pl.len().cast(pl.Int64)
    )
    each = runs.join(earned, on=_HELD)
    return each.select(
        *_CLASS, "low", "high", "full", pl.col("of").alias("bits"), "cells", pl.col("alike").cast(pl.Int64)
    )


def point_scores(classes: DataFrame, codes: RowCodes) -> DataFrame:
    """Return the score of each visited point: earned and applicable thousandths; items are floored at zero.

    One line may stand for several points, `alike`.
    """
    items = [(n, type_, item or f"\0{n}") for n, (type_, item, _facts) in enumerate(codes.classes)]
    kinds = {"class": pl.UInt16, "type": pl.String, "item": pl.String}
    known = pl.DataFrame(items, schema=kinds, orient="row")
    per_item = (
        classes.join(known, on="class")
        .group_by("point", "mode", "type", "item", "alike")
        .agg(pl.col("low", "high", "full").sum())
    )
    floored = per_item.with_columns(pl.col("low", "high").clip(0))
    return floored.group_by("point", "mode", "type", "alike").agg(pl.col("low", "high", "full").sum())


def means_by_type(scores: DataFrame) -> dict[tuple[str, str], Mean]:
    """Return the mean score of each type and mode, of the points that have one."""
    return _means(scores, ("type", "mode"))  # type: ignore[return-value]


def means_by_fact(classes: DataFrame, codes: RowCodes, rates: Iterable[str]) -> dict[str, Mean]:
    """Return the mean over points of what each fact's rows earn; `rates` are the facts that are percentages."""
    wanted = {*rates}
    feeds = [(n, key) for n, (_type, _item, facts) in enumerate(codes.classes) for key in facts if key in wanted]
    fed = pl.DataFrame(feeds, schema={"class": pl.UInt16, "fact": pl.String}, orient="row")
    points = classes.join(fed, on="class").group_by("point", "mode", "fact", "alike")
    per_point = points.agg(pl.col("low", "high", "full").sum())
    return {key: mean for (key,), mean in _means(per_point, ("fact",)).items()}


def _means(scores: DataFrame, by: tuple[str, ...]) -> dict[tuple[str, ...], Mean]:
    """Means of quotients: those of one denominator are added as whole numbers, the few denominators as fractions."""
    alike = pl.col("alike")
    sums = (
        scores.filter(pl.col("full") > 0)
        .group_by(*by, "full")
        .agg(low=(pl.col("low").clip(0) * alike).sum(), high=(pl.col("high") * alike).sum(), count=alike.sum())
    )
    means: dict[tuple[str, ...], Mean] = {}
    for *key, full, low, high, count in sums.select(*by, "full", "low", "high", "count").iter_rows():
        before = means.get(tuple(key), Mean(Fraction(), Fraction(), 0))
        means[tuple(key)] = Mean(
            before.low + Fraction(low, full), before.high + Fraction(high, full), before.count + count
        )
    return {key: Mean(sum_.low / sum_.count, sum_.high / sum_.count, sum_.count) for key, sum_ in sorted(means.items())}
