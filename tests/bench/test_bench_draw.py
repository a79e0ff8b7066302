"""How long it takes to read a register of a city's size, check every row and draw from it."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from pytest_benchmark.fixture import BenchmarkFixture

from cityrubric.authoring.registers import fictional_register
from cityrubric.authoring.streams import stream_table
from cityrubric.fieldwork.draw import draw_points, sort_into_strata
from cityrubric.fieldwork.plan import read_plan
from cityrubric.fieldwork.register import read_register
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_register_read_and_drawn(ending: str, benchmark: BenchmarkFixture, ruleset: Ruleset, tmp_path: Path) -> None:
    """45,359 rows."""
    benchmark.group = "register of 45,359 rows"
    plan = read_plan(shipped("cities") / "xining" / "draw.toml", ruleset)
    rows = [*fictional_register(1, plan.declared, plan)]
    path = tmp_path / f"register.{ending}"
    if ending != "xlsx":
        stream_table(rows, path)
    else:
        workbook = Workbook(write_only=True)
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
        workbook.save(path)

    def both() -> int:
        register = read_register(path, plan, ruleset)
        course = plan.courses[0]
        strata = draw_points(sort_into_strata(register, plan, course), course, plan.weights, "seed")
        return sum(len(stratum.points) for stratum in strata)

    assert benchmark.pedantic(both, rounds=3) == 92
