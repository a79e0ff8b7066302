"""What the terminal shows is whole at any width: a figure that is cut is another figure."""

import io
import re

import pytest
from attrs import evolve
from rich.console import Console

from cityrubric.assessment import Assessment
from cityrubric.inspected import Inspections, TypeScore
from cityrubric.intake.facts import read_city
from cityrubric.language import speak
from cityrubric.paths import shipped
from cityrubric.report.figures import RATE_DECIMALS, score_text
from cityrubric.report.screen import indented
from cityrubric.report.terminal import summary
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess


def shown(what: object, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def inspected(ruleset: Ruleset) -> Assessment:
    """Xining, with inspections of two business types whose figures are long."""
    made = assess(read_city(shipped("cities") / "xining", ruleset), ruleset)
    types = (
        TypeScore("Y24", "明查", "幼儿园食堂现场检查表", 22, 22, (92.87, 94.51), (74.71, 98.29), 15, 0.68, 7.5, 0.34),
        TypeScore(
            "Y21", "暗访", "特殊医学用途配方食品生产现场检查表", 13, 12, (95.38,) * 2, (70.6, 99.44), 0, 0.0, 0, 0.0
        ),
    )
    return evolve(made, inspections=Inspections("s", (), once=True, confidence=95, types=types, rows=(), facts=()))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 72, 80, 100, 120])
def test_no_figure_is_cut(width: int, language: str, inspected: Assessment) -> None:
    speak(language)
    text = shown(summary(inspected), width)
    words = {*re.findall(r"[\d.]+", text)}
    told = [score_text(group.score) for group in inspected.scores.groups if group.role != "veto"]
    for one in inspected.inspections.types if inspected.inspections else ():
        told += [score_text(one.score, RATE_DECIMALS), score_text(one.sampling, RATE_DECIMALS)]
    assert {*told} - words == set()
    assert {"0.68", "0.34"} <= words
    assert "…" not in re.sub("… and|……", "", text)  # of a list that goes on


def test_a_line_stays_indented_as_it_wraps() -> None:
    lines = shown(indented("十个汉字一共二十列宽", by=4), 16).splitlines()
    assert [line.rstrip() for line in lines] == ["    十个汉字一共", "    二十列宽"]
