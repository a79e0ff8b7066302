"""Workbooks that people fill in, of rectification and of choices: what they wrote survives the next assessment."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import openpyxl.comments
import pytest
from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.cli.filled import renew_choices, renew_ledger
from cityrubric.cli.report import report
from cityrubric.errors import CityrubricError, Faults
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.report.editions import Edition, Order
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import store, to_json
from cityrubric.telling.tell import assess
from workbooks import column


def fill(path: Path, sheet: str, change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> None:
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)


def set_cell(path: Path, sheet: str, row: int, title: str, value: object) -> None:
    def change(table: openpyxl.worksheet.worksheet.Worksheet) -> None:
        cell = table.cell(row, column(table, title))
        cell.value = value  # type: ignore[assignment]
        if isinstance(value, str):
            cell.data_type = "s"  # as a person types it who does not mean a formula

    fill(path, sheet, change)


def cells(path: Path, sheet: str, title: str) -> list[object]:
    table = openpyxl.load_workbook(path)[sheet]
    return [row[column(table, title) - 1].value for row in table.iter_rows(min_row=2)]


def row_of(path: Path, sheet: str, id_: str) -> int:
    return cells(path, sheet, "编号").index(id_) + 2


@pytest.fixture
def stored(xining: Assessment, tmp_path: Path) -> Path:
    return store(xining, tmp_path / "result")


def changed(stored: Path, assessment: Assessment) -> Path:
    """A later assessment, in a folder of its own."""
    return store(assessment, stored.parent.parent.parent / "later")


LEDGER, CHOICES = "整改台账", "文句选择"


def test_the_ledger_keeps_what_people_wrote_and_loses_no_row(stored: Path, xining: Assessment, tmp_path: Path) -> None:
    before, ledger = stored.read_bytes(), tmp_path / "ledger.xlsx"
    renew_ledger(stored, ledger, None, check=False)
    ids = cells(ledger, LEDGER, "编号")
    closed = "W.main_responsibility"
    weaknesses = [one.id for one in xining.findings if one.kind == "weakness"]
    gone = next(id_ for id_ in weaknesses if id_ != closed)
    for title, value in {"整改措施": "=已约谈", "复查日期": "2022-05-01", "复查人": "甲", "状态": "销号"}.items():
        set_cell(ledger, LEDGER, row_of(ledger, LEDGER, closed), title, value)
    later = evolve(
        xining,
        assessment_year=2022,
        findings=tuple(
            evolve(one, says="另一种说法") if one.id == closed else one for one in xining.findings if one.id != gone
        ),
    )
    renew_ledger(changed(stored, later), ledger, None, check=False)
    assert cells(ledger, LEDGER, "编号") == ids
    found = dict(zip(ids, cells(ledger, LEDGER, "最近评估"), strict=True))
    assert (found[closed], found[gone]) == ("反弹", "未再发现")
    assert {found[id_] for id_ in ids if id_ not in {closed, gone}} == {"仍存在"}
    row = row_of(ledger, LEDGER, closed) - 2
    assert cells(ledger, LEDGER, "整改措施")[row] == "=已约谈"
    assert cells(ledger, LEDGER, "状态")[row] == "销号"
    assert cells(ledger, LEDGER, "问题")[row] != "另一种说法"
    assert stored.read_bytes() == before


def test_the_ledger_offers_its_states_as_a_list(stored: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.xlsx"
    renew_ledger(stored, ledger, None, check=False)
    sheet = openpyxl.load_workbook(ledger)[LEDGER]
    offered = sheet.data_validations.dataValidation
    assert [one.formula1 for one in offered] == ['"未销号,销号,反弹"']
    assert sheet.freeze_panes == "C2"


def test_a_ledger_is_checked_and_handed_on_as_data(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = tmp_path / "ledger.xlsx"
    renew_ledger(stored, ledger, None, check=False)
    set_cell(ledger, LEDGER, 2, "照片", "IMG_1.jpg")
    renew_ledger(stored, ledger, None, check=True)
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["own"]["photos"], first["own"]["status"]) == ("IMG_1.jpg", "未销号")


def test_every_fault_of_a_ledger_is_told_with_its_place(stored: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.xlsx"
    renew_ledger(stored, ledger, None, check=False)
    written = {(2, "状态"): "好了", (3, "复查日期"): "五月", (4, "状态"): "销号", (5, "编号"): None}
    for (row, title), value in written.items():
        set_cell(ledger, LEDGER, row, title, value)
    content = ledger.read_bytes()
    with pytest.raises(Faults) as raised:
        renew_ledger(stored, ledger, None, check=False)
    places = {fault.path: fault.says for fault in raised.value.faults}
    assert "is not one of" in places["整改台账, row 2, 状态"]
    assert "no day" in places["整改台账, row 3, 复查日期"]
    assert {"整改台账, row 4, 复查日期", "整改台账, row 4, 复查人", "整改台账, row 5, 编号"} <= set(places)
    assert ledger.read_bytes() == content


def test_another_citys_workbook_is_refused(stored: Path, ruleset: Ruleset, tmp_path: Path) -> None:
    ledger, choices = tmp_path / "ledger.xlsx", tmp_path / "choices.xlsx"
    renew_ledger(stored, ledger, None, check=False)
    renew_choices(stored, choices, None)
    other = store(assess(read_city(shipped("cities") / "panjin", ruleset), ruleset), tmp_path)
    with pytest.raises(CityrubricError, match="not of 盘锦市"):
        renew_ledger(other, ledger, None, check=False)
    with pytest.raises(CityrubricError, match="not of 盘锦市"):
        renew_choices(other, choices, None)


def test_what_would_be_lost_is_told_before_anything_is_written(stored: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.xlsx"
    renew_ledger(stored, ledger, None, check=False)
    book = openpyxl.load_workbook(ledger)
    book.create_sheet("照片")
    book[LEDGER].cell(1, 20).value = "经费"
    book[LEDGER].cell(2, 3).comment = openpyxl.comments.Comment("看这里", "甲")
    book.save(ledger)
    content = ledger.read_bytes()
    with pytest.raises(Faults) as raised:
        renew_ledger(stored, ledger, None, check=False)
    says = [fault.says for fault in raised.value.faults]
    assert any("the sheet '照片' would be lost" in one for one in says)
    assert any("pictures and comments" in one for one in says)
    assert ledger.read_bytes() == content
    del book["照片"]
    book[LEDGER].cell(2, 3).comment = None
    book.save(ledger)
    with pytest.raises(Faults, match="the column '经费' would be lost"):
        renew_ledger(stored, ledger, None, check=False)


def test_what_is_no_ledger_is_refused(stored: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.xlsx"
    ledger.write_bytes(b"no workbook")
    with pytest.raises(Faults, match="cannot be read"):
        renew_ledger(stored, ledger, None, check=False)


def test_choices_survive_a_run_and_are_flagged_when_their_facts_change(
    stored: Path, xining: Assessment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choices = tmp_path / "choices.xlsx"
    renew_choices(stored, choices, None)
    reworded, left_out = "report/satisfaction", "report/area"
    row = row_of(choices, CHOICES, reworded)
    set_cell(choices, CHOICES, row, "改写", "2021年，群众给出82.5分。")
    set_cell(choices, CHOICES, row, "改写人", "甲")
    set_cell(choices, CHOICES, row_of(choices, CHOICES, left_out), "取舍", "舍")
    set_cell(choices, CHOICES, row_of(choices, CHOICES, left_out), "改写人", "乙")
    renew_choices(stored, choices, None)
    assert cells(choices, CHOICES, "改写")[row - 2] == "2021年，群众给出82.5分。"
    text = word(stored, choices, tmp_path)
    assert "群众给出82.5分" in text
    assert "总面积" not in text

    facts = tuple(evolve(f, low=81.0, high=81.0) if f.key == "status.satisfaction" else f for f in xining.facts)
    later = changed(stored, evolve(xining, facts=facts))
    capsys.readouterr()
    text = word(later, choices, tmp_path)
    assert reworded in capsys.readouterr().err
    assert "群众满意度81分" in text
    assert "群众给出" not in text
    assert "总面积" not in text
    with pytest.raises(CityrubricError, match=reworded):
        word(later, choices, tmp_path, stage="final")
    renew_choices(later, choices, None)
    states = dict(zip(cells(choices, CHOICES, "编号"), cells(choices, CHOICES, "状态"), strict=True))
    assert {id_ for id_, state in states.items() if state == "依据已变"} == {reworded}


def word(stored: Path, choices: Path, out: Path, stage: str = "draft") -> str:
    report([stored], Order(Edition(stage=stage), ("word",)), out / "documents", choices)
    with zipfile.ZipFile(out / "documents" / "xining" / "public" / "report.docx") as packed:
        return packed.read("word/document.xml").decode()


def test_a_conclusion_is_nobodys_choice(stored: Path, tmp_path: Path) -> None:
    choices = tmp_path / "choices.xlsx"
    renew_choices(stored, choices, None)
    ids = cells(choices, CHOICES, "编号")
    assert not any("/conclusion/" in str(id_) or str(id_).endswith(("/line", "/undetermined")) for id_ in ids)
    for title, value in {"编号": "report/conclusion/C.undetermined", "改写": "本市已获通过。", "改写人": "甲"}.items():
        set_cell(choices, CHOICES, len(ids) + 2, title, value)
    text = word(stored, choices, tmp_path)
    assert "须补充资料后再行判定" in text
    assert "本市已获通过" not in text


@pytest.mark.parametrize(
    ("id_", "changes", "says"),
    [
        (
            "report/satisfaction",
            {"改写": "满意度92.5分。", "改写人": "甲"},
            "figures that the sentence does not have: 92.5",
        ),
        ("report/satisfaction", {"改写": "群众满意。"}, "who has decided this"),
        ("report/area", {"取舍": "舍"}, "who has decided this"),
        ("report/area", {"取舍": "不要"}, "is not one of"),
        ("report/area", {"次序": "先", "改写人": "甲"}, "is no number"),
        ("report/incidents", {"改写": "2019年至2021年事故0起。", "改写人": "甲"}, "must keep what it notes"),
    ],
)
def test_choices_that_cannot_stand_are_told(
    id_: str, changes: dict[str, str], says: str, stored: Path, tmp_path: Path
) -> None:
    choices = tmp_path / "choices.xlsx"
    renew_choices(stored, choices, None)
    for title, value in changes.items():
        set_cell(choices, CHOICES, row_of(choices, CHOICES, id_), title, value)
    with pytest.raises(Faults, match=says):
        renew_choices(stored, choices, None)


def test_choices_belong_to_one_city(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(CityrubricError, match="one city"):
        report([stored, stored], Order(Edition(), ("word",)), tmp_path, tmp_path / "choices.xlsx")


def test_an_unchanged_assessment_gives_an_unchanged_workbook(stored: Path, xining: Assessment, tmp_path: Path) -> None:
    choices = tmp_path / "choices.xlsx"
    renew_choices(stored, choices, None)
    renew_choices(stored, choices, None)
    second = choices.read_bytes()
    renew_choices(stored, choices, None)
    assert choices.read_bytes() == second
    assert to_json(xining).encode() == stored.read_bytes()
