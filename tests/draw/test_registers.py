"""Registers and plans: every faulty row is named, every fault of a plan told, and the order of rows is nothing."""

from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.cli.draw import freeze_register
from cityrubric.errors import Faults
from cityrubric.fieldwork.plan import Plan, read_plan
from cityrubric.fieldwork.register import read_register
from cityrubric.rubric.model import Ruleset
from tabular import write


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_the_kind_of_file_and_the_order_of_rows_change_nothing(
    ending: str, plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path, drawn: Path
) -> None:
    turned = write(tmp_path / f"register.{ending}", [rows[0], *reversed(rows[1:])])
    first = read_register(drawn / "register.csv", plan, ruleset)
    assert read_register(turned, plan, ruleset).hash == first.hash


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (2, "城中", "row 9: '城中' is none of the plan's districts; did you mean '城中区'?"),
        (3, "小餐饭", "row 9: '小餐饭' is no business type of the rule set; did you mean '小餐饮'?"),
        (3, "屠宰企业x", "row 9: '屠宰企业x' is no business type"),
        (4, "极高", "row 9: credit level '极高' has no weight"),
        (0, "", "row 9: nothing stands in the column '统一社会信用代码'"),
        (0, "F0000700000000000", "row 9: the id 'F0000700000000000' stands in row 2 already"),
    ],
)
def test_a_faulty_row_is_named(
    column: int, value: str, says: str, plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    row = [*rows[8]]
    row[column] = value
    with pytest.raises(Faults) as raised:
        read_register(write(tmp_path / "r.csv", [*rows[:8], tuple(row), *rows[9:]]), plan, ruleset)
    assert says in str(raised.value)


def test_a_row_in_no_stratum_is_named(
    plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    bare = evolve(plan, exclusions=())
    row = (*rows[8][:3], "Y03", *rows[8][4:])
    with pytest.raises(Faults, match="row 9: 'F0000700000000007' is in no stratum: Y03"):
        read_register(write(tmp_path / "r.csv", [*rows[:8], row, *rows[9:]]), bare, ruleset)


def test_faults_come_row_by_row(plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    bad = [[*row] for row in rows]
    bad[4][4], bad[6][2], bad[6][3], bad[9][1] = "极高", "某区", "某业", ""
    with pytest.raises(Faults) as raised:
        read_register(write(tmp_path / "r.csv", [tuple(row) for row in bad]), plan, ruleset)
    assert [fault.path for fault in raised.value.faults] == ["row 5", "row 7", "row 7", "row 10"]


def test_the_first_hundred_faults_and_a_count(
    plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    bad = [rows[0], *((*row[:2], "某区", *row[3:]) for row in rows[1:-1])]
    with pytest.raises(Faults) as raised:
        read_register(write(tmp_path / "r.csv", bad), plan, ruleset)
    count = len(rows) - 1
    assert len(raised.value.faults) == 100
    assert raised.value.faults[0].says == (
        f"{count - 1} rows, but {count} enterprises are declared; explain or mend the difference"
    )
    assert str(raised.value).endswith(f"and {count - 100} faults more")


def test_a_stratum_smaller_than_its_minimum(plan_file: Path, rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    moved = [
        (*r[:3], "Y04", *r[4:]) if r[2] == "城中区" and r[3] == "Y05" and n > 20 else r for n, r in enumerate(rows)
    ]
    register = write(tmp_path / "register.csv", moved)
    held = sum(r[2:4] == ("城中区", "Y05") for r in moved)
    tight = tmp_path / "draw.toml"
    text = plan_file.read_text(encoding="utf-8")
    tight.write_text(text.replace('"Y05", minimum = 1', '"Y05", minimum = 4'), encoding="utf-8")
    with pytest.raises(Faults, match=f"城中区 Y05 holds {held} rows .*fewer than its minimum of 4"):
        freeze_register(tight, register, tmp_path, tmp_path / "secret")
    assert not (tmp_path / "frozen.json").exists()
    assert not (tmp_path / "secret").exists()


def test_every_fault_of_a_plan(plan_file: Path, ruleset: Ruleset, tmp_path: Path) -> None:
    text = plan_file.read_text(encoding="utf-8")
    for old, new in (
        ("total = 92", "total = 70"),
        ('mode = "暗访"', 'mode = "暗仿"'),
        ('type = "Y04"', 'type = "Y99"'),
    ):
        text = text.replace(old, new)
    path = tmp_path / "draw.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as raised:
        read_plan(path, ruleset)
    told = str(raised.value)
    assert "add up to 76, more than the total of 70" in told
    assert "'暗仿' is no known mode" in told
    assert "'Y99' is no known type" in told
