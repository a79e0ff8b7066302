"""Facts out to a workbook and back in: nothing is lost on the way, and a cell is read as a person means it."""

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.authoring.written import city_text
from cityrubric.cli.main import run
from cityrubric.intake.facts import read_city
from cityrubric.intake.importing import import_files
from cityrubric.intake.workbook.questions import homes_of, users_of
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset
from workbooks import GIVEN, STAFF, add, bring_in, fill, stated, told, write

Change = Callable[[Worksheet, dict[str, int]], None]


@pytest.mark.parametrize("city", sorted(path.parent.name for path in shipped("cities").glob("*/city.toml")))
def test_a_workbook_left_as_it_is_changes_nothing(city: str, ruleset: Ruleset, tmp_path: Path) -> None:
    shutil.copytree(shipped("cities") / city, tmp_path / city)
    before = (tmp_path / city / "city.toml").read_bytes()
    assert import_files([write(tmp_path / city, ruleset, parts=())], tmp_path / city, ruleset).files == {}
    assert (tmp_path / city / "city.toml").read_bytes() == before


def test_each_fact_is_asked_once_in_every_year_and_area(folder: Path, ruleset: Ruleset) -> None:
    workbook = load_workbook(write(folder, ruleset, parts=()), read_only=True)
    rows = [row for sheet in workbook for row in sheet.iter_rows(min_row=3, max_col=5, values_only=True)]
    asked = [(row[0], row[3], row[4]) for row in rows if row[0] in ruleset.offers.catalogue and row[3]]
    assert {row[0] for row in asked} == set(ruleset.offers.catalogue)
    assert [place for place in asked if place[0] == "team.staff"] == [
        ("team.staff", area, "2021")
        for area in ("全市", "城中区", "城东区", "城西区", "城北区", "湟中区", "大通县", "湟源县")
    ]
    assert [place[2] for place in asked if place[0] == "sampling.batches"][:3] == ["2021", "2020", "2019"]
    assert {place for place in asked if asked.count(place) > 1} == set()


def test_every_fact_has_a_home_and_the_indicators_that_use_it_beside_it(folder: Path, ruleset: Ruleset) -> None:
    users = users_of(ruleset)
    homes = homes_of(users, ruleset)
    assert homes.keys() == ruleset.offers.catalogue.keys()
    shared = next(key for key, ids in users.items() if len({id_[0] for id_ in ids}) > 1)
    workbook = load_workbook(write(folder, ruleset, parts=()), read_only=True)
    found = [
        (sheet.title, row[2])
        for sheet in workbook
        for row in sheet.iter_rows(min_row=3, max_col=3, values_only=True)
        if row[0] == shared and row[2]
    ]
    assert {title for title, _items in found} == {next(g.title for g in ruleset.groups if g.id == homes[shared])}
    assert {items for _title, items in found} == {"、".join(users[shared])}


@settings(max_examples=4)
@given(seed=st.integers(0, 10**6), missing=st.floats(0, 1))
def test_made_up_cities_come_back_as_they_were(
    seed: int, missing: float, ruleset: Ruleset, tmp_path_factory: pytest.TempPathFactory
) -> None:
    city = fictional_city(seed, ruleset, Mix(missing=missing, inexact=0.3, disputed=0.2))
    folder = tmp_path_factory.mktemp("w") / city.id
    folder.mkdir()
    (folder / "city.toml").write_text(city_text(city, ruleset), encoding="utf-8")
    assert import_files([write(folder, ruleset, parts=())], folder, ruleset).files == {}


def test_a_sheet_too_wide_for_a_page_is_printed_on_two_beside_each_other(folder: Path, ruleset: Ruleset) -> None:
    workbook = load_workbook(write(folder, ruleset))
    sheets = {sheet.title: sheet for sheet in workbook}
    facts, sources, appeals = (sheets[title] for title in ("能力建设", "资料来源", "申诉复核"))
    assert (facts.print_title_cols, facts.page_setup.fitToWidth) == ("$A:$E", 2)
    assert [facts.cell(2, n).value for n in (5, 6)] == ["期间", "单位"]
    assert (appeals.print_title_cols, appeals.page_setup.pageOrder) == ("$A:$A", "overThenDown")
    assert (sources.print_title_cols, sources.print_title_rows) == (None, "$1:$2")


def test_a_value_goes_in_and_everything_else_stays(folder: Path, ruleset: Ruleset) -> None:
    before = (folder / "city.toml").read_text(encoding="utf-8")
    path = write(folder, ruleset)
    fill(path, {STAFF: {"数值或内容": 812, **GIVEN, "佐证编号": "E1、E2", "复核人": "李四"}})
    bring_in(folder, ruleset, path)
    after = (folder / "city.toml").read_text(encoding="utf-8")
    added = """[facts."team.staff"]
value = 812
period = "2021"
unit = "人"
by = "verified"
source = "initial_assessment"
entered_by = "张三"
evidence = ["E1", "E2"]
checked_by = ["李四"]

"""
    assert added in after
    assert after.replace(added, "") == before
    (claim,) = [claim for claim in read_city(folder, ruleset).claims if claim.key == "team.staff"]
    assert (claim.low, claim.entered_by, claim.checked_by) == (812, "张三", ("李四",))
    assert import_files([write(folder, ruleset)], folder, ruleset).files == {}


@pytest.mark.parametrize(
    ("written", "format_", "says"),
    [
        ("８１２", None, 812),
        (" 812　", None, 812),
        ("1,812", None, 1812),
        ("1 812", None, 1812),
        ("812 人", None, 812),
        ("≥812", None, "≥812"),
        ("800余", None, "800余"),
        (812.0, "0.00", 812),
        ("=800+12", None, "='=800+12' is a formula without a result; write the value"),
        ("0.0812万", None, "='0.0812万' is text where a number belongs"),
        (datetime.date(2021, 8, 12), None, "='2021-08-12' is text where a number belongs"),
        (8.12, "0%", "='812%' carries a unit that is not this fact's (人)"),
        ("8\u202e12", None, "=holds a character that cannot be shown; delete it"),
        ("#REF!", None, "='#REF!' is a formula without a result"),
    ],
)
def test_a_number_is_read_as_a_person_means_it(
    written: Any, format_: str | None, says: Any, folder: Path, ruleset: Ruleset
) -> None:
    path = write(folder, ruleset)
    fill(path, {STAFF: {"数值或内容": written, **GIVEN}})
    workbook = load_workbook(path)
    row = next(n for n in range(3, 999) if [c.value for c in workbook["能力建设"][n]][:5:4] == ["team.staff", "2021"])
    cell = workbook["能力建设"].cell(row, 8)
    if format_:
        cell.number_format = format_
    if written == "#REF!":
        cell.data_type = "e"
    workbook.save(path)
    if isinstance(says, str) and says.startswith("="):
        (fault,) = told([path], folder, ruleset)
        assert fault.startswith(f"能力建设!H{row}: {says[1:]}")
        assert stated(folder, "team.staff") == []
    else:
        bring_in(folder, ruleset, path)
        assert [entry.value for entry in stated(folder, "team.staff")] == [says]


@pytest.mark.parametrize(
    ("written", "format_", "value"),
    [
        (0.985, "0.0%", 98.5),
        ("98.5%", None, 98.5),
        (0.005, "0.0%", "0.5%"),
        ("99", None, 99),
        (98.5, '0.0"%"', 98.5),
        (98.5, "0.0\\%", 98.5),
        (0.5, '0.0"%"', "0.5%"),
        (0.985, '[>0.5]0.0%;"%"0', 98.5),
        (90.1 + 8.2, None, 98.3),
    ],
)
def test_percent_cells(written: Any, format_: str | None, value: Any, folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset, parts=("D",))
    fill(path, {("status.agri_pass", "全市", "2020"): {"数值或内容": written, **GIVEN}})
    workbook = load_workbook(path)
    for row in workbook["食品安全状况"].iter_rows(min_row=3):
        if row[7].value == written and format_:
            row[7].number_format = format_
    workbook.save(path)
    bring_in(folder, ruleset, path)
    assert [e.value for e in stated(folder, "status.agri_pass") if e.period == "2020"] == [value]


def test_days_years_and_lists_are_read_as_they_are_typed(folder: Path, ruleset: Ruleset) -> None:
    days = ["2021.5.1", "2021年5月1日", "20210501", 20210501, "２０２１．５．１", datetime.datetime(2021, 5, 1, 9)]
    years = ["2020年", "2020 年度", "２０２０", 2020]
    spans = ["2019-2021", "2019至2021年", "2019～2021", "2019..2021"]
    path = write(folder, ruleset)
    for n, day in enumerate(days):
        add(path, "资料函询", 函询编号=f"R{n}", 函号="函", 发函日期=day, 限期="2021/6/1")
    rows = [
        {"事实编号": "team.staff", "期间": typed, "数值或内容": n, "佐证编号": "E1,E2，E3;E4", **GIVEN}
        for n, typed in enumerate([*years, *spans])
    ]
    fill(path, {}, rows)
    bring_in(folder, ruleset, path)
    assert {str(request.asked_on) for request in read_city(folder, ruleset).requests} == {"2021-05-01"}
    found = stated(folder, "team.staff")
    assert sorted(entry.period for entry in found) == ["2019..2021"] * len(spans) + ["2020"] * len(years)
    assert {entry.evidence for entry in found} == {("E1", "E2", "E3", "E4")}
    path = write(folder, ruleset)
    add(path, "资料函询", 函询编号="R9", 函号="函", 发函日期="2021年5月", 限期="2021/6/1")
    assert told([path], folder, ruleset) == ["资料函询!C9: '2021年5月' is no date of the form 2021-12-31"]


def test_rows_that_are_sorted_without_what_they_said_are_refused(folder: Path, ruleset: Ruleset) -> None:
    """The filter takes the hidden column along; whoever sorts what is seen alone would sign what others entered."""
    path = write(folder, ruleset)
    workbook = load_workbook(path)
    sheet = workbook["能力建设"]
    assert sheet.auto_filter.ref.startswith("A2:V")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    for columns in (21, 22):
        for number, row in enumerate(reversed(rows), 3):
            for place, value in enumerate(row[:columns], 1):
                sheet.cell(number, place).value = value
        workbook.save(path)
        if columns == 21:
            assert {fault.partition(": ")[2][:38] for fault in told([path], folder, ruleset)} == {
                "this row was made for another fact, ar"
            }
    assert import_files([path], folder, ruleset).files == {}


def test_qualifiers_reasons_and_lists(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset)
    fill(
        path,
        {
            STAFF: {"限定": "不少于", "数值或内容": 800, **GIVEN},
            ("team.staff", "城中区", "2021"): {"限定": "介于", "数值或内容": 100, "上限": 120, **GIVEN},
            ("team.staff", "大通县", "2021"): {"缺失原因": ruleset.texts["not_collected"], **GIVEN},
            ("lab.qualified", "全市", ""): {"数值或内容": "是", **GIVEN},
        },
        [
            {"事实编号": "team.staff", "区县": "全市", "期间": 2019, "数值或内容": 700, "单位": "人", **GIVEN},
            {"事实编号": "science.project_titles", "区县": "全市", "数值或内容": "《甲》\n《乙》", **GIVEN},
        ],
    )
    bring_in(folder, ruleset, path)
    values = {(e.area, e.period): e.value or e.missing for e in stated(folder, "team.staff")}
    assert values == {
        ("", "2021"): "≥800",
        ("chengzhong", "2021"): "100..120",
        ("datong", "2021"): "not_collected",
        ("", "2019"): 700,
    }
    assert [e.value for e in stated(folder, "science.project_titles") if e.entered_by] == [("《甲》", "《乙》")]
    assert [e.value for e in stated(folder, "lab.qualified")] == [True]
    assert import_files([write(folder, ruleset)], folder, ruleset).files == {}


def test_all_faults_are_told_at_once_with_their_cells_and_nothing_is_written(folder: Path, ruleset: Ruleset) -> None:
    before = (folder / "city.toml").read_bytes()
    path = write(folder, ruleset)
    fill(
        path,
        {
            STAFF: {"数值或内容": "很多", **GIVEN},
            ("team.staff", "城中区", "2021"): {"数值或内容": 5},
            ("team.staff", "大通县", "2021"): {"缺失原因": ruleset.texts["withheld"], **GIVEN},
            ("team.staff", "湟源县", "2021"): {"数值或内容": 5, "谁的数据": "省里", "来源": "nowhere"},
            ("lab.qualified", "全市", ""): {"备注": "待核"},
        },
        [{"事实编号": "team.stuff", "数值或内容": 700, **GIVEN}],
    )
    add(
        path, "评审观察", 类型="不足", 方式="资料审查", 评价内容="Z.9", 程度="一般", 观察="x", 来源="initial_assessment"
    )
    add(path, "佐证台账", 佐证编号="E1")
    add(path, "资料函询", 函询编号="Q1", 函号="x", 发函日期="2021-13-01", 限期="2021年12月1日")
    assert sorted(told([path], folder, ruleset)) == [
        "佐证台账!B3: '名称' is missing",
        "能力建设!A111: no such fact: 'team.stuff'; did you mean 'team.staff'?",
        "能力建设!H11: '很多' is text where a number belongs; write 12, '≥12', '≤12', '12余' or '10..12'",
        "能力建设!H62: a value or a reason for none is needed",
        "能力建设!K12: '谁的数据' is missing",
        "能力建设!K18: '省里' is not one of: 城市自报、部门数据、省级核实",
        "能力建设!L12: '来源' is missing",
        "能力建设!O17: '理由' is missing",
        "评审观察!E12: 'Z.9' is not known here",
        "资料函询!C3: '2021-13-01' is no day of the calendar",
        "资料函询!D3: the deadline lies before the day of asking",
    ]
    assert (folder / "city.toml").read_bytes() == before


def test_the_commands_write_a_workbook_and_bring_it_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As an assessor uses them: one for each part, then all of them at once, then what the evidence lacks."""
    made = []
    for part, name in (("B", "张三"), ("D", "李四")):
        made.append(folder.parent / f"{name}.xlsx")
        assert ran("workbook", str(folder), "-o", str(made[-1]), "--part", part, "--assessor", name) == 0
    fill(made[0], {STAFF: {"数值或内容": 812, **GIVEN}})
    capsys.readouterr()
    assert ran("import", *map(str, made), str(folder)) == 0
    assert f"written: {folder / 'city.toml'}" in capsys.readouterr().err
    assert ran("import", *map(str, made), str(folder)) == 0
    assert "nothing new" in capsys.readouterr().err
    fill(made[1], {("status.awareness", "全市", "2021"): {"数值或内容": "120%", **GIVEN}})
    assert ran("import", *map(str, made), str(folder)) == 1
    assert "李四.xlsx: 1 fault\n  食品安全状况!H" in capsys.readouterr().err
    assert ran("evidence", str(folder)) == 0
    assert "indicators without a document: 94 of 94" in capsys.readouterr().out
    assert ran("import", str(folder)) == 2


def ran(*arguments: str) -> int:
    with pytest.raises(SystemExit) as raised:
        run(["--lang", "en", *arguments])
    return int(raised.value.code or 0)
