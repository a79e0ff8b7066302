"""Several inspectors' tables -> one cell per point and row: the same counts once, differences disputed or settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from attrs import frozen

from cityrubric.errors import Spot
from cityrubric.fieldwork.inspections.cells import (
    CELL,
    COUNTS,
    DEEPEST,
    KEY,
    UNKNOWN_COUNT,
    earned_thousandths,
    occurrence_costs,
    worth,
)
from cityrubric.fieldwork.inspections.mapping import Settlement
from cityrubric.fieldwork.inspections.rowcodes import OPERATORS
from cityrubric.inspected import Dispute
from cityrubric.language import translate as _

_ROW = ("visit", "district", "class", "bit", "points", "each", "operator", "own")


@frozen(eq=False)
class Merged:
    """Cells of all tables together.

    Attributes:
        cells: one per point and row.
        lines: those with occurrences, with `costs`.
        disputes: rows on which tables differ.
    """

    cells: pl.DataFrame
    lines: pl.DataFrame
    disputes: tuple[Dispute, ...]


def merge(
    lines: pl.DataFrame, settlements: Sequence[Settlement], words: Mapping[str, str], spot: Spot, *, once: bool
) -> Merged:
    """Merge the lines of several tables.

    Args:
        lines: of all tables, joined to the sheets' rows; `file` is the number of the table.
        settlements: decisions on disputed rows.
        words: results -> how tables write them.
        spot: where faults of settlements are noted.
        once: whether one occurrence costs points in one row only.
    """
    lines = _without_unseen(lines, words["not_inspected"])
    said = _said(lines)
    disputed = (
        said.group_by(*KEY)
        .agg(n=pl.col("says").n_unique(), says=pl.col("says").sort_by("file"))
        .filter(pl.col("n") > 1)
    )
    settled = {(one.point, one.mode, one.row): one for one in settlements}
    keys = {(row["point"], row["mode"], row["row"]) for row in disputed.iter_rows(named=True)}
    _check_settlements(lines, settlements, keys, spot)
    lines = _with_settled(lines, settled, words)
    costed = occurrence_costs(lines.filter(pl.col("occurrence") != ""), once=once)
    disputes = tuple(_dispute(row, settled) for row in disputed.sort(KEY).iter_rows(named=True))
    return Merged(_cells(lines, costed.unique([*KEY, "occurrence"]), words), costed, disputes)


def _without_unseen(lines: pl.DataFrame, word: str) -> pl.DataFrame:
    """Who did not inspect a row says nothing against those who did."""
    seen = (pl.col("result") != word).any().over(KEY)
    return lines.filter((pl.col("result") != word) | ~seen)


def _said(lines: pl.DataFrame) -> pl.DataFrame:
    """What each table says of each cell, in short."""
    result = pl.col("result").first()
    ids = pl.col("occurrence").filter(pl.col("occurrence") != "").unique().sort().str.join(" ")
    earned = pl.col("earned").cast(pl.Float64, strict=False).cast(pl.String).fill_null("").min()
    whole = pl.concat_str(result, earned, ids, separator=" ").str.strip_chars()
    return lines.group_by(*KEY, "file").agg(says=whole)


def _dispute(row: Mapping[str, Any], settled: Mapping[tuple[str, str, str], Settlement]) -> Dispute:
    one = settled.get((row["point"], row["mode"], row["row"]))
    by = f"{one.by} {one.on}" if one else ""
    return Dispute(row["point"], row["mode"], row["row"], tuple(row["says"]), by, one.reason if one else "")


def _with_settled(
    lines: pl.DataFrame, settled: Mapping[tuple[str, str, str], Settlement], words: Mapping[str, str]
) -> pl.DataFrame:
    """Put what was decided in the place of what the tables say."""
    if not settled:
        return lines
    decided: list[dict[str, Any]] = []
    for row in lines.unique(KEY, keep="first", maintain_order=True).iter_rows(named=True):
        one = settled.get((row["point"], row["mode"], row["row"]))
        if one:
            plain = {
                **row,
                "result": words[one.result],
                "earned": "" if one.earned is None else str(one.earned),
                "file": 0,
            }
            decided += [{**plain, "occurrence": id_} for id_ in one.occurrences or ("",)]
    keys = pl.DataFrame([*settled], schema=dict.fromkeys(KEY, pl.String), orient="row")
    kept = lines.join(keys, on=KEY, how="anti")
    return pl.concat([kept, pl.DataFrame(decided, schema=lines.schema)]) if decided else kept


def _check_settlements(
    lines: pl.DataFrame, settlements: Sequence[Settlement], disputed: set[tuple[str, str, str]], spot: Spot
) -> None:
    """A settlement decides what is disputed, and nothing that the sheet does not allow."""
    seen: set[tuple[str, str, str]] = set()
    for n, one in enumerate(settlements):
        here, key = spot.at("settlements", n), (one.point, one.mode, one.row)
        if key not in disputed:
            here.fault(
                _("nothing to settle: the tables do not differ on row '{row}' of '{point}'").format(
                    row=one.row, point=one.point
                )
            )
            continue
        if key in seen:
            here.fault(_("row '{row}' of '{point}' is settled twice").format(row=one.row, point=one.point))
        seen.add(key)
        mine = lines.filter(*(pl.col(name) == value for name, value in zip(KEY, key, strict=True)))
        for says in _misfits(one, mine):
            here.fault(says)


def _misfits(one: Settlement, mine: pl.DataFrame) -> Iterator[str]:
    row = mine.row(0, named=True)
    most, operator = row["points"] / 1000, row["operator"]
    shares = operator == OPERATORS["award_proportional"] and one.result == "fail"
    if shares != (one.earned is not None):
        yield _("`earned` belongs to what failed in a row that earns in proportion, and only there")
    elif one.earned is not None and (one.earned > most or round(one.earned * 1000, 6) % 1):
        yield _("'{word}' points cannot be earned here; write 0 to {most}, at most three decimals").format(
            word=one.earned, most=most
        )
    if operator == OPERATORS["deduct"] and one.result == "fail" and not one.occurrences:
        yield _("a deduction needs `occurrences`: the ids that stand")
    if one.occurrences and one.result != "fail":
        yield _("`occurrences` belong to what failed")
    for id_ in one.occurrences:
        if id_ not in mine["occurrence"].to_list():
            yield _("occurrence '{id}' is recorded by no table in this row").format(id=id_)


def _cells(lines: pl.DataFrame, costed: pl.DataFrame, words: Mapping[str, str]) -> pl.DataFrame:
    """One cell per point and row: the hull of what the tables say."""
    result, listed = pl.col("result"), pl.col("occurrence") != ""
    passed, failed, unseen, exempt = (
        result == words[name] for name in ("pass", "fail", "not_inspected", "not_applicable")
    )
    tables = (
        lines.with_columns(share=earned_thousandths())
        .group_by(*KEY, *_ROW)
        .agg(
            passes=passed.any(),
            all_pass=passed.all(),
            fails=(failed & ~listed).any(),
            finds=listed.any(),
            unseen=unseen.all(),
            exempt=exempt.any(),
            all_exempt=exempt.all(),
            least=pl.col("share").min(),
            most=pl.col("share").max(),
            tables=pl.col("file").n_unique(),
        )
    )
    cells = tables.join(_counts(lines, costed), on=KEY, how="left").with_columns(
        pl.col("found", "cost_low", "cost_high").fill_null(0)
    )
    cells = cells.with_columns(cost_low=pl.when(pl.col("passes")).then(0).otherwise("cost_low"))
    known = cells.with_columns(
        low=_end(pl.min_horizontal, "cost_high", "least"), high=_end(pl.max_horizontal, "cost_low", "most")
    )
    return _chosen(known)


def _counts(lines: pl.DataFrame, costed: pl.DataFrame) -> pl.DataFrame:
    """Occurrences of each cell: all, those that surely cost, since every table records them, and those that may."""
    tables = lines.group_by(*KEY).agg(tables=pl.col("file").n_unique())
    recorded = lines.group_by(*KEY, "occurrence").agg(by=pl.col("file").n_unique())
    each = costed.join(recorded, on=[*KEY, "occurrence"]).join(tables, on=KEY)
    return each.group_by(*KEY).agg(
        found=pl.len().cast(pl.Int32),
        cost_low=(pl.col("costs") & (pl.col("by") == pl.col("tables"))).sum().cast(pl.Int32),
        cost_high=pl.col("costs").sum().cast(pl.Int32),
    )


def _end(among: Callable[..., pl.Expr], costing: str, share: str) -> pl.Expr:
    """The least or most that any table's result earns."""
    shares = pl.col("operator") == OPERATORS["award_proportional"]
    return among(
        pl.when("passes").then("points"),
        pl.when("fails").then(pl.when(shares).then(share).otherwise(0)),
        pl.when("finds").then(worth(pl.col(costing), pl.col(share))),
    )


def _chosen(cells: pl.DataFrame) -> pl.DataFrame:
    """Add what holds of rows that nobody inspected, and of rows that do not apply to everybody."""
    deducts = pl.col("operator") == OPERATORS["deduct"]
    taken = pl.when(deducts & ~pl.col("own")).then(pl.lit(-DEEPEST)).otherwise(0)
    low = pl.when("unseen").then(taken).when("all_exempt").then(0).when("exempt").then(taken).otherwise("low")
    high = pl.when("all_exempt").then(0).when(pl.col("unseen") | pl.col("exempt")).then("points").otherwise("high")
    most = pl.when(pl.col("unseen") & deducts).then(pl.lit(UNKNOWN_COUNT)).otherwise("cost_high")
    seen = pl.col("passes") | pl.col("fails") | pl.col("finds")
    return cells.with_columns(
        low=low.cast(pl.Int32),
        high=high.cast(pl.Int32),
        full=pl.when("all_exempt").then(0).otherwise("points").cast(pl.Int32),
        passed_low="all_pass",
        passed_high=pl.col("passes") | pl.col("unseen"),
        seen=seen,
        cost_low=pl.col("cost_low").cast(pl.Int32),
        cost_high=most.cast(pl.Int32),
    ).select(*CELL, *COUNTS)
