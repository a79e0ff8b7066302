"""Lines of a table -> runs: lines that follow each other, say the same of one visit and passed become one.

Nearly every line says that a row passed, and stands beside others of the same visit. Nothing can be wrong of one line
of a run that is not wrong of all (but that its row is not asked or stands there twice, which shows in the bits): so a
run is checked once, and summed up by the rows it holds, each a bit. Lines that say anything else stay lines. In a table
of another order runs are short; no sum changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl
from attrs import frozen

from cityrubric.fieldwork.inspections.rowcodes import RowCodes

if TYPE_CHECKING:
    from polars import DataFrame, Expr, LazyFrame

_VISIT = ("point", "type", "mode", "district", "time", "inspector", "second")
_SAID = ("earned", "occurrence", "photos", "confirmed", "approver", "note")
_PIECE = 500_000  # lines held at a time by each thread
_Told = TypeVar("_Told")


@frozen(eq=False)
class Piece:
    """A stretch of a table.

    Attributes:
        runs: the visit of each, the row it begins with, sum of the bits of the rows that passed, how many did, and of
            how many lines.
        others: lines that say more than that a row passed; `visit` is the number of their run.
    """

    runs: DataFrame
    others: DataFrame


def told_of_pieces(
    lines: LazyFrame, codes: RowCodes, words: Mapping[str, str], tell: Callable[[Piece], _Told]
) -> Iterator[_Told]:
    """Yield what is told of each piece of a table, in order; several are read and told of at a time."""
    count = lines.select(pl.len()).collect().item()

    def told(start: int) -> _Told:
        return tell(_piece(lines.slice(start, _PIECE).collect(), codes, words))

    with ThreadPoolExecutor(pl.thread_pool_size() + 1) as threads:  # one more: each waits for its file at times
        yield from threads.map(told, range(0, max(count, 1), _PIECE))


def _piece(lines: DataFrame, codes: RowCodes, words: Mapping[str, str]) -> Piece:
    code = lines["row"].cast(codes.ids, strict=False).to_physical()
    plain = (pl.col("result") == words["pass"]) & (pl.col("occurrence") == "") & (pl.col("earned") == "")
    numbered = lines.with_columns(codes.frame["nth"].gather(code))
    told = numbered.select(begins=_begins((*_VISIT, "nth")), plain=plain)
    starts, passed = told["begins"].arg_true().to_numpy(), told["plain"].to_numpy()
    bits = np.where(passed, codes.frame["bit"].gather(code).fill_null(0).to_numpy(), 0)
    runs = lines.select(*_VISIT, "row").filter(told["begins"])
    runs = runs.with_columns(
        bits=np.add.reduceat(bits, starts),
        passed=np.add.reduceat(passed, starts, dtype=np.int64),
        lines=np.diff(starts, append=lines.height),
    )
    others = lines.with_columns(visit=told["begins"].cum_sum() - 1).filter(~told["plain"])
    return Piece(runs, others)


def _begins(columns: tuple[str, ...]) -> Expr:
    """Where a line differs from the one before it in any of these columns; the first one does."""
    first = pl.int_range(pl.len()) == 0
    return reduce(or_, (pl.col(name).ne_missing(pl.col(name).shift()) for name in columns), first)


def as_lines(runs: DataFrame, words: Mapping[str, str]) -> DataFrame:
    """Return what each run says as a line, in which all is wrong that is wrong in any of its lines."""
    nothing = {name: pl.lit("") for name in _SAID}
    return runs.select(*_VISIT, "row", result=pl.lit(words["pass"]), **nothing)


def with_visits(runs: DataFrame) -> DataFrame:
    """Number runs and find those of one visit.

    Returns:
        The runs with `visit`, the number of the first run of the same point and mode, and `alone`: no other is of it.
    """
    points = runs["point"].hash()
    ordered = points.sort()  # in a third of the time that `is_duplicated` takes
    twice = ordered.filter(ordered == ordered.shift())
    runs = runs.with_row_index("visit").with_columns(alone=~points.is_in(twice.implode()))
    again = runs.filter(~pl.col("alone")).select("visit", first=pl.col("visit").min().over("point", "mode"))
    return runs.with_columns(visit=runs["visit"].scatter(again["visit"], again["first"]))
