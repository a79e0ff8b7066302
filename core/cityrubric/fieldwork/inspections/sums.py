"""Cells -> sums: per row and district, per point, per type and per fact; whole numbers, so no order of rows matters."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
from attrs import frozen

from cityrubric.fieldwork.inspections.rowcodes import RowCodes

if TYPE_CHECKING:
    from polars import DataFrame, LazyFrame


@frozen(eq=False)
class Sums:
    """What all cells add up to.

    Attributes:
        rows: per row, mode and district.
        classes: per point, mode, district and class of rows: points, bits and number of cells.
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
    rows = cells.group_by("row", "mode", "district").agg(
        inspected=pl.col("seen").sum(),
        cells=pl.len(),
        unseen=(pl.col("passed_high") & ~pl.col("seen")).sum(),
        passed_low=(pl.col("passed_low") & pl.col("seen")).sum(),
        passed_high=(pl.col("passed_high") & pl.col("seen")).sum(),
        found=pl.col("found").sum(),
        cost_low=pl.col("cost_low").cast(pl.Int64).sum(),
        cost_high=pl.col("cost_high").cast(pl.Int64).sum(),
    )
    classes = cells.group_by("point", "mode", "district", "class").agg(
        low=pl.col("low").cast(pl.Int64).sum(),
        high=pl.col("high").cast(pl.Int64).sum(),
        full=pl.col("full").cast(pl.Int64).sum(),
        bits=pl.col("bit").sum(),
        cells=pl.len(),
    )
    return Sums(*pl.collect_all([rows, classes], engine="streaming"))


def point_scores(classes: DataFrame, codes: RowCodes) -> DataFrame:
    """Return the score of each visited point: earned and applicable thousandths; items are floored at zero."""
    items = [(n, type_, item or f"\0{n}") for n, (type_, item, _facts) in enumerate(codes.classes)]
    kinds = {"class": pl.UInt16, "type": pl.String, "item": pl.String}
    known = pl.DataFrame(items, schema=kinds, orient="row")
    per_item = (
        classes.join(known, on="class")
        .group_by("point", "mode", "type", "item")
        .agg(pl.col("low", "high", "full").sum())
    )
    floored = per_item.with_columns(pl.col("low", "high").clip(0))
    return floored.group_by("point", "mode", "type").agg(pl.col("low", "high", "full").sum())


def means_by_type(scores: DataFrame) -> dict[tuple[str, str], Mean]:
    """Return the mean score of each type and mode, of the points that have one."""
    return _means(scores, ("type", "mode"))  # type: ignore[return-value]


def means_by_fact(classes: DataFrame, codes: RowCodes, rates: Iterable[str]) -> dict[str, Mean]:
    """Return the mean over points of what each fact's rows earn; `rates` are the facts that are percentages."""
    wanted = {*rates}
    feeds = [(n, key) for n, (_type, _item, facts) in enumerate(codes.classes) for key in facts if key in wanted]
    fed = pl.DataFrame(feeds, schema={"class": pl.UInt16, "fact": pl.String}, orient="row")
    per_point = classes.join(fed, on="class").group_by("point", "mode", "fact").agg(pl.col("low", "high", "full").sum())
    return {key: mean for (key,), mean in _means(per_point, ("fact",)).items()}


def _means(scores: DataFrame, by: tuple[str, ...]) -> dict[tuple[str, ...], Mean]:
    """Means of quotients: those of one denominator are added as whole numbers, the few denominators as fractions."""
    sums = (
        scores.filter(pl.col("full") > 0)
        .group_by(*by, "full")
        .agg(low=pl.col("low").clip(0).sum(), high=pl.col("high").sum(), count=pl.len())
    )
    means: dict[tuple[str, ...], Mean] = {}
    for *key, full, low, high, count in sums.select(*by, "full", "low", "high", "count").iter_rows():
        before = means.get(tuple(key), Mean(Fraction(), Fraction(), 0))
        means[tuple(key)] = Mean(
            before.low + Fraction(low, full), before.high + Fraction(high, full), before.count + count
        )
    return {key: Mean(sum_.low / sum_.count, sum_.high / sum_.count, sum_.count) for key, sum_ in sorted(means.items())}
