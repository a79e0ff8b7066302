"""The columns of every sheet: what is asked in each, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import evolve, frozen

from cityrubric.intake.evidence import HEADINGS, LISTS
from cityrubric.intake.workbook import words
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset

NONE: Mapping[str, str] = MappingProxyType({})


@frozen
class Column:
    """One column.

    Attributes:
        name: of the entry it fills, in a city file or here.
        kind: text, list (of ids), lines (one text each), whole, number, truth, or value (as the fact asks).
        choices: code -> label, where only these may stand there.
        offers: whose words may stand there, where a city or a rule set says them: area, veto, or a domain.
        locked: it says what is asked.
        shown: it is only shown, and never read.
        needed: an entry is none without it.
    """

    name: str
    heading: str
    width: int = 12
    kind: str = "text"
    choices: Mapping[str, str] = NONE
    offers: str = ""
    locked: bool = False
    shown: bool = False
    needed: bool = False


_AREA = Column("area", "区县", 9, offers="area")
_TABLES: Mapping[str, tuple[Column, ...]] = {
    "sources": (
        Column("id", "来源编号", 20, needed=True),
        Column("title", "名称", 40, needed=True),
        Column("issuer", "发布单位", 24),
        Column("date", "日期", 12),
    ),
    "observations": (
        Column("id", "编号", 10),
        Column("kind", "类型", 8, choices=words.KINDS, needed=True),
        Column("method", "方式", 10, offers="method", needed=True),
        Column("mode", "明查暗访", 9, offers="mode"),
        Column("indicators", "评价内容", 16, "list", needed=True),
        Column("severity", "程度", 8, choices=words.SEVERITIES, needed=True),
        Column("says", "观察", 44, needed=True),
        Column("source", "来源", 16, needed=True),
        Column("at", "来源中的位置", 12),
        Column("person", "评审员", 9),
    ),
    "interviews": (
        Column("id", "编号", 10),
        Column("role", "访谈对象（职务）", 20, needed=True),
        Column("topic", "话题", 20, needed=True),
        Column("says", "所述", 44, needed=True),
        Column("on", "日期", 12),
        Column("indicators", "评价内容", 16, "list"),
        Column("person", "访谈人", 9),
    ),
    "surveys": (
        Column("id", "编号", 10),
        Column("fact", "事实编号", 22, needed=True),
        Column("question", "问题", 40, needed=True),
        Column("n", "有效样本数", 10, "whole", needed=True),
        Column("result", "结果（% 或百分制分）", 12, "number", needed=True),
        Column("deviation", "标准差", 9, "number"),
        Column("period", "期间", 8),
        Column("source", "来源", 16, needed=True),
    ),
    "clearances": (
        Column("veto", "否决项", 10, offers="veto", needed=True),
        Column("departments", "发函部门", 24, "list", needed=True),
        Column("letter", "函号", 18, needed=True),
        Column("asked_on", "发函日期", 12, needed=True),
        Column("reply", "复函内容", 30, needed=True),
        Column("found", "是否发生", 9, "truth", words.TRUTHS, needed=True),
        Column("valid_until", "有效期至", 12, needed=True),
        Column("source", "来源", 16, needed=True),
    ),
    "requests": (
        Column("id", "函询编号", 10, needed=True),
        Column("letter", "函号", 24, needed=True),
        Column("asked_on", "发函日期", 12, needed=True),
        Column("deadline", "限期", 12, needed=True),
        Column("answered_on", "答复日期", 12),
    ),
    "deliberations": (
        Column("id", "编号", 10),
        Column("fact", "事实编号", 22, needed=True),
        Column("title", "事实", 24, locked=True, shown=True),
        _AREA,
        Column("period", "期间", 8),
        Column("by", "谁的数据", 10, choices=words.SPEAKERS, needed=True),
        Column("heard", "分歧", 30, "lines", needed=True),
        Column("value", "合议结果", 14, "value", needed=True),
        Column("unit", "单位", 8),
        Column("members", "合议人", 16, "list", needed=True),
        Column("on", "合议日期", 12, needed=True),
        Column("reason", "理由", 30, needed=True),
    ),
    "appeals": (
        Column("id", "编号", 10, needed=True),
        Column("item", "评价内容", 10, needed=True),
        Column("claim", "申诉意见", 30, needed=True),
        Column("on", "申诉日期", 12, needed=True),
        Column("evidence", "新佐证编号", 12, "list"),
        Column("evidence_date", "新佐证日期", 12),
        Column("reviewers", "复核人", 14, "list"),
        Column("decision", "复核意见", 9, choices=words.DECISIONS),
        Column("decided_on", "复核日期", 12),
        Column("reason", "理由", 30),
        Column("fact", "改判的事实编号", 20),
        _AREA,
        Column("period", "期间", 8),
        Column("value", "改判后的数值", 14, "value"),
        Column("unit", "单位", 8),
        Column("source", "来源", 16),
    ),
    "evidence": tuple(
        Column(name, heading, 16, "list" if name in LISTS else "text", needed=name in ("id", "title"))
        for name, heading in HEADINGS.items()
    ),
}


def fact_columns(city: City, ruleset: Ruleset) -> tuple[Column, ...]:
    """Return the columns of a sheet of facts."""
    reasons = {reason: ruleset.texts[reason] for reason in words.MISSING}
    return (
        Column("key", "事实编号", 22, locked=True),
        Column("title", "事实", 30, locked=True, shown=True),
        Column("items", "用于", 16, locked=True, shown=True),
        Column("area", "区县", 9, choices=area_names(city), locked=True),
        Column("period", "期间", 8, locked=True),
        Column("unit", "单位", 8),
        Column("qualifier", "限定", 8, choices={word: word for word in words.QUALIFIERS}),
        Column("value", "数值或内容", 18, kind="value"),
        Column("upper", "上限", 8),
        Column("missing", "缺失原因", 11, choices=reasons),
        Column("by", "谁的数据", 10, choices=words.SPEAKERS),
        Column("source", "来源", 16),
        Column("at", "来源中的位置", 12),
        Column("evidence", "佐证编号", 12, kind="list"),
        Column("reason", "理由", 18),
        Column("request", "函询编号", 9),
        Column("elsewhere", "并入的事实编号", 14),
        Column("note", "备注", 18),
        Column("person", "责任人", 9),
        Column("entered_by", words.ASSESSOR, 9),
        Column("checked_by", "复核人", 9, kind="list"),
    )


def area_names(city: City) -> dict[str, str]:
    """Return what areas are called; the whole city has no id."""
    return {"": words.WHOLE_CITY, **{area.id: area.name for area in city.areas}}


def table_columns(section: str, city: City, ruleset: Ruleset) -> tuple[Column, ...]:
    """Return the columns of one of the other sheets.

    Raises:
        KeyError: if there is no such sheet.
    """
    return tuple(_filled(column, city, ruleset) for column in _TABLES[section])


def _filled(column: Column, city: City, ruleset: Ruleset) -> Column:
    """The column with what a city or rule set offers in it."""
    if column.offers == "area":
        return evolve(column, choices=area_names(city))
    if column.offers == "veto":
        vetoes = (one.id for one in ruleset.indicators for part in one.parts if part.cleared_by == "record")
        return evolve(column, choices={id_: id_ for id_ in vetoes})
    if column.offers:
        return evolve(column, choices={word: word for word in ruleset.domains.get(column.offers, ())})
    return column
