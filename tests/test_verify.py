"""A stored assessment proves itself: its own facts give it again, and whatever was changed is named by its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.cli.commands import app
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.proceedings import Declared
from cityrubric.records import Area, City, Claim, Observation, Period, Request
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition
from cityrubric.report.formats import FORMATS
from cityrubric.report.masking import view_for
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Speaker, State
from cityrubric.telling.stored import to_assessment, to_json
from cityrubric.telling.tell import assess
from cityrubric.versions.differences import Difference, differences
from cityrubric.versions.embedded import embedded_city, inputs
from cityrubric.versions.verify import Verification, verify
from inspecting import visited, written

RULESET = load_ruleset("2021")
CITIES = sorted(path.parent.name for path in shipped("cities").glob("*/city.toml"))
shares = st.floats(0, 1)
mixes = st.builds(Mix, missing=shares, inexact=shares, disputed=shares, strong=shares)


def stored(city: City) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(assess(city, RULESET)))
    return document


def inspected(folder: Path) -> City:
    """A city with inspection tables, under the rules of 2021."""
    return read_city(written(folder / "city", {"inspections.csv": visited(5, 400, RULESET)}), RULESET)


def verified(document: dict[str, Any], source: City | None = None) -> Verification:
    return verify(document, to_assessment(document), RULESET, source)


def backwards(city: City) -> City:
    """The same city, as if its file stated everything in the opposite order."""
    lists = {field.name: getattr(city, field.name) for field in fields(City)}
    return evolve(city, **{name: some[::-1] for name, some in lists.items() if isinstance(some, tuple)})


@pytest.mark.parametrize("name", CITIES)
def test_shipped_cities_prove_themselves(name: str) -> None:
    city = read_city(shipped("cities") / name, RULESET)
    found = verified(stored(city), city)
    assert found.identical, found
    assert found.from_source == ()


@settings(max_examples=20)
@given(seed=st.integers(0, 10**9), mix=mixes)
def test_made_up_cities_prove_themselves_in_whatever_order_their_file_stands(seed: int, mix: Mix) -> None:
    city = fictional_city(seed, RULESET, mix)
    document = stored(city)
    assert verified(document).identical
    assert stored(backwards(city)) == document


def test_everything_a_city_can_hold_comes_back() -> None:
    """Every attribute of a city has a place in the record, and what stands there is what was read."""
    made = fictional_city(3, RULESET)
    day = made.reference_date
    key = next(key for key, spec in RULESET.offers.catalogue.items() if spec.rollup == "sum" and spec.period == "year")
    spec = RULESET.offers.catalogue[key]
    claims = (
        Claim(key, State.KNOWN, 3, float("inf"), period=Period(2019, 2021), area="b", given="≥3", source="s"),
        Claim(key, State.NOT_SUPPLIED, spec.low, spec.high, request="Q1", source="s", speaker=Speaker.DEPARTMENT),
        Claim(key, State.WITHHELD, spec.low, spec.high, area="a", reason="一", source="s"),
        Claim(key, State.NOT_INSPECTED, spec.low, spec.high, area="a", reason="二", source="s"),
    )
    watched = RULESET.indicators[0].id
    city = evolve(
        made,
        claims=(*(claim for claim in made.claims if claim.key != key), *claims),
        areas=(Area("b", "乙区", "district"), Area("a", "甲区", "district")),
        requests=(Request("Q1", "函", day.replace(month=1), day.replace(month=3)),),
        observations=tuple(
            Observation(id_, "weakness", "资料审查", (watched,), "minor", f"不足{id_}") for id_ in ("O2", "O1")
        ),
        declared=Declared("pass", "某省", "某规则", "s", year=2019, score=95, score_max=100),
    )
    document = stored(city)
    back = embedded_city(document)
    for field in fields(City):
        before, after = getattr(city, field.name), getattr(back, field.name)
        assert (set(before) if isinstance(before, tuple) else before) == (
            set(after) if isinstance(after, tuple) else after
        ), field.name
        assert field.name in inputs()
    assert verified(document, city).identical
    assert stored(backwards(city)) == document


def test_what_was_found_on_site_comes_back(tmp_path: Path) -> None:
    """A section of the record that this module does not know of is followed like any other."""
    city = inspected(tmp_path)
    assert city.inspections is not None
    document = stored(city)
    assert embedded_city(document).inspections == city.inspections
    assert verified(document, city).identical


def _raise_a_score(document: dict[str, Any]) -> str:
    document["outcomes"][3]["score"][0] = 1.25
    return f'$.outcomes."{document["outcomes"][3]["id"]}".score[0]'


def _better_a_fact(document: dict[str, Any]) -> str:
    fact = next(fact for fact in document["facts"] if fact["low"] not in (None, 0.0, 1.0))
    fact["low"] -= 0.25
    return "$.facts_hash"


def _drop_a_finding(document: dict[str, Any]) -> str:
    return f'$.findings."{document["findings"].pop(0)["id"]}"'


def _pass(document: dict[str, Any]) -> str:
    document["conclusion"]["verdict"] = "pass"
    return "$.conclusion.verdict"


def _reorder(document: dict[str, Any]) -> str:
    document["outcomes"].reverse()
    return "$.outcomes"


@pytest.mark.parametrize("tamper", [_raise_a_score, _better_a_fact, _drop_a_finding, _pass, _reorder])
def test_what_was_changed_is_named(tamper: Callable[[dict[str, Any]], str]) -> None:
    document = stored(read_city(shipped("cities") / "xining", RULESET))
    path = tamper(document)
    found = verified(document)
    assert not found.identical
    assert path in {one.path for one in found.differences}
    assert ("facts" in found.changed) == (tamper is _better_a_fact)


def test_other_rules_and_plugins_are_told_by_name() -> None:
    document = stored(read_city(shipped("cities") / "xining", RULESET))
    document["ruleset"]["hash"] = "0" * 64
    document["plugins"][1]["hash"] = "0" * 64
    assert verified(document).changed == ("ruleset", document["plugins"][1]["name"])


def test_places_are_called_by_name_where_there_is_one() -> None:
    before = {"a": [{"id": "x", "n": 1}, {"id": "y"}], "b": [1, 2], "c": 1}
    after = {"a": [{"id": "x", "n": 2}, {"id": "z"}], "b": [1], "c": True}
    assert [*differences(before, after)] == [
        Difference("$.a.x.n", "1", "2"),
        Difference("$.a.y", '{"id": "y"}', ""),
        Difference("$.a.z", "", '{"id": "z"}'),
        Difference("$.b[1]", "2", ""),
        Difference("$.c", "1", "true"),
    ]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_nothing_differs_from_itself(document: Any) -> None:
    assert not [*differences(document, json.loads(json.dumps(document)))]


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.CITY])
def test_an_export_with_parts_left_out_says_that_it_cannot_be_verified(
    audience: Audience, ruleset: Ruleset, tmp_path: Path
) -> None:
    assessment = assess(read_city(shipped("cities") / "xining", ruleset), ruleset)
    form = next(form for form in FORMATS if form.name == "json")
    (file,) = form.render(view_for(assessment, audience), Edition(audience)).values()
    (tmp_path / "view.json").write_bytes(file)
    told = CliRunner().invoke(app, ["verify", str(tmp_path / "view.json")])
    assert told.exit_code == 2
    assert "cannot be verified" in told.output


def test_the_command_says_identical_or_every_difference(tmp_path: Path) -> None:
    file = tmp_path / "assessment.json"
    document = stored(read_city(shipped("cities") / "xining", RULESET))
    file.write_text(json.dumps(document), encoding="utf-8")
    told = CliRunner().invoke(app, ["verify", str(file), "--city", "xining"])
    assert (told.exit_code, "identical" in told.output, "those of the source" in told.output) == (0, True, True)
    document["assessment_year"] = 2020
    file.write_text(json.dumps(document), encoding="utf-8")
    told = CliRunner().invoke(app, ["verify", str(file), "--city", "xining", "--json"])
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert found["changed"] == ["facts"]
    assert {"path": "$.assessment_year", "before": "2020", "after": "2021"} in found["from_source"]
    assert CliRunner().invoke(app, ["verify", str(tmp_path / "none.json")]).exit_code == 1
