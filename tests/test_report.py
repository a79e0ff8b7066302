"""Documents: supported sentences only, in the words of the rule set, and the same bytes for the same data."""

import html
import io
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from openpyxl import load_workbook

from cityrubric.assessment import Assessment
from cityrubric.authoring.pages import blank_template
from cityrubric.errors import CityrubricError, Faults
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.report.audience import Audience, View
from cityrubric.report.choices import Choice
from cityrubric.report.composing import compose
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import prepare, render
from cityrubric.report.numbering import chinese
from cityrubric.report.reading import read_texts
from cityrubric.report.sentences import Sentence, Unsupported, fingerprint_of, ids_of
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from test_command_line import run

SHIPPED = shipped("rulesets") / "2021" / "report"
ISSUED = date(2022, 3, 1)


def texts_of_view(view: View) -> list[str]:
    return [block.heading + block.form + "".join(one.says for one in block.sentences) for block in blocks_of(view)]


def blocks_of(view: View, name: str = "report") -> tuple:  # type: ignore[type-arg]
    return next(one for one in view.documents if one.name == name).blocks


def word_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        xml = packed.read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", xml))


@pytest.mark.parametrize("because", [(), ("fact:no.such@2021",), ("outcome:D.25.78", "finding:X")])
def test_a_sentence_without_support_cannot_be_made(because: tuple[str, ...], xining: Assessment) -> None:
    with pytest.raises(Unsupported, match="is not supported"):
        Sentence("x", "说", because, ids_of(xining))


@pytest.mark.parametrize("audience", list(Audience))
def test_every_sentence_of_every_document_names_what_the_assessment_has(audience: Audience, xining: Assessment) -> None:
    ids = ids_of(xining)
    view = prepare(xining, Edition(audience))
    composed = compose(xining, view, read_texts(SHIPPED))
    sentences = [one for made in composed.values() for paragraph in made for one in paragraph.sentences]
    assert len(sentences) > 50
    assert all(one.because and set(one.because) <= ids for one in sentences)
    printed = [one for document in view.documents for block in document.blocks for one in block.sentences]
    assert {one.id for one in printed} == {one.id for one in sentences}
    assert all(bool(one.because) == (audience is Audience.INTERNAL) for one in printed)


def test_shipped_texts_name_only_what_there_is(ruleset: Ruleset) -> None:
    """A misspelt fact would never be said, and nobody would notice."""
    sentences = [s for d in read_texts(SHIPPED).documents for b in d.blocks for s in b.sentences]
    assert {key for one in sentences for key in one.keys} - set(ruleset.offers.catalogue) == set()
    assert {id_ for one in sentences for id_ in one.met} - {i.id for i in ruleset.indicators} == set()
    assert {one.finding for one in sentences} - {rule.id for rule in ruleset.rules} == {""}


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


def test_an_undetermined_conclusion_reads_as_such(xining: Assessment) -> None:
    assert xining.conclusion.verdict == "undetermined"
    for audience in Audience:
        for name, content in render(xining, Order(Edition(audience), ("word",))).items():
            text = word_text(content)
            assert "须补充资料后再行判定" in text, name
            assert "建议通过省级初评" not in text, name
            assert "该线为重建" in text, name


@pytest.mark.parametrize(("verdict", "says"), [("pass", "建议通过省级初评"), ("fail", "不能通过省级初评")])
def test_a_settled_conclusion_reads_as_what_it_is(
    verdict: str, says: str, xining: Assessment, ruleset: Ruleset
) -> None:
    rule = next(rule for rule in ruleset.rules if rule.id == f"C.{verdict}")
    told = [one for one in xining.findings if one.kind == "conclusion"]
    findings = tuple(
        evolve(one, id=rule.id, rule=rule.id, says=rule.says) if one in told else one for one in xining.findings
    )
    made = evolve(xining, findings=findings, conclusion=evolve(xining.conclusion, verdict=verdict))
    for content in render(made, Order(Edition(Audience.INTERNAL), ("word",))).values():
        text = word_text(content)
        assert says in text
        assert "该线为重建" in text
        assert "待定既不表示" not in text


@pytest.mark.parametrize("audience", list(Audience))
def test_a_provinces_own_verdict_stands_beside_the_national_one(audience: Audience) -> None:
    """Who passes by national rules and not by the province's must not read as having passed."""
    own = load_ruleset("2021", overlay="qinghai")
    made = assess(read_city(shipped("cities") / "xining", own), own)
    assert made.provincial is not None
    made = evolve(made, provincial=evolve(made.provincial, verdict="fail"))
    for name, content in render(made, Order(Edition(audience), ("word",))).items():
        assert "一并判定，结论为“不通过”" in word_text(content), name


def test_plugins_that_were_left_out_are_told(xining: Assessment) -> None:
    files = render(evolve(xining, left_out=("status",)), Order(Edition(Audience.PUBLIC), ("word",)))
    assert all("按要求未用下列插件，其内容因此从缺：status。" in word_text(content) for content in files.values())


def test_the_code_and_the_stage_are_on_every_page(xining: Assessment) -> None:
    content = render(xining, Order(Edition(Audience.CITY, "review", ISSUED), ("word",)))["letter.docx"]
    code = prepare(xining, Edition(Audience.CITY)).code
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        headers = [packed.read(name).decode() for name in packed.namelist() if re.match(r"word/header\d+\.xml", name)]
    assert len(headers) == 2
    assert all("复核稿" in header and code in header for header in headers)
    assert "2022年3月1日" in word_text(content)
    assert "不能据此独立复核" in word_text(content)


def test_a_fact_that_is_not_verified_says_so(xining: Assessment) -> None:
    facts = tuple(evolve(f, by="self") if f.key == "status.satisfaction" else f for f in xining.facts)
    text = "\n".join(texts_of_view(prepare(evolve(xining, facts=facts), Edition(Audience.PUBLIC))))
    assert "群众满意度82.5分，达到评价要求（城市自报）。" in text


def test_a_reconstructed_line_is_told_where_it_decides(xining: Assessment) -> None:
    text = "\n".join(texts_of_view(prepare(xining, Edition(Audience.PUBLIC))))
    assert "2019年至2021年重大食品安全事故0起（评价界线为重建）。" in text
    assert "监督抽检合格率99.2%，达到评价要求。" in text  # its line is documented


def test_what_is_not_met_is_no_achievement(xining: Assessment) -> None:
    outcomes = tuple(evolve(one, verdict="not_met") if one.id == "D.25.78" else one for one in xining.outcomes)
    text = "\n".join(texts_of_view(prepare(evolve(xining, outcomes=outcomes), Edition(Audience.PUBLIC))))
    assert "82.5" not in text


def test_claims_that_contradict_each_other_are_not_stated(xining: Assessment) -> None:
    fact = next(one for one in xining.facts if one.key == "profile.area")
    text = texts_of_view(prepare(evolve(xining, facts=(*xining.facts, evolve(fact, low=1.0, high=1.0))), Edition()))
    assert not any("总面积" in one for one in text)


def test_a_year_is_never_told_of_another_years_figure(xining: Assessment) -> None:
    facts = tuple(evolve(f, period="2018") if f.key == "justice.persons" else f for f in xining.facts)
    text = "\n".join(texts_of_view(prepare(evolve(xining, facts=facts), Edition())))
    assert "采取刑事强制措施97人" in "\n".join(texts_of_view(prepare(xining, Edition())))
    assert "采取刑事强制措施" not in text


def test_a_city_without_highlights_has_no_such_heading(ruleset: Ruleset) -> None:
    made = assess(read_city(shipped("cities") / "panjin", ruleset), ruleset)
    view = prepare(made, Edition(Audience.PUBLIC))
    blocks = blocks_of(view)
    assert all(block.sentences or block.form or block.style in {"h1", "h2"} for block in blocks)
    assert blocks[-1].style == "body"


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_chinese_numbers(number: int, said: str) -> None:
    assert chinese(number) == said


def test_people_choose_what_is_printed(xining: Assessment) -> None:
    view = prepare(xining, Edition())
    paragraphs = compose(xining, view, read_texts(SHIPPED))["report"]
    weak = next(p.sentences for p in paragraphs if any("/weakness/" in s.id for s in p.sentences))
    marks = {one.id: fingerprint_of(one, xining) for one in weak}
    choices = {
        weak[0].id: Choice(weak[0].id, take=False, by="甲", mark=marks[weak[0].id]),
        weak[2].id: Choice(weak[2].id, order=0, says="换一种说法；", by="甲", mark=marks[weak[2].id]),
        weak[3].id: Choice(weak[3].id, take=False, by="甲", mark="stale"),
    }
    printed = prepare(xining, Edition(choices=choices))
    block = next(b for b in blocks_of(printed) if any("/weakness/" in s.id for s in b.sentences))
    assert [one.id for one in block.sentences] == [weak[2].id, weak[1].id, weak[3].id]
    assert block.sentences[0].says == "一是换一种说法；"
    assert block.sentences[0].by == "甲"
    assert block.sentences[-1].says.endswith("。")


BROKEN = [
    ('says = "得${score.low}分"\nrests_on = ["score:total"]', "scores are not for the public"),
    ('says = "得${score.low}分"\naudiences = ["city"]\nrests_on = ["city"]', "rests on 'score:total'"),
    ('says = "好"', "rests on nothing"),
    ('says = "${finding.says}"\nrests_on = ["city"]', "speaks of a finding"),
    ('says = "线为${line}%"\nrests_on = ["term:pass_line"]', "without its provenance"),
    ('says = "花了$5"\nrests_on = ["city"]', "lonely"),
    ('says = "好"\nmets = ["A.01.02"]', "no such key here"),
]


@pytest.mark.parametrize(("sentence", "says"), BROKEN)
def test_faulty_texts_are_told(sentence: str, says: str, tmp_path: Path) -> None:
    folder = own_texts(tmp_path, f'[[blocks]]\nstyle = "body"\n[[blocks.sentences]]\nid = "x"\n{sentence}\n')
    with pytest.raises(Faults, match=re.escape(says)):
        read_texts(folder)


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        ('[[blocks]]\nstyle = "body"\nform = "得了3分"\n', "states nothing"),
        ('[[blocks]]\nstyle = "body"\nform = "${city}很好"\n', "states nothing"),
        ('[[blocks]]\nstyle = "h1"\nheading = "题"\nform = "话"\n', "a heading has a heading only"),
        ('[[blocks]]\nstyle = "body"\nheading = "话"\n', "a paragraph has sentences or a form"),
    ],
)
def test_faulty_blocks_are_told(blocks: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Faults, match=re.escape(says)):
        read_texts(own_texts(tmp_path, blocks))


def own_texts(folder: Path, blocks: str) -> Path:
    words = (SHIPPED / "words.toml").read_text(encoding="utf-8")
    words = re.sub(r"(?m)^documents = .*$", 'documents = ["own.toml"]', words)
    (folder / "words.toml").write_text(words, encoding="utf-8")
    shutil.copy(SHIPPED / "official.docx", folder / "own.docx")
    (folder / "own.toml").write_text(f'template = "own.docx"\ntitle = "题"\n{blocks}', encoding="utf-8")
    return folder


def test_a_province_may_use_texts_and_a_template_of_its_own(xining: Assessment, tmp_path: Path) -> None:
    blocks = '[[blocks]]\nstyle = "body"\n[[blocks.sentences]]\nid = "p"\nsays = "人口${profile.population}"\n'
    folder = own_texts(tmp_path, blocks)
    files = render(xining, Order(Edition(templates=folder), ("word",)))
    assert "人口247.56万人" in word_text(files["own.docx"])


def test_texts_without_a_document_for_somebody_say_so(xining: Assessment, tmp_path: Path) -> None:
    folder = own_texts(tmp_path, 'audiences = ["internal"]\n[[blocks]]\nstyle = "body"\nform = "话"\n')
    with pytest.raises(CityrubricError, match="no document for 公开"):
        render(xining, Order(Edition(templates=folder), ("word",)))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_template_that_is_none_is_named(content: bytes, xining: Assessment, tmp_path: Path) -> None:
    folder = own_texts(tmp_path, '[[blocks]]\nstyle = "body"\nform = "话"\n')
    (folder / "own.docx").write_bytes(content)
    with pytest.raises(CityrubricError, match=r"template .*own.docx: "):
        render(xining, Order(Edition(templates=folder), ("word",)))


def test_a_template_cannot_reach_out(xining: Assessment, tmp_path: Path) -> None:
    from docx import Document

    folder = own_texts(tmp_path, '[[blocks]]\nstyle = "h1"\nheading = "题"\n[[blocks]]\nstyle = "body"\nform = "话"\n')
    document = Document()
    document.add_paragraph("{{ blocks.__class__.__mro__ }}")
    document.save(str(folder / "own.docx"))
    with pytest.raises(CityrubricError, match="unsafe"):
        render(xining, Order(Edition(templates=folder), ("word",)))


def test_a_rule_set_without_report_texts_says_where_they_belong(xining: Assessment) -> None:
    other = evolve(xining, ruleset=evolve(xining.ruleset, version="1999"))
    with pytest.raises(CityrubricError, match="--templates"):
        render(other, Order(Edition(), ("word",)))


def test_the_command_writes_documents_here_in_processes_and_for_what_is_unchanged(tmp_path: Path) -> None:
    """The same files, whoever makes them; --resume leaves out the assessment, not the documents."""
    wanted = ("--format", "word,excel", "--audience", "city", "--issued", "2022-03-01")
    ways = {"here": (), "jobs": ("--jobs", "2")}
    made = {}
    for name, how in ways.items():
        done = run("assess", "xining", "panjin", "--out", str(tmp_path / name), *how, *wanted)
        assert done.returncode == 0, done.stderr
        made[name] = documents(tmp_path / name)
    assert made["here"] == made["jobs"]
    assert {path.rpartition("/")[2] for path in made["here"]} == {"report.docx", "letter.docx", "tables.xlsx"}
    assert len(made["here"]) == 6
    for path in [*(tmp_path / "here").glob("*/city")]:
        shutil.rmtree(path)
    for how in ways.values():
        assert (
            run("assess", "xining", "panjin", "--out", str(tmp_path / "here"), "--resume", *how, *wanted).returncode
            == 0
        )
    assert documents(tmp_path / "here") == made["here"]


def documents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/city/*")}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("assess", "xining", "--format", "word"), "--format needs --out"),
        (("assess", "xining", "--out", "x", "--format", "wrod"), "did you mean 'word'?"),
        (("assess", "xining", "--out", "x", "--format", "word", "--issued", "1.3.2022"), "--issued"),
        (("report", "nothing.json", "--out", "x"), "nothing.json"),
    ],
)
def test_bad_use_is_told(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert says in done.stderr
    assert not (tmp_path / "x").exists()
