"""How long the documents of an assessment take: one city, once it is loaded, and a hundred with their overview."""

from pathlib import Path

import pytest
from attrs import evolve
from pytest_benchmark.fixture import BenchmarkFixture

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.cli.report import report
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import FORMATS, prepare, render
from cityrubric.report.rows import row_of
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import store
from cityrubric.telling.tell import assess

HUNDRED = 100


@pytest.mark.parametrize("name", [one.name for one in FORMATS])
def test_one_city(name: str, benchmark: BenchmarkFixture, ruleset: Ruleset) -> None:
    """Everything for internal use, with what the rule set's report texts say."""
    benchmark.group = "one city"
    made = assess(read_city(shipped("cities") / "xining", ruleset), ruleset)
    order = Order(Edition(Audience.INTERNAL), (name,))
    render(made, order)
    assert benchmark(render, made, order)


def test_page_beside_a_hundred(benchmark: BenchmarkFixture, ruleset: Ruleset) -> None:
    """The same page with the rates of a hundred other cities."""
    benchmark.group = "one city"
    made = assess(read_city(shipped("cities") / "xining", ruleset), ruleset)
    row = row_of(prepare(made, Edition(Audience.INTERNAL)))
    beside = tuple(evolve(row, id=str(n), name=str(n)) for n in range(HUNDRED))
    (page,) = benchmark(render, made, Order(Edition(Audience.INTERNAL, beside=beside), ("html",))).values()
    assert len(page) < 1_500_000


def test_a_hundred_pages_and_their_overview(benchmark: BenchmarkFixture, ruleset: Ruleset, tmp_path: Path) -> None:
    """From stored assessments to files."""
    benchmark.group = "a hundred cities"
    cities = (fictional_city(seed, ruleset, Mix()) for seed in range(HUNDRED))
    files = [store(assess(city, ruleset), tmp_path / "stored") for city in cities]
    order = Order(Edition(Audience.INTERNAL), ("html",))
    assert benchmark.pedantic(report, (files, order, tmp_path / "pages"), rounds=1) == 0
    assert len([*(tmp_path / "pages").glob("*/internal/page.html")]) == HUNDRED
