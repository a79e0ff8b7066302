"""Overrides are told everywhere and change nothing that is computed; a dossier holds everything about one item."""

import io
import json
import zipfile
from html import unescape
from pathlib import Path

import pytest
from attrs import evolve
from docx import Document
from typer.testing import CliRunner

from cityrubric.cli.commands import app
from cityrubric.errors import Faults
from cityrubric.explain.explain import explain
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.proceedings import Override
from cityrubric.records import City
from cityrubric.report.audience import Audience
from cityrubric.report.dossier import dossier, dossier_page, dossier_word
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import render
from cityrubric.report.masking import view_for
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_assessment, to_json
from cityrubric.telling.tell import assess
from cityrubric.versions.verify import verify

NAME, WHY = "欧阳复核", "复核原始问卷"


@pytest.fixture(scope="module")
def xining(ruleset: Ruleset) -> City:
    return read_city(shipped("cities") / "xining", ruleset)


def override(id_: str, indicator: str, old: str, new: str, city: City) -> Override:
    return Override(id_, indicator, old, new, NAME, city.reference_date, WHY)


def overridden(city: City, *some: Override) -> City:
    return evolve(city, overrides=some)


def test_nothing_computed_changes(ruleset: Ruleset, xining: City) -> None:
    plain = json.loads(to_json(assess(xining, ruleset)))
    city = overridden(xining, override("V1", "D.25.79", "undetermined", "met", xining))
    told = json.loads(to_json(assess(city, ruleset)))
    for name in ("facts", "observations", "outcomes", "scores", "findings", "conclusion"):
        assert told[name] == plain[name]
    assert told["facts_hash"] != plain["facts_hash"]
    assert "overridden" not in plain
    assert "overrides" not in plain["city"]
    assert told["city"]["overrides"] == [
        {
            "id": "V1",
            "indicator": "D.25.79",
            "old": "undetermined",
            "new": "met",
            "by": NAME,
            "on": "2021-12-31",
            "reason": WHY,
        }
    ]
    assert verify(told, to_assessment(told), ruleset).identical


@pytest.mark.parametrize(
    ("indicator", "old", "new", "total", "applicable"),
    [
        ("D.25.79", "undetermined", "met", (2, 0), 0),
        ("D.25.79", "undetermined", "not_met", (0, -2), 0),
        ("D.25.79", "undetermined", "not_applicable", (0, -2), -2),
        ("D.25.78", "met", "not_met", (-2, -2), 0),
        ("D.25.78", "undetermined", "not_met", (0, 0), 0),
    ],
)
def test_the_totals_with_overrides_stand_beside(
    indicator: str,
    old: str,
    new: str,
    total: tuple[int, int],
    applicable: int,
    ruleset: Ruleset,
    xining: City,
) -> None:
    told = assess(overridden(xining, override("V1", indicator, old, new, xining)), ruleset)
    found = told.overridden
    assert found is not None
    stands = next(one for one in told.outcomes if one.id == indicator).verdict == old
    assert (found.applied, found.stale) == ((("V1",), ()) if stands else ((), ("V1",)))
    assert found.total == (told.scores.total[0] + total[0], told.scores.total[1] + total[1])
    assert found.applicable == told.scores.applicable + applicable


def test_an_overridden_veto_decides_only_beside(ruleset: Ruleset, xining: City) -> None:
    told = assess(overridden(xining, override("V1", "E.27.81", "met", "not_met", xining)), ruleset)
    verdict = next(one for one in told.outcomes if one.id == "E.27.81").verdict
    told = assess(overridden(xining, override("V1", "E.27.81", verdict, "not_met", xining)), ruleset)
    assert told.overridden is not None
    assert (told.conclusion.verdict, told.overridden.verdict) == ("undetermined", "fail")


def written(tmp_path: Path, *entries: str) -> Path:
    folder = tmp_path / "city"
    folder.mkdir(exist_ok=True)
    text = (shipped("cities") / "xining" / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text("\n".join([text, *entries]), encoding="utf-8")
    return folder


def entry(id_: str, indicator: str, **others: str) -> str:
    told = {"old": "undetermined", "new": "met", "by": NAME, "on": "2022-01-05", "reason": WHY, **others}
    lines = [f'{name} = "{value}"' for name, value in {"id": id_, "indicator": indicator, **told}.items() if value]
    return "\n".join(["[[overrides]]", *lines])


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([entry("V1", "D.25.97")], "'D.25.97' is not known here"),
        ([entry("V1", "D.25.79"), entry("V2", "D.25.79")], "'D.25.79' is overridden twice"),
        ([entry("V1", "D.25.79"), entry("V1", "D.25.78")], "'V1' stands there twice"),
        ([entry("V1", "D.25.79", reason="")], "the key 'reason' is missing"),
        ([entry("V1", "D.25.79", by="")], "the key 'by' is missing"),
        ([entry("V1", "D.25.79", new="partly_met")], "how many points partly_met would be"),
        ([entry("V1", "D.25.79", new="undetermined")], "is not one of"),
        ([entry("V1", "D.25.79", on="2022-02-30")], "is no day of the calendar"),
    ],
)
def test_overrides_without_name_reason_or_item_are_refused(
    entries: list[str], says: str, ruleset: Ruleset, tmp_path: Path
) -> None:
    with pytest.raises(Faults, match=says):
        read_city(written(tmp_path, *entries), ruleset)


def test_the_terminal_and_the_explanation_tell_them(tmp_path: Path) -> None:
    folder = written(tmp_path, entry("V1", "D.25.79"), entry("V2", "D.25.78", old="not_met"))
    told = " ".join(CliRunner().invoke(app, ["assess", str(folder)]).stdout.split())
    assert all(word in told for word in ("nothing above includes them", NAME, WHY, "with them: 38..158 / 158"))
    assert "longer stands" in told
    assert NAME in CliRunner().invoke(app, ["explain", str(folder), "D.25.79"]).stdout


@pytest.mark.parametrize("audience", [Audience.CITY, Audience.INTERNAL])
def test_documents_tell_it_and_the_city_is_not_told_who(audience: Audience, ruleset: Ruleset, xining: City) -> None:
    told = assess(overridden(xining, override("V1", "D.25.79", "undetermined", "met", xining)), ruleset)
    files = render(told, Order(Edition(audience), ("html", "word", "excel")))
    texts = {name: unpacked(content) for name, content in files.items()}
    for name in ("page.html", "report.docx", "tables.xlsx"):
        assert WHY in texts[name], name
        assert (NAME in texts[name]) == (audience is Audience.INTERNAL), name


def unpacked(content: bytes) -> str:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return unescape("".join(packed.read(part).decode("utf-8", errors="ignore") for part in packed.namelist()))


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.CITY])
def test_masked_views_name_nobody(audience: Audience, ruleset: Ruleset, xining: City) -> None:
    told = assess(overridden(xining, override("V1", "D.25.79", "undetermined", "met", xining)), ruleset)
    assert NAME not in repr(view_for(told, audience))


def test_a_dossier_holds_everything_about_one_item(ruleset: Ruleset, xining: City) -> None:
    city = overridden(xining, override("V1", "D.25.79", "undetermined", "met", xining))
    told = dossier(assess(city, ruleset), explain(city, ruleset, "D.25.79"))
    lines = {section.heading: section.lines for section in told.sections}
    assert "status.awareness" in lines["Facts, claims and sources"][0]
    assert "西宁市创建国家食品安全示范城市的报道" in lines["Facts, claims and sources"][0]
    assert any("≥ 85" in line and "documented" in line for line in lines["Calculation"])
    assert any("status.awareness" in line for line in lines["Why"])
    assert lines["What is missing"]
    assert NAME in lines["Overrides"][0]
    assert lines["Disputes and how they were settled"] == ()
    page, paper = dossier_page(told).decode(), Document(io.BytesIO(dossier_word(told)))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    for section in told.sections:
        assert section.heading in page
        assert section.heading in text
        assert all(line in text for line in section.lines)
    assert told.notice in page


@pytest.mark.parametrize("number", range(0, 94, 9))
def test_there_is_a_dossier_of_every_kind_of_item(number: int, ruleset: Ruleset, xining: City) -> None:
    id_ = ruleset.indicators[number].id
    told = dossier(assess(xining, ruleset), explain(xining, ruleset, id_))
    assert told.title.startswith(id_)
    assert dossier_page(told)


def test_the_command(tmp_path: Path) -> None:
    for ending, start in ((".html", b"<!DOCTYPE html>"), (".docx", b"PK")):
        file = tmp_path / f"dossier{ending}"
        told = CliRunner().invoke(app, ["dossier", "xining", "A.08.32", "-o", str(file)])
        assert (told.exit_code, file.read_bytes()[: len(start)]) == (0, start)
    for wrong in (["dossier", "xining", "A.08.23"], ["dossier", "xining", "A.08.32", "-o", str(tmp_path / "x.pdf")]):
        assert CliRunner().invoke(app, wrong).exit_code == 2
