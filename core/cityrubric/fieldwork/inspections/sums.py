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
    from polars import DataFrame

_ROW = ("row", "mode", "district")
_CLASS = ("visit", "class")
_EARNED = ("low", "high", "full")
_HELD = ("nth", "bits")
"""What a run holds: the number of a sheet, and the sum of the bits of those of its rows that passed."""


@frozen(eq=False)
class Sums:
    """What all cells add up to.

    Attributes:
        rows: per row, mode and district.
        classes: per visit and class of rows; `alike` is how many visits have the same, where one stands for them all.
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


def sum_up(cells: DataFrame, runs: DataFrame, codes: RowCodes) -> Sums:
    """Sum up all that was inspected.

    Args:
        cells: of lines that are in no run, each with its visit.
        runs: of rows that passed, from `runs.with_visits`; every line, be it a cell, is of the visit of one of them.
        codes: the rows' numbers.
    """
    rows = codes.frame.select("row", "class", "points", "bit", "nth")
    whole = pl.col("alone") & (pl.col("passed") == pl.col("lines"))
    by_kind = runs.lazy().group_by(*_HELD, "mode", "district", whole=whole)
    kinds = gathered(by_kind.agg(pl.col("visit").min(), n=pl.len().cast(pl.Int64)))
    held = kinds.select(_HELD).unique().join(rows, on="nth").filter(pl.col("bits") & pl.col("bit") != 0)
    points = pl.col("points").cast(pl.Int64).sum()
    most = held.group_by(*_HELD, "class").agg(points.alias(name) for name in _EARNED)
    alike = kinds.filter("whole").join(most, on=_HELD).select(*_CLASS, *_EARNED, alike="n")
    others = gathered(runs.lazy().filter(~whole).join(most.lazy(), on=_HELD).select(*_CLASS, *_EARNED))
    classes = pl.concat([alike, _per_class(pl.concat([others, cells.select(others.columns).cast(others.schema)]))])
    modes = pl.lit(runs["mode"]).gather("visit").alias("mode")
    return Sums(_per_row(cells, kinds.join(held, on=_HELD)), classes.with_columns(modes))


def _per_row(cells: DataFrame, passed: DataFrame) -> DataFrame:
    """Return the sums of cells and of what passed in runs, `n` times."""
    of_cells = cells.group_by(_ROW).agg(
        inspected=pl.col("seen").sum(),
        unseen=(pl.col("passed_high") & ~pl.col("seen")).sum(),
        passed_low=(pl.col("passed_low") & pl.col("seen")).sum(),
        passed_high=(pl.col("passed_high") & pl.col("seen")).sum(),
        found=pl.col("found").sum(),
        cost_low=pl.col("cost_low").cast(pl.Int64).sum(),
        cost_high=pl.col("cost_high").cast(pl.Int64).sum(),
    )
    zero = {name: pl.lit(0, dtype=pl.Int64) for name in ("unseen", "found", "cost_low", "cost_high")}
    told = passed.select(*_ROW, **zero, **dict.fromkeys(("inspected", "passed_low", "passed_high"), pl.col("n")))
    rows = pl.concat([of_cells, told.select(of_cells.columns)], how="vertical_relaxed")
    return rows.group_by(_ROW).agg(pl.exclude(_ROW).sum())


def _per_class(parts: DataFrame) -> DataFrame:
    sums = gathered(parts.lazy().group_by(_CLASS).agg(pl.col(_EARNED).sum()))
    return sums.with_columns(alike=pl.lit(1, pl.Int64))


def point_scores(classes: DataFrame, codes: RowCodes) -> DataFrame:
    """Return the score of each visited point: earned and applicable thousandths; items are floored at zero.

    One line may stand for several points, `alike`.
    """
    items = [(type_, item or n) for n, (type_, item, _facts) in enumerate(codes.classes)]
    of = [(n, item[0], items.index(item)) for n, item in enumerate(items)]
    known = pl.DataFrame(of, schema={"class": pl.UInt16, "type": pl.String, "item": pl.UInt16}, orient="row")
    same, sums = pl.col("mode", "type", "alike").first(), pl.col(_EARNED).sum()
    per_item = classes.join(known, on="class").group_by("visit", "item").agg(same, sums)
    return per_item.with_columns(pl.col("low", "high").clip(0)).group_by("visit").agg(same, sums)


def means_by_type(scores: DataFrame) -> dict[tuple[str, str], Mean]:
    """Return the mean score of each type and mode, of the points that have one."""
    return _means(scores, ("type", "mode"))  # type: ignore[return-value]


def means_by_fact(classes: DataFrame, codes: RowCodes, rates: Iterable[str]) -> dict[str, Mean]:
    """Return the mean over points of what each fact's rows earn; `rates` are the facts that are percentages."""
    wanted = dict.fromkeys(rates)
    feeds = [(n, key) for n, (_type, _item, facts) in enumerate(codes.classes) for key in facts if key in wanted]
    fed = pl.DataFrame(feeds, schema={"class": pl.UInt16, "fact": pl.Enum([*wanted])}, orient="row")
    points = classes.join(fed, on="class").group_by("visit", "fact")
    per_point = points.agg(pl.col("alike").first(), pl.col(_EARNED).sum())
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
