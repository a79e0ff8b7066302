"""What is written for other programs keeps to their schemas, and tells nothing open as passed or failed."""

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import polars
import pytest
from attrs import evolve
from jsonschema import Draft4Validator
from openpyxl import load_workbook

from cityrubric.assessment import Assessment
from cityrubric.authoring.lint.lint import check_ruleset
from cityrubric.authoring.lint.sarif import to_sarif as lint_to_sarif
from cityrubric.errors import CityrubricError
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.exchange.tables import COLUMNS
from cityrubric.report.formats import choose_formats, render
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess

CITIES = sorted(path.parent.name for path in shipped("cities").glob("*/city.toml"))
OFFICIAL = Path(__file__).parent / "official"
DECIDED = {"met", "partly_met", "not_met"}
POINTS = ("score_least", "score_most", "max_score", "applicable")
WRITTEN = ("csv", "parquet", "sarif", "oscal", "excel")
EVERY_VERDICT = (*DECIDED, "undetermined", "not_applicable", "not_assessed", "error", "out_of_scope")


@pytest.fixture(scope="module", params=[*CITIES, "xining, with a province's own rules"])
def made(request: pytest.FixtureRequest, ruleset: Ruleset) -> Assessment:
    """A city, with every verdict there is."""
    name, _comma, own = request.param.partition(", ")
    rules = load_ruleset("2021", overlay="qinghai") if own else ruleset
    found = assess(read_city(shipped("cities") / name, rules), rules)
    verdicts = dict(zip([one.id for one in found.outcomes], EVERY_VERDICT, strict=False))
    return evolve(
        found, outcomes=tuple(evolve(one, verdict=verdicts.get(one.id, one.verdict)) for one in found.outcomes)
    )


def document(made: Assessment, audience: Audience, name: str) -> Any:
    (content,) = render(made, Order(Edition(audience), (name,))).values()
    return json.loads(content)


def sarif_faults(log: Any) -> list[str]:
    schema = json.loads((OFFICIAL / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    return [f"{error.json_path}: {error.message}" for error in Draft4Validator(schema).iter_errors(log)]


@pytest.mark.parametrize("audience", Audience)
def test_sarif_keeps_to_the_official_schema(made: Assessment, audience: Audience) -> None:
    assert sarif_faults(document(made, audience, "sarif")) == []


def test_sarif_of_a_check_keeps_to_it_too(ruleset: Ruleset) -> None:
    assert sarif_faults(lint_to_sarif(check_ruleset(ruleset))) == []


def test_the_official_schema_would_notice() -> None:
    assert sarif_faults({"version": "2.1.0", "runs": [{"results": [{"level": "loud"}]}]})


def test_sarif_tells_nothing_open_as_passed_or_failed(made: Assessment) -> None:
    told = document(made, Audience.INTERNAL, "sarif")["runs"][0]["results"]
    results = [result for result in told if "rules" not in result["properties"]]
    kinds = {result["properties"]["verdict"]: result["kind"] for result in results if "verdict" in result["properties"]}
    assert kinds == {
        "met": "pass",
        "partly_met": "fail",
        "not_met": "fail",
        "undetermined": "open",
        "not_assessed": "open",
        "error": "open",
        "not_applicable": "notApplicable",
        "out_of_scope": "informational",
    }
    assert len(results) == len(made.outcomes) + len(made.findings)
    decisions = {r["properties"]["finding"]: r["kind"] for r in results if "finding" in r["properties"]}
    assert decisions["conclusion"] == "open"
    assert all(result["level"] == "none" for result in told if result["kind"] != "fail")
    own = made.provincial
    assert len(told) - len(results) == (len(own.outcomes) + len(own.findings) if own else 0)
    prints = [result["partialFingerprints"]["cityrubric/v1"] for result in told]
    assert len(set(prints)) == len(prints)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="oscal-bindings needs Python 3.11")
@pytest.mark.parametrize("audience", Audience)
def test_oscal_keeps_to_the_models_made_from_the_official_schema(made: Assessment, audience: Audience) -> None:
    from oscal_bindings.v1.models import AssessmentResultsDocument

    told = document(made, audience, "oscal")
    AssessmentResultsDocument.model_validate(told)
    told["assessment-results"]["results"][0]["start"] = "yesterday"
    with pytest.raises(ValueError, match="start"):
        AssessmentResultsDocument.model_validate(told)


def test_oscal_decides_only_what_is_decided(made: Assessment) -> None:
    result, *others = document(made, Audience.INTERNAL, "oscal")["assessment-results"]["results"]
    assert len(others) == (made.provincial is not None)
    states = {one["target"]["target-id"]: one["target"]["status"]["state"] for one in result["findings"]}
    wanted = {one.id: one.verdict for one in made.outcomes if one.verdict in DECIDED}
    assert states == {id_: "satisfied" if verdict == "met" else "not-satisfied" for id_, verdict in wanted.items()}
    told = [{p["name"]: p["value"] for p in one["props"]} for one in result["observations"] if one["types"] == ["item"]]
    assert {one["id"]: one["verdict"] for one in told} == {one.id: one.verdict for one in made.outcomes}


def test_equal_assessments_give_equal_files(made: Assessment) -> None:
    order = Order(Edition(Audience.INTERNAL), ("sarif", "oscal", "csv", "parquet"))
    assert render(made, order) == render(made, order)


@pytest.mark.parametrize("audience", [Audience.CITY, Audience.INTERNAL])
def test_both_tables_say_the_same_and_keep_both_ends(made: Assessment, audience: Audience) -> None:
    files = render(made, Order(Edition(audience), ("csv", "parquet")))
    assert files["outcomes.csv"].startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(files["outcomes.csv"].decode("utf-8-sig"), newline="")))
    table = polars.read_parquet(io.BytesIO(files["outcomes.parquet"]))
    assert tuple(table.columns) == COLUMNS
    outcomes = [*made.outcomes, *(made.provincial.outcomes if made.provincial else ())]
    assert [row["verdict"] for row in read] == table["verdict"].to_list() == [one.verdict for one in outcomes]
    ends = list(zip(table["score_least"], table["score_most"], strict=True))
    assert ends == [one.score if one.max_score else (None, None) for one in outcomes]
    assert [tuple(float(row[n]) if row[n] else None for n in ("score_least", "score_most")) for row in read] == ends


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_a_table_is_a_formula(made: Assessment, start: str) -> None:
    """A negative score is a number, and stays one."""
    first = evolve(made.outcomes[0], title=f"{start}cmd|' /C calc'!A0", score=(-2.0, 1.0))
    named = evolve(made, outcomes=(first, *made.outcomes[1:]), city=evolve(made.city, name=f"{start}HYPERLINK()"))
    (content,) = render(named, Order(Edition(Audience.INTERNAL), ("csv",))).values()
    row, *_rest = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row["title"] == f"'{start}cmd|' /C calc'!A0"
    assert row["name"] == f"'{start}HYPERLINK()"
    assert row["score_least"] == "-2.0"


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_single_items_are_not_published(name: str) -> None:
    with pytest.raises(CityrubricError, match="not published"):
        choose_formats([name], audience=Audience.PUBLIC)
    assert choose_formats([name], audience=Audience.CITY)


def test_what_earns_no_points_has_none_rather_than_0(made: Assessment) -> None:
    """As a veto, or every item of a rule set whose points nobody knows."""
    bare = evolve(made.outcomes[0], max_score=0.0, applicable=0.0, score=(0.0, 0.0))
    files = render(evolve(made, outcomes=(bare, *made.outcomes[1:])), Order(Edition(Audience.INTERNAL), WRITTEN))
    first = next(csv.DictReader(io.StringIO(files["outcomes.csv"].decode("utf-8-sig"), newline="")))
    assert {first[name] for name in POINTS} == {""}
    table = polars.read_parquet(io.BytesIO(files["outcomes.parquet"]))
    assert [table[name][0] for name in POINTS] == [None] * 4
    assert table["max_score"].dtype == polars.Float64
    told = json.loads(files["assessment.sarif"])["runs"][0]["results"][0]["properties"]
    assert (told["score"], told["maxScore"], told["applicable"]) == (None, None, None)
    assert "max_score" not in told["provenance"]
    item, other, *_rest = json.loads(files["oscal.json"])["assessment-results"]["results"][0]["observations"]
    assert not any("score" in one["name"] for one in item["props"])
    assert {"score-least", "max-score-provenance"} <= {one["name"] for one in other["props"]}
    workbook = load_workbook(io.BytesIO(next(files[name] for name in files if name.endswith(".xlsx"))), read_only=True)
    rows = [row for sheet in workbook for row in sheet.iter_rows(values_only=True) if row[0] == bare.id]
    assert rows[0][5:8] == (None, None, None)


def test_points_are_told_with_all_their_decimals(made: Assessment) -> None:
    """Six digits would make 1234.57 of it, which nobody earned."""
    first = evolve(made.outcomes[0], max_score=1234.568, applicable=1234.568, score=(1234.567, 1234.567))
    told = document(evolve(made, outcomes=(first, *made.outcomes[1:])), Audience.INTERNAL, "oscal")
    props = told["assessment-results"]["results"][0]["observations"][0]["props"]
    named = {one["name"]: one["value"] for one in props}
    assert (named["score-least"], named["max-score"]) == ("1234.567", "1234.568")
