"""Sentences of documents: supported ones only, and never more certain than what they rest on."""

import pytest
from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.report.audience import Audience
from cityrubric.report.choices import Choice
from cityrubric.report.composing import compose
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import prepare, render
from cityrubric.report.reading import read_texts
from cityrubric.report.sentences import Sentence, Unsupported, fingerprint_of, ids_of
from cityrubric.rubric.model import Ruleset
from printed import SHIPPED, blocks_of, texts_of_view, word_text


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
def test_a_provinces_own_verdict_stands_beside_the_national_one(audience: Audience, joint: Assessment) -> None:
    """Who passes by national rules and not by the province's must not read as having passed."""
    assert joint.provincial is not None
    made = evolve(joint, provincial=evolve(joint.provincial, verdict="fail"))
    for name, content in render(made, Order(Edition(audience), ("word",))).items():
        assert "一并判定，结论为“不通过”" in word_text(content), name


def test_plugins_that_were_left_out_are_told(xining: Assessment) -> None:
    files = render(evolve(xining, left_out=("status",)), Order(Edition(Audience.PUBLIC), ("word",)))
    assert all("按要求未用下列插件，其内容因此从缺：status。" in word_text(content) for content in files.values())


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
