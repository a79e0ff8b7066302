"""What several people hand in: parts, disputes and their settlement; and files that are no workbook, or a trap."""

import shutil
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cityrubric.errors import CityrubricError
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import plan_of
from cityrubric.intake.facts import read_city
from cityrubric.intake.importing import import_files
from cityrubric.intake.rulings import disputes
from cityrubric.rubric.model import Ruleset
from cityrubric.states import State
from cityrubric.telling.knowledge import knowledge
from workbooks import GIVEN, STAFF, add, bring_in, fill, stated, told, write


def known(folder: Path, key: str, ruleset: Ruleset) -> tuple[State, float, float]:
    plan = plan_of(ruleset)
    found = knowledge(make_block([read_city(folder, ruleset)], plan), 0, plan)
    ((_period, one),) = found.facts[key].items()
    return found.state(key, 0), one.low, one.high


def test_parts_ask_less_and_name_nothing_unknown(folder: Path, ruleset: Ruleset) -> None:
    def asked(*parts: str) -> set[tuple[str, str]]:
        workbook = load_workbook(write(folder, ruleset, parts=parts), read_only=True)
        rows = [row for sheet in workbook for row in sheet.iter_rows(min_row=3, max_col=4, values_only=True)]
        workbook.close()
        return {(row[0], row[3]) for row in rows if row[0] in ruleset.offers.catalogue and row[1]}

    assert {key for key, _area in asked("D.25.79")} == {"status.awareness"}
    assert {area for _key, area in asked("大通县")} == {"大通县"}
    assert asked("B") == asked("能力建设")
    assert asked("B", "datong") == {(key, area) for key, area in asked("B") if area == "大通县"}
    with pytest.raises(CityrubricError, match=r"no such group, indicator or area: 'D\.25\.99'; did you mean"):
        asked("D.25.99")


def test_a_dispute_and_how_it_is_settled(folder: Path, ruleset: Ruleset) -> None:
    """Two differ: both stay. A joint decision settles it; an opinion that it did not hear opens it again."""
    hands = [write(folder, ruleset, name, name=name) for name in ("张三", "李四", "王五")]
    for path, number in zip(hands, (800, 812, 800), strict=True):
        fill(path, {STAFF: {"数值或内容": number, **GIVEN}})
    one, other = folder.parent / "1" / "xining", folder.parent / "2" / "xining"
    shutil.copytree(folder, one)
    shutil.copytree(folder, other)
    bring_in(one, ruleset, *hands)
    for path in reversed(hands):
        bring_in(other, ruleset, path)
    assert (one / "city.toml").read_bytes() == (other / "city.toml").read_bytes()
    assert import_files(hands, one, ruleset).files == {}
    assert known(one, "team.staff", ruleset) == (State.DISPUTED, 800, 812)

    joint = write(one, ruleset, "张三", name="joint")
    workbook = load_workbook(joint)
    sheet = workbook["分歧清单"]
    row = {cell.value: sheet.cell(3, cell.column) for cell in sheet[2]}
    assert row["分歧"].value == "张三：800 人\n李四：812 人\n王五：800 人"
    for heading, text in (
        ("合议结果", "810"),
        ("合议人", "张三、李四、王五"),
        ("合议日期", "2021年12月3日"),
        ("理由", "以编制文件为准"),
    ):
        row[heading].value = text
    workbook.save(joint)
    bring_in(one, ruleset, joint)
    assert known(one, "team.staff", ruleset) == (State.KNOWN, 810, 810)
    city = read_city(one, ruleset)
    (decision,) = city.deliberations
    assert (decision.given, decision.members, decision.on.isoformat()) == (
        "810 人",
        ("张三", "李四", "王五"),
        "2021-12-03",
    )
    assert {claim.overruled for claim in city.claims if claim.key == "team.staff" and claim.entered_by} == {decision.id}
    assert disputes(city.claims) == []
    assert import_files([joint], one, ruleset).files == {}
    assert import_files([write(one, ruleset, name="again")], one, ruleset).files == {}

    late = write(folder, ruleset, "赵六", name="late")
    fill(late, {STAFF: {"数值或内容": 900, **GIVEN}})
    bring_in(one, ruleset, late)
    assert known(one, "team.staff", ruleset) == (State.DISPUTED, 810, 900)


def test_a_value_and_a_reason_for_none_are_a_dispute_about_everything(folder: Path, ruleset: Ruleset) -> None:
    said = {"张三": {"数值或内容": 800}, "李四": {"缺失原因": ruleset.texts["not_occurring"], "理由": "没有"}}
    for name, values in said.items():
        path = write(folder, ruleset, name, name=name)
        fill(path, {STAFF: {**values, **GIVEN}})
        bring_in(folder, ruleset, path) if name == "李四" else shutil.copy(path, folder.parent / "first.xlsx")
    bring_in(folder, ruleset, folder.parent / "first.xlsx")
    spec = ruleset.offers.catalogue["team.staff"]
    assert known(folder, "team.staff", ruleset) == (State.DISPUTED, spec.low, spec.high)


def test_nobody_takes_back_what_another_entered(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset, "张三")
    fill(path, {STAFF: {"数值或内容": 800, **GIVEN}})
    bring_in(folder, ruleset, path)
    path = write(folder, ruleset, "李四")
    fill(path, {STAFF: {"数值或内容": None}})
    (fault,) = told([path], folder, ruleset)
    assert "张三 entered this; only 张三 takes it back" in fault
    path = write(folder, ruleset, "李四")
    fill(path, {STAFF: {"复核人": "李四"}})
    bring_in(folder, ruleset, path)
    assert [(e.value, e.entered_by, e.checked_by) for e in stated(folder, "team.staff")] == [(800, "张三", ("李四",))]
    path = write(folder, ruleset, "张三")
    fill(path, {STAFF: {"数值或内容": 801}})
    bring_in(folder, ruleset, path)
    assert [(e.value, e.entered_by, e.checked_by) for e in stated(folder, "team.staff")] == [(801, "张三", ())]


def test_who_entered_a_value_must_be_said(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset, "")
    fill(path, {STAFF: {"数值或内容": 800, **GIVEN}})
    (fault,) = told([path], folder, ruleset)
    assert "who entered this? fill in '填报人' here, or in 填写说明!B4 for all" in fault


def test_one_number_for_two_things_is_refused(folder: Path, ruleset: Ruleset) -> None:
    hands = [write(folder, ruleset, name, name=name) for name in ("张三", "李四")]
    for path in hands:
        add(path, "佐证台账", 佐证编号="E1", 名称=f"{path.stem}的照片")
    (fault,) = told(hands, folder, ruleset)
    assert fault == "佐证台账!A3: 'E1' says something else in 张三.xlsx; agree on one, or give it another number"


def spoil(path: Path, member: str, content: bytes) -> Path:
    """Put other content into a workbook."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, old in (members | {member: content}).items():
            archive.writestr(name, content if name == member else old)
    return path


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""


def test_what_is_no_workbook_or_a_trap_is_refused(folder: Path, ruleset: Ruleset, tmp_path: Path) -> None:
    before = (folder / "city.toml").read_bytes()
    no_zip, old, csv_named = tmp_path / "no.xlsx", tmp_path / "old.xlsx", tmp_path / "a.pdf"
    no_zip.write_bytes(b"nonsense")
    old.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    csv_named.write_bytes(b"")
    bomb = spoil(write(folder, ruleset, name="bomb"), "xl/media/x.bin", b"\0" * (101 * 2**20))
    entities = spoil(write(folder, ruleset, name="entities"), "xl/worksheets/sheet2.xml", ENTITIES)
    other = write(folder, ruleset, name="other")
    foreign = load_workbook(other)
    foreign["模板"]["A1"].value = str(foreign["模板"]["A1"].value).replace('"xining"', '"luohe"')
    foreign.save(other)
    version = write(folder, ruleset, name="version")
    older = load_workbook(version)
    older["模板"]["A1"].value = str(older["模板"]["A1"].value).replace('"version": "2021"', '"version": "2017"')
    older.save(version)
    plain = load_workbook(write(folder, ruleset, name="plain"))
    del plain["模板"]
    plain.save(tmp_path / "plain.xlsx")
    missing = tmp_path / "missing.xlsx"
    paths = [no_zip, old, csv_named, bomb, entities, other, version, tmp_path / "plain.xlsx", missing]
    faults = told(paths, folder, ruleset)
    assert faults[:4] == [
        "is no .xlsx workbook",
        "is protected by a password, or in an old format; save it as .xlsx without a password",
        "must end in one of .xlsx, .csv",
        "102 MB when unpacked; the limit is 100 MB",
    ]
    assert faults[4] == "holds XML entities, which no spreadsheet writes; it is refused"
    assert faults[5:8] == [
        "was made for the city 'luohe', not for 'xining'",
        "was made for the rule set 2017, not for 2021",
        "is no workbook of this program; write one with `cityrubric workbook`",
    ]
    assert faults[8].startswith("cannot be read: No such file")
    assert (folder / "city.toml").read_bytes() == before


@pytest.mark.parametrize("instead", ["7", "null", '"no such section"'])
def test_a_changed_mark_is_no_mark(folder: Path, ruleset: Ruleset, instead: str) -> None:
    path = write(folder, ruleset)
    workbook = load_workbook(path)
    mark = workbook["模板"]["A1"]
    mark.value = str(mark.value).replace('"requests"', instead)
    workbook.save(path)
    assert told([path], folder, ruleset) == ["is no workbook of this program; write one with `cityrubric workbook`"]


def test_a_sheet_that_claims_a_million_rows_is_read_like_any_other(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset)
    fill(path, {STAFF: {"数值或内容": 800, **GIVEN}})
    name = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(name)
    empty = b"".join(b'<row r="%d"/>' % n for n in range(2000, 1_000_000))
    spoil(path, name, sheet.replace(b"</sheetData>", empty + b"</sheetData>"))
    bring_in(folder, ruleset, path)
    assert [entry.value for entry in stated(folder, "team.staff")] == [800]


def test_rows_that_are_gone_and_headings_that_moved_are_told(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset)
    workbook = load_workbook(path)
    workbook["资料来源"].delete_rows(3)
    workbook["评审观察"]["B2"].value = "别的"
    del workbook["访谈记录"]
    workbook.save(path)
    assert sorted(told([path], folder, ruleset), key=len) == [
        "访谈记录: the sheet is missing",
        "评审观察!B2: the heading must be '类型', not '别的'; columns keep their places",
        "资料来源: 1 rows that were there are gone; clear a row to take it back, never delete it",
    ]


def test_merged_cells_are_read_as_meant_or_refused(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset)
    places = [("team.staff", area, "2021") for area in ("全市", "城中区", "城东区")]
    fill(
        path,
        {
            place: {"数值或内容": n, "谁的数据": "省级核实", "来源": "initial_assessment"}
            for n, place in enumerate(places, 800)
        },
    )
    workbook = load_workbook(path)
    sheet = workbook["能力建设"]
    first = next(n for n in range(3, 99) if sheet.cell(n, 8).value == 800)
    sheet.merge_cells(start_row=first, end_row=first + 2, start_column=12, end_column=12)
    workbook.save(path)
    bring_in(folder, ruleset, path)
    assert [(e.area, e.source) for e in stated(folder, "team.staff")] == [
        ("", "initial_assessment"),
        ("chengdong", "initial_assessment"),
        ("chengzhong", "initial_assessment"),
    ]
    path = write(folder, ruleset)
    workbook = load_workbook(path)
    workbook["能力建设"].merge_cells(start_row=first, end_row=first + 1, start_column=8, end_column=8)
    workbook.save(path)
    (fault,) = told([path], folder, ruleset)
    assert fault.startswith(f"能力建设!H{first + 1}: cells merged over several rows")
