"""Pages as files: whole, escaped, closed to the outside, every link leading somewhere, for whom they are made."""

import base64
import hashlib
import re
from collections import Counter

import pytest
from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.intake.facts import read_city
from cityrubric.language import speak
from cityrubric.outcomes import BandRecord, Basis
from cityrubric.paths import shipped
from cityrubric.report.audience import Audience
from cityrubric.report.deciding import deciding_lines
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import render
from cityrubric.report.masking import view_for
from cityrubric.report.page.reasons import asked, tried_lines
from cityrubric.report.rows import row_of
from cityrubric.report.values import stated_facts
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.tell import assess
from pages import EVIL, Read, page, poisoned

LARGEST = 1_500_000


@pytest.mark.parametrize("audience", Audience)
def test_links_lead_somewhere_and_places_are_named_once(xining: Assessment, audience: Audience) -> None:
    read = Read(page(xining, audience))
    assert {link[1:] for link in read.links} - set(read.ids) == set()
    assert [id_ for id_, n in Counter(read.ids).items() if n > 1] == []


@pytest.mark.parametrize("audience", Audience)
def test_one_file_that_is_closed_and_small(xining: Assessment, audience: Audience) -> None:
    """Nothing may run but what is written into the page, and nothing may be fetched or sent at all."""
    text = page(xining, audience)
    read = Read(text)
    data, *scripts = read.scripts
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in (*scripts, *read.styles)]
    assert set(re.findall(r"'sha256-([^']+)'", read.policy)) == set(hashes)
    assert read.policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'")
    assert "unsafe" not in read.policy
    assert all(link.startswith("#") for link in read.links)
    assert not read.handlers
    assert "<" not in data
    assert len(text.encode()) < LARGEST


@pytest.mark.parametrize("audience", Audience)
def test_every_text_is_escaped(xining: Assessment, audience: Audience) -> None:
    clean, read = Read(page(xining, audience)), Read(page(poisoned(xining), audience))
    assert (read.tags["script"], read.tags["img"]) == (clean.tags["script"], 0)
    assert not read.handlers
    assert EVIL in read.text


def test_all_items_are_on_the_map_and_lead_to_their_reasons(xining: Assessment) -> None:
    read = Read(page(xining, Audience.INTERNAL))
    wanted = {f"#outcome:{one.id}" for one in xining.outcomes}
    assert len(wanted) == 94
    assert wanted <= set(read.links)
    assert all(fact.given in read.text for fact in xining.facts if fact.state == "known" and fact.kind == "number")
    assert all(lack.says in read.text for one in xining.outcomes for lack in one.missing)


def test_the_public_page_has_no_scores_items_or_ranking(xining: Assessment) -> None:
    other = evolve(row_of(view_for(xining, Audience.INTERNAL)), id="other", name="别的城市")
    order = Order(Edition(Audience.PUBLIC, beside=(other,)), ("html",))
    text = render(xining, order)["page.html"].decode()
    read = Read(text)
    assert xining.scores.rate
    assert not any(str(end) in text for end in xining.scores.rate)
    assert not any(one.id in text for one in xining.outcomes)
    assert "别的城市" not in text
    assert "echarts" not in text
    assert read.scripts[0].count("rates") == 0
    assert "undetermined" in read.text


def test_another_city_is_only_on_the_internal_page(xining: Assessment) -> None:
    other = evolve(row_of(view_for(xining, Audience.INTERNAL)), id="other", name="别的城市")
    for audience in Audience:
        text = render(xining, Order(Edition(audience, beside=(other,)), ("html",)))["page.html"].decode()
        assert ("别的城市" in text) == (audience is Audience.INTERNAL)


def test_the_page_speaks_both_languages(xining: Assessment) -> None:
    words = {}
    for language in ("zh", "en"):
        speak(language)
        read = Read(page(xining, Audience.INTERNAL))
        words[language] = {word: word in read.text for word in ("逐项说明", "Item by item", "待定", "not triggered")}
    assert words["zh"] == {"逐项说明": True, "Item by item": False, "待定": True, "not triggered": False}
    assert words["en"]["Item by item"]
    assert not words["en"]["逐项说明"]


def test_a_reconstructed_line_is_marked_where_it_decides_and_only_there(xining: Assessment) -> None:
    """Of 2.5 against the lines 4 (documented) and 3 (reconstructed), both decide; of 4.5 only the first."""
    outcome = next(one for one in xining.outcomes if one.id == "A.08.32")
    (part,) = outcome.parts
    documented, reconstructed = Basis("documented", "S"), Basis("reconstructed", "")
    bands = (
        BandRecord("met", 2.0, documented, reconstructed, at_least=4.0),
        BandRecord("partly_met", 1.0, reconstructed, reconstructed, at_least=3.0),
    )
    measured = [(4.5, None), (3.5, 3.9), (2.5, 2.5), (3.0, 4.5)]
    verdicts = ["met", "partly_met", "not_met", "undetermined"]
    decided = [
        deciding_lines(evolve(outcome, verdict=verdict, parts=(evolve(part, low=low, high=high, bands=bands),)))
        for verdict, (low, high) in zip(verdicts, measured, strict=True)
    ]
    assert decided == [(documented,), (documented, reconstructed), (documented, reconstructed), ()]


def test_a_province_has_a_ledger_of_its_own_and_nobody_is_told_half_a_verdict() -> None:
    rules = load_ruleset("2021", overlay="qinghai")
    made = assess(read_city(shipped("cities") / "xining", rules), rules)
    assert made.provincial
    failed = evolve(made, provincial=evolve(made.provincial, verdict="fail"))
    own = {one.id for one in made.provincial.outcomes} - {one.id for one in made.outcomes}
    for audience in Audience:
        text = Read(page(failed, audience)).text
        assert "Nation and province together: fail" in text
        assert made.provincial.overlay.notice in text
        assert {id_ for id_ in own if id_ in text} == (set() if audience is Audience.PUBLIC else own)


def test_a_claim_that_was_overruled_is_told_and_never_published(xining: Assessment) -> None:
    fact = next(fact for fact in xining.facts if fact.key == "status.satisfaction" and fact.period == "2021")
    before = evolve(fact, given="61.7 分", low=61.7, high=61.7, overruled="裁定一")
    made = evolve(xining, facts=(*xining.facts, before))
    told = page(made, Audience.INTERNAL)
    assert re.search(r"<s>(<span[^>]*>)?61.7 分(</span>)?</s> <small>overruled by 裁定一</small>", told)
    assert view_for(made, Audience.PUBLIC, {fact.key}).facts == view_for(xining, Audience.PUBLIC, {fact.key}).facts
    assert stated_facts(made.facts) == stated_facts(xining.facts)


def test_what_was_left_out_is_told(xining: Assessment) -> None:
    for audience in Audience:
        assert "left out on request: plugin 'noise'" in Read(page(evolve(xining, left_out=("noise",)), audience)).text


@pytest.mark.parametrize(
    ("low", "high", "decides", "short"),
    [
        (4.0, 4.0, [True, False], ["", ""]),
        (3.5, 3.75, [False, True], ["short by 0.25 批次/千人", ""]),
        (3.5, 4.5, [None, None], ["", ""]),
        (None, 2.0, [False, False], ["short by 2 批次/千人", "short by 1 批次/千人"]),
    ],
)
def test_lines_tell_which_decides_and_by_how_much_the_others_are_missed(
    low: float | None, high: float, decides: list[bool | None], short: list[str], xining: Assessment
) -> None:
    (part,) = next(one.parts for one in xining.outcomes if one.id == "A.08.32")
    lines = tried_lines(evolve(part, low=low, high=high))
    assert [band.at_least for band in part.bands] == [4.0, 3.0]
    assert [one.decides for one in lines] == decides
    assert [one.short for one in lines] == short


def test_a_finding_says_in_words_why_it_holds_and_leads_there(xining: Assessment) -> None:
    titles = {"outcome:E.27.81": "否决", "fact:x": "事实"}
    (one,) = asked(("outcome:E.27.81 verdict=not_met",), titles, {"E.27.81"})
    assert (one.place, one.title, one.says) == ("outcome:E.27.81", "否决", "triggered")
    fact, seen = asked(("fact:x at_least=3.5", "observation:E.27.81 kind=weakness"), titles, ())
    assert (fact.title, fact.says, seen.place, seen.says) == ("事实", "≥ 3.5", "outcome:E.27.81", "a weakness seen")
    read = Read(page(xining, Audience.INTERNAL))
    assert not any(way in read.text for found in xining.findings for some in found.ways for way in some if "=" in way)


def test_an_english_page_marks_what_is_chinese(xining: Assessment) -> None:
    assert '<html lang="en">' in page(xining, Audience.INTERNAL)
    assert '<span lang="zh-CN">西宁市</span></h1>' in page(xining, Audience.INTERNAL)
    speak("zh")
    try:
        assert 'lang="zh-CN"' not in page(xining, Audience.INTERNAL).partition("<head>")[2]
    finally:
        speak("en")
