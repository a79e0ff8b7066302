"""Tables as a workbook: nothing in it is a formula, and each audience has its sheets."""

import io
import zipfile

import openpyxl
import openpyxl.comments
import pytest
from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import render
from workbooks import column


def tables(assessment: Assessment, audience: Audience) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render(assessment, Order(Edition(audience), ("excel",)))["tables.xlsx"]))


def test_no_cell_is_a_formula_or_becomes_one(xining: Assessment) -> None:
    evil = ("=1+1", "+1", "-1", "@x", "\t=1", '=HYPERLINK("http://x","y")')
    facts = tuple(evolve(fact, note=evil[n % len(evil)]) for n, fact in enumerate(xining.facts))
    book = tables(evolve(xining, facts=facts), Audience.INTERNAL)
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            assert cell.data_type == "s"
            assert cell.quotePrefix or cell.value[:1] not in "=+-@\t\r"
    notes = {row[-1].value for row in book["事实"].iter_rows(min_row=2)}
    assert notes == set(evil)


@pytest.mark.parametrize(
    ("audience", "sheets"),
    [
        (Audience.PUBLIC, ["说明", "评估发现", "事实", "界线出处"]),
        (Audience.CITY, ["说明", "评分表", "资料缺口", "评估发现", "事实", "界线出处"]),
        (Audience.INTERNAL, ["说明", "评分表", "资料缺口", "评估发现", "事实", "界线出处"]),
    ],
)
def test_sheets_by_audience_with_frozen_headings(audience: Audience, sheets: list[str], xining: Assessment) -> None:
    book = tables(xining, audience)
    assert book.sheetnames == sheets
    assert all(sheet.sheet_state == "visible" and sheet.freeze_panes for sheet in book)


def test_same_data_same_bytes_by_nobody(xining: Assessment) -> None:
    order = Order(Edition(Audience.INTERNAL), ("excel",))
    first, second = (render(xining, order)["tables.xlsx"] for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert "openpyxl" not in packed.read("docProps/core.xml").decode() + packed.read("docProps/app.xml").decode()


def test_the_score_sheet_holds_every_item_with_its_ends(xining: Assessment) -> None:
    sheet = tables(xining, Audience.INTERNAL)["评分表"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    low, high, verdict = (column(sheet, title) - 1 for title in ("得分下限", "得分上限", "评价结果"))
    assert {id_: (row[low].value, row[high].value) for id_, row in rows.items()} == {
        one.id: one.score if one.max_score else (None, None) for one in xining.outcomes
    }
    assert rows["D.25.78"][verdict].value == "符合"
    assert rows["E.27.81"][verdict].value == "待定"
    assert rows["E.28.83"][verdict].value == "未触发"
    assert sum(row[high].value - row[low].value for row in rows.values() if row[low].value is not None) > 0


def test_own_and_verified_figures_stand_side_by_side(xining: Assessment) -> None:
    fact = next(one for one in xining.facts if one.key == "status.evaluative_pass")
    both = evolve(xining, facts=(*xining.facts, evolve(fact, by="self", low=100.0, high=100.0)))
    sheet = tables(both, Audience.CITY)["评分表"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "D.23.73")
    told = [row[column(sheet, title) - 1].value for title in ("自评数据", "省级认定数据", "差异")]
    assert told == ["食品评价性抽检合格率 2021年 100%", "食品评价性抽检合格率 2021年 99.5%", "-0.5%"]
