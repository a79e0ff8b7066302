"""Files of inspections -> frames with our names for columns; every row keeps the number its reader sees."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from cityrubric.errors import reason
from cityrubric.fieldwork.inspections.mapping import TableMapping
from cityrubric.fieldwork.tables import RowFaults, Table, locate, read_table
from cityrubric.language import translate as _
from cityrubric.workbooks import check_columns, check_size

if TYPE_CHECKING:
    from polars import DataFrame, Expr, LazyFrame, Schema

NEEDED = ("point", "type", "mode", "district", "time", "row", "result", "inspector", "second")
_NUMBER, _FIRST = "\0number", 2
"""Rows are numbered as they are read, under a name that no heading has; the first row is the headings'."""
_DAY = r"^(\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:[ T]|$)"
_USUAL = r"^\d{4}-\d\d-\d\d(?:[ T]|$)"


@frozen(eq=False)
class TableFile:
    """One file of inspections.

    Attributes:
        frame: our columns as text; `number` is the row's.
        faults: what is wrong in it, by row.
    """

    path: Path
    frame: LazyFrame
    faults: RowFaults
    sha256: str


def open_table(path: Path, mapping: TableMapping) -> TableFile:
    """Open a file; the rows of a Parquet file are read when they are needed.

    Raises:
        Faults: if it cannot be read at all, or lacks a column.
    """
    import polars as pl

    faults = RowFaults(path.as_posix())
    with ThreadPoolExecutor(1) as aside:
        digest = aside.submit(_sha256, path)  # while another process reads the file
        if path.suffix.lower() == ".parquet":
            raw = _scan(path, faults)
        else:
            table = read_table(path, faults, mapping.sheet)
            frame = pl.DataFrame(_columns(table), schema=dict.fromkeys(_unique(table.headings), pl.String))
            raw = frame.with_row_index(_NUMBER, offset=_FIRST).lazy()
    at = _places(raw.collect_schema(), mapping, faults)
    faults.check()
    chosen = _by_question(raw, at, mapping, faults) if mapping.questions else _chosen(raw, at, mapping)
    return TableFile(path, chosen, faults, digest.result())


def _scan(path: Path, faults: RowFaults) -> LazyFrame:
    import polars as pl

    try:
        check_columns(path)
        frame = pl.scan_parquet(path.absolute(), glob=False, row_index_name=_NUMBER, row_index_offset=_FIRST)
        for name, kind in frame.collect_schema().items():
            if kind.is_nested() or kind in (pl.Object, pl.Binary):
                faults.add(None, _("the column '{name}' holds no texts ({kind})").format(name=name, kind=kind))
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        faults.add(None, _("cannot be read: {why}").format(why=reason(error)))
    faults.check()
    return frame


def _columns(table: Table) -> list[list[str]]:
    return [list(column) for column in zip(*table.rows, strict=True)] or [[] for _heading in table.headings]


def _unique(headings: Sequence[str]) -> list[str]:
    """Headings by which columns can be told apart; a second one of a name cannot be meant."""
    return [heading if headings.index(heading) == n else f"{heading}\0{n}" for n, heading in enumerate(headings)]


def _places(schema: Schema, mapping: TableMapping, faults: RowFaults) -> dict[str, str]:
    """Our name -> heading, of the columns that are there; all that a question needs must be."""
    headings = tuple(name.partition("\0")[0] for name in schema.names() if name != _NUMBER)
    said = {"row", "result"} if mapping.questions else set()
    wanted = {n: heading for n, heading in mapping.columns.items() if n in NEEDED or heading in headings}
    wanted = {name: heading for name, heading in wanted.items() if name not in said}
    asked = {f"{row} {name}": heading for row, at in mapping.questions.items() for name, heading in at.items()}
    mend = _("; or name its heading in {file}").format(file=mapping.document)
    locate(Table(headings, ()), {**wanted, **asked}, faults, mend)
    return wanted


def _by_question(raw: LazyFrame, at: dict[str, str], mapping: TableMapping, faults: RowFaults) -> LazyFrame:
    """Make a line of every answer of a form; what is left blank is none, but a visit without answers is a fault."""
    import polars as pl

    answers = []
    for row, asked in mapping.questions.items():
        blank = pl.all_horizontal(pl.col(*asked.values()).cast(pl.String).fill_null("") == "")
        lines = _chosen(raw.filter(~blank), {**at, **asked}, mapping)
        answers.append(lines.with_columns(row=pl.lit(row)))
    given = pl.concat(answers).sort("number", maintain_order=True).collect()
    unanswered = raw.select(number=_NUMBER).collect().join(given, on="number", how="anti")
    for number in unanswered["number"]:
        faults.add(number, _("answers none of the questions"))
    return given.lazy()


def _chosen(raw: LazyFrame, at: dict[str, str], mapping: TableMapping) -> LazyFrame:
    import polars as pl

    chosen = [pl.col(_NUMBER).alias("number")]
    for name in mapping.columns:
        column = pl.col(at[name]) if name in at else pl.lit("")
        text = column.cast(pl.String).fill_null("")
        if mapping.words.get(name):
            text = text.replace(mapping.words[name])
        chosen.append(text.alias(name))
    return raw.select(chosen)


def day() -> Expr:
    """Return the day of each line, None where its time begins with none."""
    import polars as pl

    written = pl.col("time").str.extract(_DAY).str.replace_all("/", "-", literal=True)
    return written.str.to_date("%Y-%m-%d", strict=False)


def with_days(lines: DataFrame) -> DataFrame:
    """Add the day of each line, as `day` reads it; in half the time where all are written in the usual way."""
    import polars as pl

    usual = pl.col("time").str.head(10).str.to_date("%Y-%m-%d", strict=False)
    return lines.with_columns(day=usual if lines["time"].str.contains(_USUAL).all() else day())


def _sha256(path: Path) -> str:
    check_size(path)  # what is no file may never end
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def gathered(frame: LazyFrame) -> DataFrame:
    """Return a frame's rows, worked through in pieces, so that a large file needs little memory."""
    return frame.collect(engine="streaming")
