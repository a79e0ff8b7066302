"""Many cities through the commands, one by one and in bulk: cities per second, processor and peak memory."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.rubric.model import Ruleset
from tables import write_tables

TOP = Path(__file__).parent.parent.parent
COUNTS = (1, 100, 3000)
BULK = (1, 100, 3000, 100_000)
MADE_UP = 500
"""So many cities differ in bulk; more are copies of them under other names."""

_MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_maxrss, used.ru_utime + used.ru_stime)
"""


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("bench") / "cities"
    command = [sys.executable, "-m", "cityrubric", "generate", "--cities", str(max(COUNTS)), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return sorted(str(city) for city in folder.iterdir())


@pytest.fixture(scope="module", params=BULK)
def copies(
    request: pytest.FixtureRequest, ruleset: Ruleset, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Path]:
    """Tables of facts, cities and areas, and of how many cities."""
    count = request.param
    folder = tmp_path_factory.mktemp("tables")
    mix = Mix(missing=0.15, inexact=0.1, disputed=0.02)
    cities = [fictional_city(seed, ruleset, mix) for seed in range(min(count, MADE_UP))]
    paths = write_tables(cities, ruleset, folder)
    for path in paths.values():
        lots = [
            pl.scan_parquet(path).with_columns(city=pl.col("city") + f"-{lot}") for lot in range(-(-count // MADE_UP))
        ]
        pl.concat(lots).sink_parquet(folder / f"many_{path.name}")
    return count, folder


@pytest.mark.skipif(sys.platform == "win32", reason="measures memory as POSIX does")
@pytest.mark.parametrize("count", COUNTS)
def test_command_on_many(count: int, benchmark: BenchmarkFixture, cities: list[str], tmp_path: Path) -> None:
    """The whole command with --jobs 2; `peak_mb` is that of its largest process."""
    benchmark.group = "many cities, through the command"
    command = [sys.executable, "-m", "cityrubric", "assess", *cities[:count], "--jobs", "2", "--out", str(tmp_path)]

    done = benchmark.pedantic(_measured, args=[command], rounds=1 if count > COUNTS[1] else 3)
    assert len(list(tmp_path.glob("*/assessment.json"))) == count
    _note(benchmark, done, count)


@pytest.mark.skipif(sys.platform == "win32", reason="measures memory as POSIX does")
def test_bulk_on_many(copies: tuple[int, Path], benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """The whole command, from a table of facts to tables of results, in one process."""
    benchmark.group = "many cities, in bulk"
    count, folder = copies
    tables = [
        part for name in ("facts", "cities", "areas") for part in (f"--{name}", str(folder / f"many_{name}.parquet"))
    ]
    command = [sys.executable, "-m", "cityrubric", "bulk", *tables, "--out", str(tmp_path)]
    done = benchmark.pedantic(_measured, args=[command], rounds=1 if count > COUNTS[1] else 3)
    assert pl.scan_parquet(tmp_path / "cities.parquet").select(pl.len()).collect().item() == count
    _note(benchmark, done, count)


def _measured(command: list[str]) -> str:
    wrapped = [sys.executable, "-c", _MEASURED, *command]
    return subprocess.run(wrapped, capture_output=True, text=True, check=True, cwd=TOP).stdout


def _note(benchmark: BenchmarkFixture, done: str, count: int) -> None:
    code, peak, seconds = done.split()
    assert code == "0"
    benchmark.extra_info["peak_mb"] = round(int(peak) / 1024)
    benchmark.extra_info["processor_ms_per_city"] = round(float(seconds) * 1000 / count, 2)
    benchmark.extra_info["cities_per_second"] = round(count / benchmark.stats["min"], 1)
