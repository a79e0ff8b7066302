"""An official table becomes a draft: every item and every text of it is there, and no rule of it is trusted."""

import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from typer.testing import CliRunner

from cityrubric.authoring.cases import Case, case_city
from cityrubric.authoring.fromtable.phrases import drafts
from cityrubric.authoring.fromtable.tables import read_rows
from cityrubric.authoring.lint.coverage import Coverage, check_orphans, coverage_ledger
from cityrubric.cli.commands import app
from cityrubric.errors import CityrubricError
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.tell import assess

HEAD = ("序号", "一级指标", "二级指标", "三级指标", "分值", "评分标准")
ROWS = [
    ("1", "一、基础工作", "制度建设", "制定年度计划", "3分", "制定计划的得3分；否则不得分。"),
    ("2", "一、基础工作", "制度建设", "计划完成率", "5", "≥95%得5分"),
    ("3", "一、基础工作", "队伍建设", "人员培训", "2", "得2分;否则相应扣分"),
    ("4", "二、工作成效", "现场状况", "现场问题", "10", "每发现一处,扣0.5分，扣完为止"),
    ("5", "二、工作成效", "现场状况", "综合印象", "5", "由评审组酌情评分"),
]
SHEET = [
    ("11.社会共治(39)", "普法责任制", "得2分;否则相应扣分"),
    ("11.社会共治(39)", "宣传周", "得3分;否则不得分"),
    ("11.社会共治(39)", "校园教育", "得2分;否则相应扣分"),
    ("11.社会共治(39)", "其他问题", "每发现一次,扣0.5分"),
    ("20.过程控制(65)", "校园及周边经营者", "得3分;否则相应扣分"),
]
"""Of the shape of the published score sheet of the surroundings of schools."""


def merged(rows: list[tuple[str, ...]], column: int) -> list[tuple[int, int]]:
    """First and last row of each run of equal cells in a column, counted from the headings on."""
    runs: list[tuple[int, int]] = []
    for n, row in enumerate(rows, 1):
        if runs and rows[runs[-1][0] - 1][column] == row[column]:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return [run for run in runs if run[0] < run[1]]


def excel(path: Path, head: tuple[str, ...], rows: list[tuple[str, ...]], columns: tuple[int, ...]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["某省评价细则"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
    for row in (head, *rows):
        sheet.append(list(row))
    for column in columns:
        for first, last in merged(rows, column):
            sheet.merge_cells(start_row=first + 2, end_row=last + 2, start_column=column + 1, end_column=column + 1)
    book.save(path)
    return path


def word(path: Path, head: tuple[str, ...], rows: list[tuple[str, ...]], columns: tuple[int, ...]) -> Path:
    document = Document()
    document.add_paragraph("某省评价细则")
    table = document.add_table(rows=1 + len(rows), cols=len(head))
    for n, row in enumerate((head, *rows)):
        for cell, text in zip(table.rows[n].cells, row, strict=True):
            cell.text = text
    for column in columns:
        for first, last in merged(rows, column):
            for n in range(first + 1, last + 1):
                table.cell(n, column).text = ""
            table.cell(first, column).merge(table.cell(last, column))
    document.save(str(path))
    return path


SAID = ("--title", "某省评价细则", "--pass-line", "90", "--pass-source", "通知第三条")
WRITERS = {".xlsx": excel, ".docx": word}


def brought_in(tmp_path: Path, file: Path, *further: str) -> Path:
    for kind in ("rulesets", "cities", "plugins"):
        (tmp_path / "office" / kind).mkdir(parents=True, exist_ok=True)
    call = ["--project", str(tmp_path / "office"), "new", "ruleset", "2023", "--from-table", str(file)]
    told = CliRunner().invoke(app, [*call, *SAID, *further])
    assert told.exit_code == 0, told.output
    return tmp_path / "office" / "rulesets" / "2023"


@pytest.mark.parametrize("ending", WRITERS)
def test_a_table_with_merged_cells_becomes_a_draft(ending: str, tmp_path: Path) -> None:
    file = WRITERS[ending](tmp_path / f"table{ending}", HEAD, ROWS, (1, 2))
    ruleset = load_ruleset(brought_in(tmp_path, file))
    assert [group.title for group in ruleset.groups] == ["一、基础工作", "二、工作成效"]
    assert [point.title for point in ruleset.points] == ["制度建设", "队伍建设", "现场状况"]
    assert [one.id for one in ruleset.indicators] == ["A.01.01", "A.01.02", "A.02.03", "B.01.04", "B.01.05"]
    assert [one.title for one in ruleset.indicators] == [row[3] for row in ROWS]
    assert [one.max_score for one in ruleset.indicators] == [3000, 5000, 2000, 10000, 5000]
    assert [one.clause for one in ruleset.indicators] == [row[5] for row in ROWS]
    assert all(one.provenance.documented and one.max_provenance.documented for one in ruleset.indicators)
    assert [one.drafted for one in ruleset.indicators] == [
        ("award",),
        ("bands",),
        ("award_proportional",),
        ("deduct",),
        (),
    ]
    assert ruleset.status == "draft"


@pytest.mark.parametrize("ending", WRITERS)
def test_no_draft_is_trusted(ending: str, tmp_path: Path) -> None:
    """Every item is judged by an assessor until a person has written its rule; check lists them all."""
    file = WRITERS[ending](tmp_path / f"table{ending}", HEAD, ROWS, (1, 2))
    folder = brought_in(tmp_path, file)
    ruleset = load_ruleset(folder)
    told = assess(case_city(Case("某市", {}, {}), ruleset), ruleset)
    assert {one.verdict for one in told.outcomes} == {"undetermined"}
    assert told.scores.total == (0, 25)
    assert told.conclusion.verdict == "undetermined"
    assert all(one.note for one in told.outcomes)
    assert "草拟" in told.ruleset.notice
    assert len(coverage_ledger(ruleset)[Coverage.NO_RULE]) == len(ROWS)
    assert [remark.code for remark in check_orphans(ruleset)] == ["pending"] * len(ROWS)
    assert CliRunner().invoke(app, ["check", str(folder)]).exit_code == 1


@pytest.mark.parametrize("ending", WRITERS)
def test_a_score_sheet_whose_key_names_the_item_gives_one_item_per_key(ending: str, tmp_path: Path) -> None:
    head = ("要点名称（评价内容）", "检查项目", "对应检查内容及分值(单项扣完为止)")
    file = WRITERS[ending](tmp_path / f"sheet{ending}", head, SHEET, (0,))
    columns = f"point={head[0]},item={head[1]},scoring={head[2]}"
    ruleset = load_ruleset(brought_in(tmp_path, file, "--columns", columns))
    found = {one.title: one.max_score for one in ruleset.indicators}
    assert found == {"社会共治（39）": 7000, "过程控制（65）": 3000}
    assert ruleset.indicators[0].drafted == ("award_proportional", "award", "award_proportional", "deduct")
    assert "宣传周：得3分;否则不得分" in ruleset.indicators[0].clause


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("得2分;否则不得分", [{"operator": "award", "points": 2.0}]),
        ("得 1.5 分，否则相应扣分", [{"operator": "award_proportional", "points": 1.5}]),
        ("每发现一次，扣０．５分", [{"operator": "deduct", "each": 0.5}]),
        ("达到90%以上得3分", [{"operator": "bands", "at_least": 90.0, "unit": "%", "points": 3.0}]),
        ("合格率不低于98%", [{"operator": "bands", "at_least": 98.0, "unit": "%"}]),
        ("得3分;否则不得分。每发现一处扣1分", [{"operator": "award", "points": 3}, {"operator": "deduct", "each": 1}]),
        ("由专家酌情评分", []),
        ("得3分", []),
        ("", []),
    ],
)  # fmt: skip
def test_phrases(text: str, found: list[dict[str, object]]) -> None:
    drafted = drafts(text)
    assert [{key: value for key, value in one.items() if key != "says"} for one in drafted] == found
    assert all(one["says"] for one in drafted)


def test_what_cannot_be_brought_in_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    rows = [*ROWS, ("6", "三、否决项", "否决", "发生重大事故", "", "一票否决")]
    file = excel(tmp_path / "table.xlsx", HEAD, rows, (1, 2))
    (tmp_path / "office" / "rulesets").mkdir(parents=True)
    call = ["--project", str(tmp_path / "office"), "new", "ruleset", "2023", "--from-table", str(file)]
    told = CliRunner().invoke(app, [*call, *SAID])
    assert (told.exit_code, "row 8: names no points" in told.output) == (1, True)
    told = CliRunner().invoke(app, call)
    assert (told.exit_code, "--pass-line" in told.output) == (2, True)
    assert not [*(tmp_path / "office" / "rulesets").iterdir()]


def test_files_that_hold_no_such_table_are_refused(tmp_path: Path) -> None:
    other = excel(tmp_path / "other.xlsx", ("甲", "乙"), [("1", "2")], ())
    with pytest.raises(CityrubricError, match="某省评价细则"):
        read_rows(other, {})
    with pytest.raises(CityrubricError, match="did you mean 'scoring'"):
        read_rows(other, {"scorin": "乙"})
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"no zip")
    for file, says in ((broken, "cannot be read"), (tmp_path / "x.pdf", r"only \.docx and \.xlsx")):
        with pytest.raises(CityrubricError, match=says):
            read_rows(file, {})


def test_a_cell_that_says_it_is_wider_than_any_table_is_refused(tmp_path: Path) -> None:
    """Every column of it would be made a cell: a file of 10 KB that never ends."""
    file = word(tmp_path / "wide.docx", HEAD, ROWS, (1, 2))
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    text = members["word/document.xml"].replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="2000000000"/>', 1)
    assert text != members["word/document.xml"]
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in {**members, "word/document.xml": text}.items():
            archive.writestr(name, content)
    with pytest.raises(CityrubricError, match=r"wide.docx cannot be read: a cell as wide as 2e"):
        read_rows(file, {})
