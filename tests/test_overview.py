"""The page about all cities: places, ranks and counts that the intervals allow, for whom it is made."""

import re

from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import summarises
from cityrubric.report.masking import view_for
from cityrubric.report.page.overview import overview
from cityrubric.report.rows import row_of
from pages import Read, poisoned


def test_overlapping_cities_are_not_ranked_apart(xining: Assessment) -> None:
    row = row_of(view_for(xining, Audience.INTERNAL))
    rates = {"low": (10.0, 20.0), "mid": (15.0, 60.0), "top": (70.0, 80.0)}
    rows = [evolve(row, id=name, name=name, rate=rate) for name, rate in rates.items()]
    (text,) = (content.decode() for content in overview(rows, Edition(Audience.INTERNAL)).values())
    places = re.findall(r'data-label="place">([^<]+)</td>\s*<th scope="row"><a href="[^"]+">(\w+)', text)
    assert places == [("1", "top"), ("2..3", "low"), ("2..3", "mid")]


def test_cities_under_different_rules_are_not_ranked(xining: Assessment) -> None:
    row = row_of(view_for(xining, Audience.INTERNAL))
    rows = [row, evolve(row, id="b", name="b", rules="other", rate=(99.0, 99.0))]
    (text,) = (content.decode() for content in overview(rows, Edition(Audience.INTERNAL)).values())
    assert re.findall(r'data-label="place">([^<]+)</td>', text) == ["—", "—"]


def test_weaknesses_of_many_cities_are_counted(xining: Assessment) -> None:
    row = row_of(view_for(xining, Audience.INTERNAL))
    some = row.weaknesses[:1]
    rows = [row, evolve(row, id="b", weaknesses=some), evolve(row, id="c", weaknesses=())]
    (text,) = (content.decode() for content in overview(rows, Edition(Audience.INTERNAL)).values())
    counts = re.findall(r'class="number">(\d) / 3</td>', text)
    assert counts == ["2"] + ["1"] * (len(row.weaknesses) - 1)


def test_the_public_overview_has_neither_scores_nor_places(xining: Assessment) -> None:
    rows = [
        row_of(view_for(xining, Audience.PUBLIC)),
        evolve(row_of(view_for(xining, Audience.PUBLIC)), id="b", name="乙市"),
    ]
    (text,) = (content.decode() for content in overview(rows, Edition()).values())
    read = Read(text)
    assert xining.scores.rate
    assert not any(str(end) in text for end in xining.scores.rate)
    assert not any(one.id in text for one in xining.outcomes)
    assert "place" not in read.text
    assert all(row.name in read.text for row in rows)


def test_hostile_names_are_escaped_in_the_overview(xining: Assessment) -> None:
    rows = [row_of(view_for(poisoned(xining), Audience.INTERNAL))]
    (text,) = (content.decode() for content in overview(rows, Edition(Audience.INTERNAL)).values())
    read = Read(text)
    assert (read.tags["img"], len(read.scripts), read.handlers) == (0, 4, [])


def test_a_city_is_told_of_no_other() -> None:
    assert [summarises(Order(Edition(one), ("html",))) for one in Audience] == [True, False, True]
