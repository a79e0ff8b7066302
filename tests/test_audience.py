"""What an audience may not see is in no file that is made for it, whatever the format."""

import io
import json

from attrs import evolve
from openpyxl import load_workbook

from cityrubric.assessment import Assessment, Overridden
from cityrubric.inspected import Dispute, Inspections, Occurrence
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import prepare, render
from secretive import DEEP, HEARD, NOT_VISITED, PEOPLE, PLACES, SHA, UNKNOWN, VISITED, leaks, texts


def test_a_name_is_found_in_every_format_that_holds_it(secretive: Assessment) -> None:
    """Without this the tests below would prove nothing of a format that packs its texts."""
    title = secretive.outcomes[0].title
    held = {name.partition("/")[0] for name, text in texts(secretive, Audience.INTERNAL) if title in text}
    assert held >= {"report.docx", "tables.xlsx", "page.html", "view.json", "assessment.sarif", "oscal.json"}
    assert held >= {"outcomes.csv", "outcomes.parquet"}


def test_the_public_sees_no_people_places_notes_or_hashes(secretive: Assessment) -> None:
    hashes = (secretive.facts_hash, secretive.ruleset.hash)
    assert leaks(secretive, Audience.PUBLIC, (*PEOPLE, *PLACES, *DEEP, *HEARD, *hashes)) == set()


def test_a_city_sees_no_people(secretive: Assessment) -> None:
    assert leaks(secretive, Audience.CITY, (*PEOPLE, *HEARD)) == set()


def test_nobody_but_the_office_sees_whom_only_free_texts_name(secretive: Assessment) -> None:
    for audience in (Audience.PUBLIC, Audience.CITY):
        assert leaks(secretive, audience, (*UNKNOWN, SHA, NOT_VISITED)) == set()
    inside = "".join(text for _name, text in texts(secretive, Audience.INTERNAL))
    assert [one for one in (*UNKNOWN, SHA, NOT_VISITED) if one not in inside] == []


def test_what_was_found_on_site_is_the_citys_and_not_the_publics(secretive: Assessment) -> None:
    assert leaks(secretive, Audience.PUBLIC, (*VISITED, "87.1", "61.1", "0.125", "Y1.1")) == set()
    for name in ("report.docx/word/document.xml", "page.html"):
        told = dict(texts(secretive, Audience.CITY))[name]
        assert [one for one in (*VISITED, PLACES[1], "87.1", "61.1", "0.125", "Y1.1") if one not in told] == [], name
    sheets = "".join(text for name, text in texts(secretive, Audience.CITY) if name.startswith("tables.xlsx/xl/"))
    assert [one for one in (*VISITED, PLACES[1], "0.125") if one not in sheets] == []
    book = render(secretive, Order(Edition(Audience.CITY, "final"), ("excel",)))["tables.xlsx"]
    cells = {
        cell for sheet in load_workbook(io.BytesIO(book)) for row in sheet.iter_rows(values_only=True) for cell in row
    }
    assert {87.1, 66.6} <= cells  # numbers, which the file writes with 16 digits


def test_a_reason_that_names_nobody_known_is_told(secretive: Assessment) -> None:
    """A city is owed the reason of what was decided about it."""
    appeal, override = {**secretive.city.appeals[0], "reason": "证据不足"}, secretive.city.overrides[0]
    city = evolve(secretive.city, appeals=(appeal,), overrides=({**override, "reason": "复核后改"},))
    told = evolve(secretive, city=city)
    for name in ("report.docx/word/document.xml", "page.html", "view.json"):
        text = dict(texts(told, Audience.CITY))[name]
        assert "证据不足" in text, name
        assert "复核后改" in text, name


def test_whoever_inspected_settled_or_overrode_is_named_nowhere(secretive: Assessment) -> None:
    """Not even in a note that somebody else wrote."""
    second, judge, signer = "布谷子", "鹧鸪子", "杜鹃子"
    inspections = Inspections(
        *("x", (), True, 95.0, (), (), ()),
        occurrences=(Occurrence("O1", "P1", ("r",), ("r",), "2021-11-03", ("某", second)),),
        disputes=(Dispute("P1", "明查", "r", ("符合", "不符合"), f"{judge} 2021-11-04"),),
    )
    override = {
        "id": "V",
        "indicator": "A.01.01",
        "old": "met",
        "new": "not_met",
        "by": signer,
        "on": "",
        "reason": "r",
    }
    note = f"{second}、{judge}、{signer}均在场"
    named = evolve(
        secretive,
        facts=tuple(evolve(fact, note=note) for fact in secretive.facts),
        inspections=inspections,
        city=evolve(secretive.city, overrides=(override,)),
        overridden=Overridden(("V",), (), (0.0, 1.0), 1.0, None, "undetermined"),
    )
    for audience in (Audience.PUBLIC, Audience.CITY):
        assert leaks(named, audience, (second, judge, signer)) == set()
    assert any(second in text for _name, text in texts(named, Audience.INTERNAL))


def test_the_office_sees_everything(secretive: Assessment) -> None:
    for secret in (*PEOPLE, *PLACES, *DEEP, *HEARD):
        assert any(secret in text for _name, text in texts(secretive, Audience.INTERNAL)), secret


def test_an_overruled_figure_is_never_stated(secretive: Assessment) -> None:
    facts = tuple(evolve(f, overruled="a") if f.key == "profile.area" else f for f in secretive.facts)
    overruled = evolve(secretive, facts=facts)
    for audience in Audience:
        said = [
            one.says for d in prepare(overruled, Edition(audience)).documents for b in d.blocks for one in b.sentences
        ]
        assert not any("7660" in one for one in said)
    assert not any(one.key == "profile.area" for one in prepare(overruled, Edition(Audience.PUBLIC)).facts)


def test_data_of_a_masked_view_say_that_they_cannot_be_verified(secretive: Assessment) -> None:
    files = {one: render(secretive, Order(Edition(one), ("json",)))["view.json"] for one in Audience}
    assert [json.loads(files[one])["verifiable"] for one in Audience] == [False, False, True]
