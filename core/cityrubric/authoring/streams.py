"""Tables of any size out: rows are written as they come, and the file takes its place when the last one is there."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from cityrubric.errors import CityrubricError, reason
from cityrubric.language import translate as _

_PIECE = 250_000  # rows held at a time


def stream_table(rows: Iterable[Sequence[str]], target: Path) -> int:
    """Write headings and rows as CSV or Parquet, and return the number of rows.

    Raises:
        CityrubricError: if the file is of another kind, or cannot be written; then nothing is left behind.
    """
    kinds = {".csv": _csv, ".parquet": _parquet}
    if target.suffix.lower() not in kinds:
        raise CityrubricError(_("{file}: must end in .csv or .parquet").format(file=target.as_posix()))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent.absolute(), prefix=f".{target.name}.") as folder:
            unfinished = Path(folder) / target.name
            count = kinds[target.suffix.lower()](iter(rows), unfinished)
            unfinished.replace(target)
    except OSError as error:
        raise CityrubricError(_("{file} cannot be written: {why}").format(file=target, why=reason(error))) from error
    return count


def _csv(rows: Iterator[Sequence[str]], path: Path) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer, count = csv.writer(file, lineterminator="\n"), -1
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _parquet(rows: Iterator[Sequence[str]], path: Path) -> int:
    import polars as pl

    headings, pieces, count = next(rows), path.with_suffix(""), 0
    pieces.mkdir()
    while piece := list(islice(rows, _PIECE)):
        frame = pl.DataFrame(piece, schema=dict.fromkeys(headings, pl.String), orient="row")
        frame.write_parquet(pieces / f"{count:012}.parquet")
        count += len(piece)
    if not count:
        pl.DataFrame(schema=dict.fromkeys(headings, pl.String)).write_parquet(pieces / "none.parquet")
    pl.scan_parquet(sorted(pieces.iterdir()), glob=False).sink_parquet(path)  # a folder may be called "[1]"
    shutil.rmtree(pieces)
    return count
