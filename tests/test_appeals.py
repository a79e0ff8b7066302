"""Appeals and deadlines: what was decided is on record, the old assessment stays, the new one says what changed."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cityrubric.cli.ledger import tell_appeals
from cityrubric.explain.explain import explain
from cityrubric.intake.facts import read_city
from cityrubric.ledger.appeals import appeals_of
from cityrubric.ledger.changes import fact_changes
from cityrubric.ledger.ledger import open_ledger, record
from cityrubric.report.audience import Audience
from cityrubric.report.dossier import dossier
from cityrubric.report.editions import Edition, texts_of
from cityrubric.report.excel import tables_file
from cityrubric.report.masking import view_for
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import store, to_document
from cityrubric.telling.tell import assess
from cityrubric.versions.verify import stored_assessment, verify
from workbooks import GIVEN, STAFF, add, bring_in, fill, told, write

FILED = {"评价内容": "D.25.79", "申诉日期": "2021-12-10"}
DECIDED = {"复核人": "甲、乙", "复核日期": "2021-12-20"}
CHANGE = {
    "改判的事实编号": "status.awareness",
    "期间": 2021,
    "改判后的数值": "88%",
    "单位": "%",
    "来源": "initial_assessment",
}


def keep(folder: Path, ruleset: Ruleset, ledger: Path) -> bool:
    return record(ledger, to_document(assess(read_city(folder, ruleset), ruleset)))


def test_an_accepted_appeal_makes_a_revision_and_a_rejected_one_keeps_its_reason(
    folder: Path, ruleset: Ruleset, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = folder.parent / "ledger.sqlite"
    assert keep(folder, ruleset, ledger)
    path = write(folder, ruleset)
    add(path, "申诉复核", 编号="S1", 申诉意见="知晓率为88%", 新佐证编号="E7", 新佐证日期="2021-12-08", **FILED)
    add(path, "申诉复核", 编号="S2", 申诉意见="应得满分", **FILED)
    bring_in(folder, ruleset, path)
    assert keep(folder, ruleset, ledger)

    path = write(folder, ruleset)
    decide(path, "S1", 复核意见="改判", 理由="新佐证有效", **DECIDED, **CHANGE)
    decide(path, "S2", 复核意见="维持", 理由="没有新佐证", **DECIDED)
    bring_in(folder, ruleset, path)
    assert keep(folder, ruleset, ledger)
    assert not keep(folder, ruleset, ledger)

    with open_ledger(ledger) as opened:
        history = opened.history("xining")
    accepted, rejected = appeals_of(history)
    assert (accepted.decision, accepted.given, accepted.revision) == ("changed", "88 %", (2021, 3))
    assert accepted.difference is not None
    assert [(v.id, v.before, v.after) for v in accepted.difference.verdicts] == [("D.25.79", "undetermined", "met")]
    assert accepted.rates[0] != accepted.rates[1]
    assert (rejected.decision, rejected.reason, rejected.revision) == ("upheld", "没有新佐证", None)
    outcomes = [next(o for o in e.document["outcomes"] if o["id"] == "D.25.79")["verdict"] for e in history]
    assert outcomes == ["undetermined", "undetermined", "met"]
    tell_appeals(ledger, "xining", as_json=False)
    words = capsys.readouterr().out
    said = [
        "S1 D.25.79 知晓率为88%: changed",
        "88 %: assessment 2021, revision 3",
        "S2 D.25.79 应得满分: upheld as it was",
    ]
    assert [text for text in said if text not in words] == []
    tell_appeals(ledger, "xining", as_json=True)
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == ["S1", "S2"]


def decide(path: Path, id_: str, **values: object) -> None:
    """Fill in what was decided on an appeal that stands there."""
    workbook = load_workbook(path)
    sheet = workbook["申诉复核"]
    headings = {cell.value: cell.column for cell in sheet[2]}
    row = next(n for n in range(3, 99) if sheet.cell(n, 1).value == id_)
    for heading, value in values.items():
        sheet.cell(row, headings[heading]).value = value
    workbook.save(path)


def test_a_decision_needs_reviewers_a_day_and_a_reason(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset)
    add(path, "申诉复核", 编号="S1", 申诉意见="知晓率为88%", 复核意见="改判", **FILED)
    faults = told([path], folder, ruleset)
    assert faults
    assert all(fault.startswith("申诉复核!") for fault in faults)


def test_what_an_appeal_overrules_stays_on_record_and_the_result_verifies(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset)
    fill(path, {STAFF: {"数值或内容": 800, **GIVEN}})
    bring_in(folder, ruleset, path)
    path = write(folder, ruleset)
    appeal = {**CHANGE, "改判的事实编号": "team.staff", "改判后的数值": 900, "单位": "人"}
    filed = {"编号": "S1", "申诉意见": "900人", "新佐证编号": "E7", "新佐证日期": "2021-12-08", **FILED}
    add(path, "申诉复核", 复核意见="改判", 理由="编制文件", **filed, **DECIDED, **appeal)
    add(path, "佐证台账", 佐证编号="E7", 名称="编制文件")
    add(path, "访谈记录", **{"访谈对象（职务）": "副市长", "话题": "队伍", "所述": "已增编", "日期": "2021-12-01"})
    add(path, "资料函询", 函询编号="Q1", 函号="函一", 发函日期="2021-11-01", 限期="2021-12-01", 答复日期="2021-11-20")
    bring_in(folder, ruleset, path)
    city = read_city(folder, ruleset)
    assert [(c.low, c.overruled, c.person, c.evidence) for c in city.claims if c.key == "team.staff"] == [
        (800, "S1", "", ()),
        (900, "", "甲、乙", ("E7",)),
    ]
    stored = store(assess(city, ruleset), folder.parent / "out")
    document = json.loads(stored.read_text(encoding="utf-8"))
    assert {"appeals", "evidence", "interviews"} <= document["city"].keys()
    before = {**document, "facts": [{**fact, "overruled": ""} for fact in document["facts"] if fact["low"] != 900]}
    (change,) = [one for one in fact_changes(before, document) if one.key == "team.staff"]
    assert [[said.says for said in side] for side in (change.before, change.after)] == [["800 人"], ["900 人"]]
    assert verify(document, stored_assessment(document, "stored"), ruleset, city).identical


def test_which_claim_counts_is_told_wherever_claims_are(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset, parts=("D",))
    fill(path, {("status.awareness", "全市", "2021"): {"数值或内容": 70, **GIVEN}})
    bring_in(folder, ruleset, path)
    path = write(folder, ruleset)
    add(path, "申诉复核", 编号="S1", 申诉意见="88%", 复核意见="改判", 理由="新佐证", **FILED, **DECIDED, **CHANGE)
    assert told([path], folder, ruleset) == [
        "申诉复核!E3: '新佐证编号' is missing",
        "申诉复核!F3: '新佐证日期' is missing",
    ]
    decide(path, "S1", 新佐证编号="E7", 新佐证日期="2021-12-08")
    bring_in(folder, ruleset, path)
    city = read_city(folder, ruleset)
    assessment, explanation = assess(city, ruleset), explain(city, ruleset, "D.25.79")
    lines = [line for section in dossier(assessment, explanation).sections for line in section.lines]
    claims = [line for line in lines if "创建知晓率" in line and (" 70 " in line or "；70 " in line)]
    assert len(claims) == 2  # among the facts, and in the tree of reasons
    assert all(line.endswith("overruled by S1") for line in claims)
    assert not [line for line in lines if "overruled" in line and "88" in line]
    assert [line for line in lines if line.startswith("S1；") and "；changed；" in line]
    written = tables_file(view_for(assessment, Audience.INTERNAL), texts_of("2021", Edition()), None)
    (book,) = (load_workbook(io.BytesIO(content)) for content in written.values())
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if "（S1）" in cell] == ["另有改判或合议，不采用（S1）"]


def test_what_was_not_supplied_in_time_scores_by_the_rule_set(folder: Path, ruleset: Ruleset) -> None:
    path = write(folder, ruleset, parts=("D",))
    add(path, "资料函询", 函询编号="Q1", 函号="函一", 发函日期="2021-11-01", 限期="2021-12-01")
    missing = {"缺失原因": ruleset.texts["not_supplied"], "函询编号": "Q1", **GIVEN}
    fill(path, {("status.awareness", "全市", "2021"): missing})
    bring_in(folder, ruleset, path)
    outcome = next(o for o in assess(read_city(folder, ruleset), ruleset).outcomes if o.id == "D.25.79")
    assert outcome.verdict == ruleset.after_deadline.code
