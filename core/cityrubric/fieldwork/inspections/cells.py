"""Lines of tables -> cells: what is known of each row at each visited point, least and most.

A line without an occurrence is a cell by itself. Lines with occurrences, one each, are joined: an occurrence that is
recorded under several rows of a point costs points in the dearest of them only, or in each, as the rule set says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from cityrubric.fieldwork.inspections.rowcodes import OPERATORS

if TYPE_CHECKING:
    from polars import DataFrame, Expr

KEY = ("point", "mode", "row")
PLACE = ("visit", "mode", "row", "district", "class", "bit")
CELL = (*PLACE, "full", "low", "high", "passed_low", "passed_high", "seen", "found")
COUNTS = ("cost_low", "cost_high")
"""Columns of a cell; points in thousandths, `found` and costs in occurrences; `full` is 0 where it does not apply."""

UNKNOWN_COUNT = 1 << 20
"""Occurrences that a row may have where it was not inspected: more than anybody finds."""
DEEPEST = 1 << 20
"""Thousandths that such a row may take from its item: more than an item earns."""

_DEDUCT, _SHARE = OPERATORS["deduct"], OPERATORS["award_proportional"]


def plain_cells(lines: DataFrame, words: Mapping[str, str]) -> DataFrame:
    """Return the cells of lines without an occurrence, in no more columns than later steps ask for."""
    passed, failed, unseen = (pl.col("result") == words[name] for name in ("pass", "fail", "not_inspected"))
    applies = pl.col("result") != words["not_applicable"]
    share = earned_thousandths()
    sure = pl.when(passed).then("points").when(failed & (pl.col("operator") == _SHARE)).then(share).otherwise(0)
    none, deducts = pl.lit(0, dtype=pl.Int32), pl.col("operator") == _DEDUCT
    return lines.filter(pl.col("occurrence") == "").select(
        *PLACE,
        full=pl.when(applies).then("points").otherwise(none),
        low=pl.when(unseen & deducts & ~pl.col("own"))
        .then(pl.lit(-DEEPEST, dtype=pl.Int32))
        .otherwise(sure.cast(pl.Int32)),
        high=pl.when(unseen).then("points").otherwise(sure.cast(pl.Int32)),
        passed_low=passed,
        passed_high=passed | unseen,
        seen=passed | failed,
        found=none,
        cost_low=none,
        cost_high=pl.when(unseen & deducts).then(pl.lit(UNKNOWN_COUNT, dtype=pl.Int32)).otherwise(none),
    )


def earned_thousandths() -> Expr:
    """Return the points written in a line, in thousandths."""
    return (pl.col("earned").cast(pl.Float64, strict=False) * 1000).round().cast(pl.Int32)


def occurrence_costs(lines: DataFrame, *, once: bool) -> DataFrame:
    """Add `costs` to lines with occurrences: whether the occurrence costs points under this row."""
    loss = (
        pl.when(pl.col("operator") == _DEDUCT)
        .then("each")
        .when(pl.col("operator") == _SHARE)
        .then(pl.col("points") - earned_thousandths())
        .otherwise("points")
    )
    if not once:
        return lines.with_columns(costs=pl.lit(value=True))
    dearest = (
        lines.with_columns(loss=loss)
        .sort("loss", "place", descending=[True, False])
        .group_by("point", "mode", "occurrence")
        .agg(pl.col("row").first().alias("dearest"))
    )
    joined = lines.join(dearest, on=["point", "mode", "occurrence"], how="left")
    return joined.with_columns(costs=pl.col("row") == pl.col("dearest")).drop("dearest")


def occurrence_cells(lines: DataFrame) -> DataFrame:
    """Return the cells of lines with occurrences and `costs`, one cell per point and row."""
    costing = pl.col("occurrence").filter(pl.col("costs")).n_unique().cast(pl.Int32)
    kept = ("visit", "district", "class", "bit", "points", "each", "operator", "own")
    cells = (
        lines.with_columns(share=earned_thousandths())
        .group_by(*KEY, *kept)
        .agg(found=pl.col("occurrence").n_unique().cast(pl.Int32), cost=costing, share=pl.col("share").min())
    )
    return _valued(cells.with_columns(cost_low="cost", cost_high="cost"))


def _valued(cells: DataFrame) -> DataFrame:
    """Give cells with occurrences their points."""
    ends = {name: worth(pl.col("cost_high"), pl.col("share")) for name in ("low", "high")}
    no = pl.lit(value=False)
    return cells.with_columns(**ends, full="points", passed_low=no, passed_high=no, seen=~no).select(*CELL, *COUNTS)


def worth(costing: Expr, share: Expr) -> Expr:
    """Return the points that a cell earns with so many occurrences that cost; `share`: earned in proportion."""
    left = pl.col("points") - pl.col("each") * costing
    floored = pl.when(pl.col("own")).then(left.clip(0)).otherwise(left)
    lost = pl.when(pl.col("operator") == _SHARE).then(share).otherwise(0)
    awarded = pl.when(costing > 0).then(lost).otherwise("points")
    return pl.when(pl.col("operator") == _DEDUCT).then(floored).otherwise(awarded).cast(pl.Int32)
