"""Many cities through the command, from folders to stored assessments: cities per second and peak memory."""

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

TOP = Path(__file__).parent.parent.parent
COUNTS = (1, 100, 3000)

_MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("bench") / "cities"
    command = [sys.executable, "-m", "cityrubric", "generate", "--cities", str(max(COUNTS)), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return sorted(str(city) for city in folder.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="measures memory as POSIX does")
@pytest.mark.parametrize("count", COUNTS)
def test_command_on_many(count: int, benchmark: BenchmarkFixture, cities: list[str], tmp_path: Path) -> None:
    """The whole command with --jobs 2; `peak_mb` is that of its largest process."""
    benchmark.group = "many cities, through the command"
    command = [sys.executable, "-m", "cityrubric", "assess", *cities[:count], "--jobs", "2", "--out", str(tmp_path)]

    def measured() -> str:
        wrapped = [sys.executable, "-c", _MEASURED, *command]
        return subprocess.run(wrapped, capture_output=True, text=True, check=True, cwd=TOP).stdout

    code, peak = benchmark.pedantic(measured, rounds=1 if count > COUNTS[1] else 3).split()
    assert code == "0"
    assert len(list(tmp_path.glob("*/assessment.json"))) == count
    benchmark.extra_info["peak_mb"] = round(int(peak) / 1024)
    benchmark.extra_info["cities_per_second"] = round(count / benchmark.stats["min"], 1)
