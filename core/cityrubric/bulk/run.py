"""The run: lots of cities in, three Parquet files out, and whole assessments of the cities that are asked for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl
from attrs import define

from cityrubric.bulk.results import Frames, frames_of
from cityrubric.bulk.settle import block_of_rows, city_of_rows
from cityrubric.bulk.tables import FactTables
from cityrubric.errors import CityrubricError, reason
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import Plan
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.telling.stored import store
from cityrubric.telling.tell import tell

Tables = tuple[str, ...]
TABLES: Tables = Frames._fields
_WHOLE = "whole"


@define
class Tally:
    """How many cities came to which conclusion; those on which a rule failed, and how."""

    conclusions: dict[str, int]
    failed: dict[str, str]

    @property
    def count(self) -> int:
        """All cities."""
        return sum(self.conclusions.values())


def assess_tables(
    tables: FactTables, plan: Plan, out: Path, full: Container[str], each: Callable[[int], None]
) -> Tally:
    """Assess all cities of some tables.

    Args:
        tables: facts, cities and areas.
        plan: of the rule set.
        out: folder of the results; nothing is written into it if any row is faulty.
        full: ids of cities whose whole assessment is wanted.
        each: told how many cities are done, after each lot.

    Raises:
        Faults: the first hundred faulty rows, with a count of all.
    """

    def blocks() -> Iterator[Block]:
        for lot in tables.lots():
            if lot.rows is not None and not tables.faults.count:
                cities = [
                    city_of_rows(lot.rows, column, city, plan) if city.id in full else city
                    for column, city in enumerate(lot.cities)
                ]
                yield block_of_rows(lot.rows, cities, plan)
        tables.faults.check()

    return _assess(blocks(), plan, out, full, each)


def assess_lots(
    lots: Iterable[list[City]], plan: Plan, out: Path, full: Container[str], each: Callable[[int], None]
) -> Tally:
    """The same for cities that were read from folders."""
    return _assess((make_block(lot, plan) for lot in lots if lot), plan, out, full, each)


def _assess(blocks: Iterable[Block], plan: Plan, out: Path, full: Container[str], each: Callable[[int], None]) -> Tally:
    tally = Tally({}, {})
    with _unfinished(out) as folder:
        for number, block in enumerate(blocks):
            results = assess_block(block, plan)
            frames = frames_of(block.cities, results, plan)
            for name, frame in zip(TABLES, frames, strict=True):
                frame.write_parquet(folder / name / f"{number:06}.parquet")
            for column, city in enumerate(block.cities):
                if city.id in full:
                    store(tell(block, results, column, plan), folder / _WHOLE)
            for conclusion in frames.cities["conclusion"]:
                tally.conclusions[conclusion] = tally.conclusions.get(conclusion, 0) + 1
            failed = frames.cities.filter(pl.col("failed") != "").select("city", "failed")
            tally.failed.update(failed.iter_rows())
            each(tally.count)
        _finish(folder, out, tally)
    return tally


@contextmanager
def _unfinished(out: Path) -> Iterator[Path]:
    """A folder beside the results, for what is not yet whole; gone in the end, whatever happens."""
    str(out).encode()  # polars takes no other names; what it is raised for says so
    made = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out.absolute()))  # to polars "~" is somebody's home
        for name in (*TABLES, _WHOLE):
            (folder / name).mkdir()
    except OSError as error:
        raise CityrubricError(_("{file} cannot be written: {why}").format(file=out, why=reason(error))) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if made:
            with suppress(OSError):  # there is something in it
                out.rmdir()


def _finish(folder: Path, out: Path, tally: Tally) -> None:
    """Join the pieces of each table, lot by lot, and put everything in its place."""
    if not tally.count:
        raise CityrubricError(_("there is no city to assess"))
    for name in TABLES:
        pieces = sorted((folder / name).iterdir())
        pl.scan_parquet(pieces, glob=False).sink_parquet(folder / f"{name}.parquet")
    for done in sorted((folder / _WHOLE).iterdir()):
        (out / done.name).mkdir(exist_ok=True)
        for file in done.iterdir():
            file.replace(out / done.name / file.name)
    for name in TABLES:
        (folder / f"{name}.parquet").replace(out / f"{name}.parquet")
