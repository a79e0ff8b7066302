"""Lines of a table -> runs: lines that follow each other, say the same of one visit and passed become one.

Nearly every line says that a row passed, and stands beside others of the same visit. Nothing can be wrong of one line
of a run that is not wrong of all (but that its row is not asked or stands there twice, which shows in the bits): so a
run is checked once, and summed up by the rows it holds, each a bit. Lines that say anything else stay lines. In a table
of another order runs are short; no sum changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from attrs import frozen

from cityrubric.fieldwork.inspections.rowcodes import RowCodes

if TYPE_CHECKING:
    from polars import DataFrame, Expr, LazyFrame

_VISIT = ("point", "type", "mode", "district", "time", "inspector", "second")
_SAID = ("earned", "occurrence", "photos", "confirmed", "approver", "note")
_PIECE = 500_000  # lines held at a time by each thread


@frozen(eq=False)
class Piece:
    """A stretch of a table.

    Attributes:
        runs: the visit of each, the row it begins with, number of its sheet, sum of the bits of the rows that passed,
            how many did, and of how many lines.
        others: lines that say more than that a row passed.
    """

    runs: DataFrame
    others: DataFrame


def pieces_of(lines: LazyFrame, codes: RowCodes, words: Mapping[str, str]) -> Iterator[Piece]:
    """Yield a table's pieces in order; some are read ahead."""
    count = lines.select(pl.len()).collect().item()

    def read(start: int) -> Piece:
        return _piece(lines.slice(start, _PIECE).collect(), codes, words)

    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        yield from threads.map(read, range(0, max(count, 1), _PIECE))


def _piece(lines: DataFrame, codes: RowCodes, words: Mapping[str, str]) -> Piece:
    code = lines["row"].cast(codes.ids, strict=False).to_physical()
    sheet = codes.frame["sheet"].rle_id().gather(code)
    plain = (pl.col("result") == words["pass"]) & (pl.col("occurrence") == "") & (pl.col("earned") == "")
    numbered = lines.with_columns(sheet=sheet)
    told = numbered.select(begins=_begins((*_VISIT, "sheet")), plain=plain)
    starts, passed = told["begins"].arg_true().to_numpy(), told["plain"].to_numpy()
    bits = np.where(passed, codes.frame["bit"].gather(code).fill_null(0).to_numpy(), 0)
    runs = numbered.filter(told["begins"]).select(*_VISIT, "row", "sheet")
    runs = runs.with_columns(
        bits=np.add.reduceat(bits, starts),
        passed=np.add.reduceat(passed, starts, dtype=np.int64),
        lines=np.diff(starts, append=lines.height),
    )
    return Piece(runs, lines.filter(~told["plain"]))


def _begins(columns: tuple[str, ...]) -> Expr:
    """Where a line differs from the one before it in any of these columns; the first one does."""
    first = pl.int_range(pl.len()) == 0
    return reduce(or_, (pl.col(name).ne_missing(pl.col(name).shift()) for name in columns), first)


def as_lines(runs: DataFrame, words: Mapping[str, str]) -> DataFrame:
    """Return what each run says as a line, in which all is wrong that is wrong in any of its lines."""
    nothing = {name: pl.lit("") for name in _SAID}
    return runs.select(*_VISIT, "row", result=pl.lit(words["pass"]), **nothing)
