"""What checking costs: a table of inspections checked and summed up, beside bare queries of the same file.

`counted` is passes and occurrences by business type, mode, district and row; `bare` adds the points by point that
scores are made of, as `checked` does. `--inspection-rows N` makes the table larger or smaller; 10,000,000 rows need
about three minutes to be made up. Memory is that of the process: choose one way with `-k` to learn its own.
"""

import resource
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from cityrubric.authoring.streams import stream_table
from cityrubric.authoring.visits import Visits, fictional_visits
from cityrubric.errors import FaultLog
from cityrubric.fieldwork.inspections.checks import Limits
from cityrubric.fieldwork.inspections.mapping import read_mapping
from cityrubric.fieldwork.inspections.read import Found, aggregate
from cityrubric.fieldwork.inspections.rowcodes import RowCodes, row_codes
from cityrubric.fieldwork.inspections.tables import open_table
from cityrubric.rubric.model import Ruleset

AREAS, YEAR = ("东区", "西县"), 2021


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, ruleset: Ruleset, request: pytest.FixtureRequest) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("inspections") / "inspections.parquet"
    visits = Visits(1, request.config.getoption("--inspection-rows"), AREAS, date(YEAR, 12, 30))
    stream_table(fictional_visits(visits, ruleset), path)
    yield path
    path.unlink()


def bare(path: Path, ruleset: Ruleset, codes: RowCodes) -> list[pl.DataFrame]:
    """The sums by row, mode and district, and by point and class of rows, as one would write them without checks."""
    assert ruleset.inspections is not None
    words, names = ruleset.inspections.words, ruleset.inspections.columns
    known = codes.frame.lazy().select("row", "class", "points", "each", "operator")
    lines = pl.scan_parquet(path).rename({names[name]: name for name in names}).join(known, on="row")
    passed, applies = pl.col("result") == words["pass"], pl.col("result") != words["not_applicable"]
    share = pl.col("earned").cast(pl.Float64, strict=False).fill_null(0) * 1000
    lost = pl.when(pl.col("operator") == 2).then(-pl.col("each")).otherwise(share)
    rows = lines.group_by("row", "mode", "district").agg(
        inspected=applies.sum(), passed=passed.sum(), found=(pl.col("occurrence") != "").sum()
    )
    points = lines.group_by("point", "mode", "class").agg(
        earned=pl.when(passed).then("points").otherwise(lost).sum(), full=pl.when(applies).then("points").sum()
    )
    return pl.collect_all([rows, points], engine="streaming")


def counted(path: Path, ruleset: Ruleset, _codes: RowCodes) -> pl.DataFrame:
    """Pass rates and occurrences alone."""
    assert ruleset.inspections is not None
    words, names = ruleset.inspections.words, ruleset.inspections.columns
    result = pl.col(names["result"])
    passed, failed = result == words["pass"], result == words["fail"]
    return (
        pl.scan_parquet(path)
        .group_by(names[name] for name in ("type", "mode", "district", "row"))
        .agg(
            inspected=(passed | failed).sum(),
            passed=passed.sum(),
            rate=passed.sum() / (passed | failed).sum(),
            occurrences=(pl.col(names["occurrence"]) != "").sum(),
        )
        .collect(engine="streaming")
    )


def checked(path: Path, ruleset: Ruleset, codes: RowCodes) -> Found | None:
    assert ruleset.inspections is not None
    log = FaultLog()
    mapping = read_mapping(path.parent, ruleset.inspections, log)
    limits = Limits(
        terms=ruleset.inspections,
        types=ruleset.domains["type"],
        modes=tuple(ruleset.domains["mode"]),
        districts=AREAS,
        city_names=("虚构市", *AREAS),
        province="虚构省",
        first_day=date(YEAR, 1, 1),
        last_day=date(YEAR, 12, 31),
        draws=(),
    )
    found = aggregate([open_table(path, mapping)], mapping, limits, codes, log)
    log.check()
    return found


@pytest.mark.parametrize("way", ["counted", "bare", "checked"])
def test_sums(way: str, benchmark: BenchmarkFixture, table: Path, ruleset: Ruleset) -> None:
    benchmark.group = "inspections summed up"
    assert ruleset.inspections is not None
    codes = row_codes(ruleset.inspections, ruleset.domains["type"])
    work: Any = {"counted": counted, "bare": bare, "checked": checked}[way]
    assert benchmark.pedantic(work, (table, ruleset, codes), rounds=3, warmup_rounds=1) is not None
    benchmark.extra_info["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
