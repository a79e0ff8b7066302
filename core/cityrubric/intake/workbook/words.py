"""The fixed words of a workbook. They are part of its format and Chinese, whatever language messages are in."""

from __future__ import annotations

from collections.abc import Mapping

FORMAT = 1
"""Of the workbook; another one is refused."""

INTRODUCTION, LISTS, TEMPLATE = "填写说明", "选项", "模板"
WHOLE_CITY = "全市"
YES, NO = "是", "否"
THERE, NOT_THERE = "有", "无"
AT_LEAST, AT_MOST, BETWEEN = "不少于", "不多于", "介于"
QUALIFIERS: Mapping[str, str] = {AT_LEAST: "≥", AT_MOST: "≤", BETWEEN: ".."}
SPEAKERS = {"self": "城市自报", "department": "部门数据", "verified": "省级核实"}
KINDS = {"weakness": "不足", "advice": "建议", "highlight": "亮点"}
SEVERITIES = {"minor": "轻微", "moderate": "一般", "serious": "严重"}
DECISIONS = {"upheld": "维持", "changed": "改判"}
TRUTHS = {"true": YES, "false": NO}
MISSING = (
    "not_collected",
    "withheld",
    "not_supplied",
    "not_inspected",
    "not_occurring",
    "included_elsewhere",
)
"""Reasons; what they are called stands in the rule set."""

SHEETS = {
    "sources": "资料来源",
    "observations": "评审观察",
    "evidence": "佐证台账",
    "interviews": "访谈记录",
    "surveys": "问卷调查",
    "clearances": "否决项核查",
    "requests": "资料函询",
    "deliberations": "分歧清单",
    "appeals": "申诉复核",
}
"""Titles of the sheets beside those of the groups."""

TITLE = "{city} {ruleset} 数据填报"
TEMPLATE_LINE = "模板编号 {number}  规则集 {version}（{hash}）  范围：{part}"
WHOLE_PART = "全部"
ASSESSOR = "填报人"
STEPS = (
    "一、先在下面写填报人。各行“填报人”空着的，按此人计。改动他人填报的数，两个数都会保留，列入分歧清单，合议后定。",
    "二、每个事实只问一次，“用于”列出用到它的评价内容。只填白色单元格；灰色单元格不能改。没有数据的行空着。",
    "三、数值按所列单位填写；只知下限、上限或范围的，用“限定”列。没有数值但知道原因的，填“缺失原因”。",
    "四、每个数都要有来源，先在“资料来源”表登记。佐证编号登记在“佐证台账”表，多个编号用顿号隔开。",
    "五、表末的空行可以补充其他年份、区县或口径的数：写事实编号（见第一列）。要删去自己填的数，清空该行的数值，不要删行。",
    "六、填完后执行 cityrubric import 本文件 城市文件夹。有错会一次列出，指明工作表和单元格，此时什么也不会写入。",
)
NOTICE = "规则集说明：{notice}"
RANGE_PROMPT = "可能范围：{low} 至 {high}（{unit}）"
RANGE_WARNING = "超出可能范围，或不是数。"
OPEN_END = "不限"
