"""How long facts take on their way in: a full workbook of a city, and twenty partial ones."""

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from cityrubric.authoring.fictional import fictional_city
from cityrubric.authoring.written import city_text
from cityrubric.errors import FaultLog
from cityrubric.intake.facts import read_city, read_documents
from cityrubric.intake.importing import import_files
from cityrubric.intake.workbook.plan import plan_workbook
from cityrubric.intake.workbook.questions import read_part
from cityrubric.intake.workbook.writing import workbook_bytes
from cityrubric.rubric.model import Ruleset

HANDS = 20


@pytest.fixture
def folder(tmp_path: Path, ruleset: Ruleset) -> Path:
    """Return a made-up city of which everything is known."""
    city = fictional_city(1, ruleset)
    folder = tmp_path / city.id
    folder.mkdir()
    (folder / "city.toml").write_text(city_text(city, ruleset), encoding="utf-8")
    return folder


def filled(folder: Path, ruleset: Ruleset, parts: tuple[str, ...], name: str) -> Path:
    """Write a workbook from what is known, as if somebody had filled it in for a city that says nothing yet."""
    document = read_documents(folder, FaultLog())
    city = read_city(folder, ruleset)
    path = folder.parent / f"{name}.xlsx"
    path.write_bytes(
        workbook_bytes(plan_workbook(city, document, ruleset, read_part(parts, city, ruleset), name), city, ruleset)
    )
    return path


def changed(paths: list[Path]) -> None:
    """Alter a note in every stated row, so that every row is read, checked, merged and written."""
    from openpyxl import load_workbook

    for path in paths:
        workbook = load_workbook(path)
        for sheet in workbook.worksheets:
            headings = {cell.value: cell.column for cell in sheet[2]}
            if "限定" in headings:
                for row in range(3, sheet.max_row + 1):
                    if sheet.cell(row, headings["数值或内容"]).value is not None:
                        sheet.cell(row, headings["备注"]).value = f"{path.stem}改"
        workbook.save(path)


@pytest.mark.parametrize("rows", ["unchanged", "all changed"])
def test_full_workbook_imported(rows: str, folder: Path, benchmark: BenchmarkFixture, ruleset: Ruleset) -> None:
    """Every fact of a city, with its areas; read, checked and merged into the text of its file."""
    benchmark.group = "import of a full workbook"
    path = filled(folder, ruleset, (), "甲")
    if rows == "all changed":
        changed([path])
    imported = benchmark.pedantic(import_files, ([path], folder, ruleset), rounds=3)
    assert bool(imported.files) == (rows == "all changed")


def test_twenty_partial_workbooks_merged(folder: Path, benchmark: BenchmarkFixture, ruleset: Ruleset) -> None:
    """Twenty people, each with one of the groups, all rows changed: most facts are disputed."""
    groups = [group.id for group in ruleset.groups]
    paths = [filled(folder, ruleset, (groups[n % len(groups)],), f"人{n}") for n in range(HANDS)]
    changed(paths)
    benchmark.group = "twenty partial workbooks"
    imported = benchmark.pedantic(import_files, (paths, folder, ruleset), rounds=2)
    assert imported.files
