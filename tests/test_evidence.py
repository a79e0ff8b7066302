"""The evidence ledger: read as spreadsheets write it, harmless where they open it, and checked against the files."""

import csv
import hashlib
import io
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityrubric.cli.main import run
from cityrubric.errors import FaultLog
from cityrubric.intake.audit import Remark, audit
from cityrubric.intake.evidence import escape, file_hash, ledger_text, read_ledger, unescape
from cityrubric.intake.facts import read_city
from cityrubric.intake.surveys import sampling_interval
from cityrubric.proceedings import Survey
from cityrubric.rubric.model import Ruleset
from workbooks import GIVEN, STAFF, add, bring_in, fill, told, write

ROWS = "佐证编号,名称,评价内容,文件\r\nE1,培训记录,B.12.44,a.jpg;b.jpg\r\nE2,\"=cmd|' /C calc'!A0\",,\r\n"


def ran(*arguments: str) -> int:
    with pytest.raises(SystemExit) as raised:
        run(["--lang", "en", *arguments])
    return int(raised.value.code or 0)


def remarks(folder: Path, ruleset: Ruleset, *kinds: str, on: date | None = None) -> list[Remark]:
    return [r for r in audit([(read_city(folder, ruleset), folder)], ruleset, on) if r.kind in kinds]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_spreadsheet_takes_a_cell_for_a_formula_and_no_cell_is_changed(text: str) -> None:
    assert not escape(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unescape(escape(text)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_as_spreadsheets_write_it(encoding: str, folder: Path, ruleset: Ruleset) -> None:
    ledger = folder.parent / "list.csv"
    ledger.write_bytes(ROWS.encode(encoding))
    bring_in(folder, ruleset, ledger)
    assert [(row.id, row.title, row.files) for row in read_city(folder, ruleset).evidence] == [
        ("E1", "培训记录", ("a.jpg", "b.jpg")),
        ("E2", "=cmd|' /C calc'!A0", ()),
    ]
    written = (folder / "evidence.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    cells = [cell for row in csv.reader(io.StringIO(written.decode("utf-8-sig"))) for cell in row]
    assert not any(cell.startswith("=") for cell in cells)
    bring_in(folder, ruleset, ledger)
    assert (folder / "evidence.csv").read_bytes() == written


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00\x81", "neither UTF-8 nor GB18030; save it as UTF-8"),
        ("名称\nx\n".encode(), "no column '佐证编号'"),
        ("佐证编号,名称,题名\nE1,x,y\n".encode(), "no such column: '题名'"),
        ("佐证编号,名称\nE1,\n".encode(), "row 2: '名称' is missing"),
        ('佐证编号,名称\nE1,"x\n'.encode(), "not valid CSV: unexpected end of data"),
        ("佐证编号,名称,评价内容\nE1,x,B.99.1\n".encode(), "row 2: 'B.99.1' is not known here"),
        ("佐证编号,名称\nE1,x\nE1,y\n".encode(), "row 3: 'E1' says something else in list.csv"),
    ],
)
def test_a_faulty_list(content: bytes, says: str, folder: Path, ruleset: Ruleset) -> None:
    (folder.parent / "list.csv").write_bytes(content)
    assert told([folder.parent / "list.csv"], folder, ruleset)[0].startswith(says)
    assert not (folder / "evidence.csv").exists()


def test_files_are_hashed_as_they_come_in_and_compared_later(folder: Path, ruleset: Ruleset) -> None:
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(b"photo")
    path = write(folder, ruleset)
    add(path, "佐证台账", 佐证编号="E1", 名称="照片", 评价内容="B.12.44", 文件="a.jpg；gone.jpg", 点位编号="P1")
    add(path, "佐证台账", 佐证编号="E2", 名称="照片", 文件="b.jpg", 点位编号="P2")
    add(path, "佐证台账", 佐证编号="E3", 名称="越界", 文件="../w.xlsx")
    fill(path, {STAFF: {"数值或内容": 5, "佐证编号": "E2、E9", **GIVEN}})
    bring_in(folder, ruleset, path)
    first, second, third = read_city(folder, ruleset).evidence
    assert first.hashes == (hashlib.sha256(b"photo").hexdigest(), "")
    assert third.hashes == ("",)
    assert [
        (r.kind, r.id, r.more) for r in remarks(folder, ruleset, "idle", "unknown", "missing", "changed", "reused")
    ] == [
        ("idle", "E3", ()),
        ("unknown", "E9", ("team.staff",)),
        ("missing", "E1", ("gone.jpg",)),
        ("missing", "E3", ("../w.xlsx",)),
        ("reused", "E1", ("西宁市 E2 照片 P2",)),
    ]
    bare = {remark.id for remark in remarks(folder, ruleset, "bare")}
    assert bare == {indicator.id for indicator in ruleset.indicators} - {"B.12.44"}
    (folder / "b.jpg").write_bytes(b"another")
    assert [(r.id, r.more) for r in remarks(folder, ruleset, "changed")] == [("E2", ("b.jpg",))]
    assert second.point == "P2"


def test_one_file_in_two_cities_is_told_of_both(
    folder: Path, ruleset: Ruleset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under other names and numbers; the second came after its ledger, so that nobody has hashed it yet."""
    other = tmp_path / "虚构 市"
    shutil.copytree(folder, other)
    text = (folder / "city.toml").read_text(encoding="utf-8")
    (other / "city.toml").write_text(text.replace('name = "西宁市"', 'name = "虚构市"'), encoding="utf-8")
    (folder / "照片 1.jpg").write_bytes(b"photo")
    for city, row in ((folder, "E1,照片,B.12.44,照片 1.jpg,P1"), (other, "Z9,现场,B.12.44,b.jpg,P7")):
        ledger = tmp_path / "台账.csv"
        ledger.write_text(f"佐证编号,名称,评价内容,文件,点位编号\r\n{row}\r\n", encoding="gb18030")
        bring_in(city, ruleset, ledger)
    assert ran("evidence", str(folder), str(other), "--json") == 1
    told = [remark for remark in json.loads(capsys.readouterr().out) if remark["kind"] in ("reused", "missing")]
    assert [(one["city"], one["kind"], one["id"]) for one in told] == [("虚构 市", "missing", "Z9")]
    (other / "b.jpg").write_bytes(b"photo")
    assert ran("evidence", str(folder), str(other)) == 1
    words = capsys.readouterr().out
    assert "西宁市" in words.partition("虚构市\n")[0]
    first, second = (line.strip() for line in words.splitlines() if "the same file" in line)
    assert (first, second) == (
        "E1 照片 P1: the same file as 虚构市 Z9 现场 P7",
        "Z9 现场 P7: the same file as 西宁市 E1 照片 P1",
    )
    assert ran("evidence", str(folder)) == 0


def test_requests_are_overdue_until_they_are_answered(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset)
    add(path, "资料函询", 函询编号="Q1", 函号="函一", 发函日期="2021/11/1", 限期="2021年12月1日")
    add(path, "资料函询", 函询编号="Q2", 函号="函二", 发函日期="2021-11-01", 限期="2021-12-01", 答复日期="2021-12-20")
    fill(path, {STAFF: {"缺失原因": ruleset.texts["not_supplied"], "函询编号": "Q1", **GIVEN}})
    bring_in(folder, ruleset, path)
    assert [(r.id, r.more) for r in remarks(folder, ruleset, "overdue")] == [("Q1", ("2021-12-01", "team.staff"))]
    assert remarks(folder, ruleset, "overdue", on=date(2021, 11, 30)) == []


@pytest.mark.parametrize(
    ("n", "result", "deviation", "interval"),
    [
        (1000, 82.5, None, (80.02, 84.73)),
        (100, 50, None, (40.38, 59.62)),
        (10, 100, None, (72.25, 100.0)),
        (1000, 0, None, (0.0, 0.38)),
        (400, 82.5, 10.0, (81.52, 83.48)),
        (4, 99, 10.0, (89.2, 100.0)),
    ],
)
def test_how_far_chance_may_have_moved_a_survey(
    n: int, result: float, deviation: float | None, interval: tuple[float, float]
) -> None:
    """Wilson's interval for shares (compare: 500 of 1,000 is 46.9..53.1), the mean's where the deviation is known."""
    assert sampling_interval(Survey("S", "f", "?", n, result, deviation)) == pytest.approx(interval, abs=0.01)


def test_interviews_and_surveys_go_in_and_the_value_is_what_scores(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset)
    add(
        path,
        "访谈记录",
        **{"访谈对象（职务）": "副市长", "话题": "党政同责", "所述": "每季度研究一次", "日期": "2021-12-01"},
    )
    survey = {"事实编号": "status.satisfaction", "问题": "您满意吗", "有效样本数": 1000, "期间": 2021}
    add(path, "问卷调查", **survey, **{"结果（% 或百分制分）": "82.5", "来源": "initial_assessment"})
    bring_in(folder, ruleset, path)
    city = read_city(folder, ruleset)
    assert [(i.role, i.person) for i in city.interviews] == [("副市长", "张三")]
    assert [(s.n, s.result) for s in city.surveys] == [(1000, 82.5)]
    (remark,) = remarks(folder, ruleset, "survey")
    assert remark.more == ("82.5 分", "80.02..84.73")


def test_a_ledger_reads_back() -> None:
    entries = [{"id": "E1", "title": "-x", "files": ["a"], "hashes": ["-"], "note": "'=1"}]
    path = Path("/nonexistent")
    assert read_ledger(path, "x", log := FaultLog()) == []
    assert log.faults
    assert "'-x" in ledger_text(entries)


def test_a_file_whose_name_is_longer_than_the_system_takes_is_not_at_hand(tmp_path: Path) -> None:
    assert file_hash(tmp_path, "1" * 300) == ""
