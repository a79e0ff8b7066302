"""Documents: for each audience its own, built as such letters are, and the same bytes for the same data."""

import html
import io
import re
import zipfile
from datetime import date

import pytest
from attrs import evolve
from openpyxl import load_workbook

from cityrubric.assessment import Assessment
from cityrubric.authoring.pages import blank_template
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import prepare, render
from cityrubric.report.numbering import chinese
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from printed import SHIPPED, blocks_of, word_text

ISSUED = date(2022, 3, 1)


def test_the_shipped_template_is_what_its_script_makes() -> None:
    assert (SHIPPED / "official.docx").read_bytes() == blank_template()


@pytest.mark.parametrize("audience", list(Audience))
def test_same_data_same_bytes(audience: Audience, xining: Assessment) -> None:
    order = Order(Edition(audience, "final", ISSUED), ("word",))
    assert render(xining, order) == render(xining, order)


def test_documents_say_nothing_of_who_made_them(xining: Assessment) -> None:
    for content in render(xining, Order(Edition(Audience.PUBLIC), ("word",))).values():
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            properties = packed.read("docProps/core.xml").decode() + packed.read("docProps/app.xml").decode()
            body = "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))
        assert re.sub(r"<[^>]+>", "", properties).strip() == ""
        assert "rsid" not in body


def test_no_text_is_markup_or_a_template(xining: Assessment) -> None:
    hostile = "<w:p/>&{{ 7 * 7 }}{% for x in y %}\x07 ]]>"
    facts = tuple(evolve(f, content=(hostile,)) if f.key == "profile.honours" else f for f in xining.facts)
    content = render(evolve(xining, facts=facts), Order(Edition(Audience.PUBLIC), ("word",)))["report.docx"]
    assert html.unescape(hostile.replace("\x07", "�")) in html.unescape(word_text(content))


def test_which_audience_gets_which_documents(xining: Assessment) -> None:
    files = {one: set(render(xining, Order(Edition(one), ("word",)))) for one in Audience}
    assert files[Audience.PUBLIC] == {"report.docx", "notice.docx"}
    assert files[Audience.CITY] == {"report.docx", "letter.docx"}
    assert files[Audience.INTERNAL] == {"report.docx", "notice.docx", "letter.docx"}


def test_structure_of_the_public_report(xining: Assessment) -> None:
    blocks = blocks_of(prepare(xining, Edition(Audience.PUBLIC)))
    headings = [block.number + block.heading for block in blocks if block.style in {"h1", "h2"}]
    assert headings == [
        "一、初评过程",
        "（一）评价方式",
        "（二）评价内容",
        "二、总体情况",
        "（一）基本情况",
        "（二）创建工作成效",
        "（三）创建亮点工作",
        "（四）存在不足及下一步建议",
        "三、初评结论",
    ]


def test_annexes_are_listed_and_numbered_as_they_stand(xining: Assessment) -> None:
    """After GB/T 9704: several with numbers, a single one without."""
    letter = word_text(render(xining, Order(Edition(Audience.CITY), ("word",)))["letter.docx"])
    places = [letter.index(one) for one in ("附件：1.评价内容得分表", "2.资料缺口", "3.整改清单")]
    places += [letter.index(f"附件{n}") for n in (1, 2, 3)]
    assert places == sorted(places)
    report = word_text(render(xining, Order(Edition(Audience.PUBLIC), ("word",)))["report.docx"])
    assert "附件：界线和合格线的出处" in report
    assert "附件1" not in report


def test_what_the_public_may_not_see_has_no_column(xining: Assessment) -> None:
    (content,) = render(xining, Order(Edition(Audience.PUBLIC), ("excel",))).values()
    for sheet in load_workbook(io.BytesIO(content)):
        for column in sheet.iter_cols(min_row=2, values_only=True):
            assert any(cell is not None for cell in column), sheet.title


def test_the_code_and_the_stage_are_on_every_page(xining: Assessment) -> None:
    content = render(xining, Order(Edition(Audience.CITY, "review", ISSUED), ("word",)))["letter.docx"]
    code = prepare(xining, Edition(Audience.CITY)).code
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        headers = [packed.read(name).decode() for name in packed.namelist() if re.match(r"word/header\d+\.xml", name)]
    assert len(headers) == 2
    assert all("复核稿" in header and code in header for header in headers)
    assert "2022年3月1日" in word_text(content)
    assert "不能据此独立复核" in word_text(content)


def test_a_city_without_highlights_has_no_such_heading(ruleset: Ruleset) -> None:
    made = assess(read_city(shipped("cities") / "panjin", ruleset), ruleset)
    view = prepare(made, Edition(Audience.PUBLIC))
    blocks = blocks_of(view)
    assert all(block.sentences or block.form or block.style in {"h1", "h2"} for block in blocks)
    assert blocks[-1].style == "body"


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_chinese_numbers(number: int, said: str) -> None:
    assert chinese(number) == said
