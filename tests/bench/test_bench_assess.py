"""How long the evaluation takes: one city, three thousand and a hundred thousand in blocks, beside bare numpy."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block, make_blocks
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.records import City
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_json
from cityrubric.telling.tell import tell

TOP = Path(__file__).parent.parent.parent
MANY = 3000
MIX = Mix(missing=0.15, inexact=0.1, disputed=0.02)


@pytest.fixture(scope="module")
def plan(ruleset: Ruleset) -> Plan:
    return plan_of(ruleset)


@pytest.fixture(scope="module")
def cities(ruleset: Ruleset) -> list[City]:
    return [fictional_city(seed, ruleset, MIX) for seed in range(MANY)]


@pytest.mark.parametrize("count", [1, MANY])
def test_evaluate(count: int, benchmark: BenchmarkFixture, cities: list[City], plan: Plan) -> None:
    """Facts in columns -> verdicts, scores and findings as codes: everything an explanation is made from."""
    benchmark.group = f"{count} cities"
    blocks = [*make_blocks(cities[:count], plan)]

    def evaluate() -> int:
        return sum(assess_block(block, plan).outcomes.verdicts.shape[1] for block in blocks)

    assert benchmark(evaluate) == count


def test_evaluate_a_hundred_thousand(benchmark: BenchmarkFixture, cities: list[City], plan: Plan) -> None:
    """The same blocks again and again; only verdicts, scores and decisions are kept."""
    benchmark.group = "100000 cities"
    blocks = [*make_blocks(cities, plan)]
    rounds = [block for _time in range(100_000 // MANY + 1) for block in blocks]

    def evaluate() -> int:
        kept = []
        for block in rounds:
            results = assess_block(block, plan)
            kept.append((results.outcomes.verdicts, results.scores))
        return sum(verdicts.shape[1] for verdicts, _scores in kept)

    assert benchmark.pedantic(evaluate, rounds=3) == MANY * (100_000 // MANY + 1)


@pytest.mark.parametrize("count", [1, MANY])
def test_bare_numpy(count: int, benchmark: BenchmarkFixture, ruleset: Ruleset) -> None:
    """The least there can be: 94 values against one line each, points added up."""
    benchmark.group = f"{count} cities"
    values = np.random.default_rng(1).random((94, count))
    lines = np.full((94, 1), 0.5)

    def bare() -> np.ndarray:
        return np.where(values >= lines, 2000, 0).sum(axis=0)

    assert benchmark(bare).shape == (count,)


@pytest.mark.parametrize("count", [1, MANY])
def test_columns(count: int, benchmark: BenchmarkFixture, cities: list[City], plan: Plan) -> None:
    """Records of cities -> columns."""
    benchmark.group = f"columns of {count} cities"
    assert benchmark(make_block, cities[:count], plan).bits.shape[1] == count


def test_tell(benchmark: BenchmarkFixture, cities: list[City], plan: Plan) -> None:
    """Codes -> the complete record of one city, as stored."""
    benchmark.group = "one city, told"
    block = make_block(cities[:1], plan)
    results = assess_block(block, plan)
    assert benchmark(lambda: to_json(tell(block, results, 0, plan)))


def test_load(benchmark: BenchmarkFixture) -> None:
    """Rule set and catalogues read and checked, plugins loaded already."""
    benchmark.group = "rule set"
    assert len(benchmark(load_ruleset, "2021").indicators) == 94


@pytest.mark.parametrize("arguments", [["--help"], ["assess", "cities/xining"]], ids=["help", "assess"])
def test_command(arguments: list[str], benchmark: BenchmarkFixture) -> None:
    """The whole process, from its start to its end."""
    benchmark.group = "command"
    command = [sys.executable, "-m", "cityrubric", *arguments]
    done = benchmark(lambda: subprocess.run(command, capture_output=True, cwd=TOP, check=False))
    assert done.returncode == 0
