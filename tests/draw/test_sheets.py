"""Lists and task sheets of a draw, as they are opened and printed."""

from pathlib import Path

from openpyxl import load_workbook

from cityrubric.cli.draw import draw, freeze_register
from tabular import write


def test_a_task_sheet_says_the_district_where_the_register_knows_no_address(
    plan_file: Path, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    register = write(tmp_path / "r.csv", [rows[0], *((*row[:5], "") for row in rows[1:])])
    freeze_register(plan_file, register, tmp_path, tmp_path / "secret")
    draw(plan_file, register, tmp_path / "frozen.json", "明查", "x", tmp_path, None)
    sheet = load_workbook(tmp_path / "open" / "tasks-第一组.xlsx").active
    assert {row[2].value for row in sheet.iter_rows(min_row=4) if row[0].value == "1"} <= {"城中区", "城东区"}
    assert sheet["C4"].value


def test_a_name_that_looks_like_a_formula_is_text(plan_file: Path, rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    register = write(tmp_path / "r.csv", [rows[0], *((r[0], f"=1+{n}", *r[2:]) for n, r in enumerate(rows[1:]))])
    freeze_register(plan_file, register, tmp_path, tmp_path / "secret")
    draw(plan_file, register, tmp_path / "frozen.json", "明查", "x", tmp_path, None)
    for file in (tmp_path / "open").glob("*.xlsx"):
        cells = [cell for row in load_workbook(file).active for cell in row]
        assert any(str(cell.value).startswith("=1+") for cell in cells)
        assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}


def test_task_sheets_print_on_a4(drawn: Path) -> None:
    sheet = load_workbook(drawn / "open" / "tasks-第一组.xlsx").active
    assert (sheet.page_setup.paperSize, sheet.print_title_rows) == (9, "$1:$3")
    texts = [row[0].value for row in sheet.iter_rows(min_row=4)]
    points = [text for text in texts if text and text.isdigit()]
    assert texts[len(points) : len(points) + 5] == [None] * 5
    assert "签字" in str(texts[len(points) + 6])
