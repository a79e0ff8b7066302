"""What a new version changes: the parts add up exactly, and each step holds what belongs to it and nothing else."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.cli.commands import app
from cityrubric.intake.references import carried, references
from cityrubric.paths import shipped
from cityrubric.records import City, Claim
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Indicator, Ruleset
from cityrubric.states import State
from cityrubric.telling.stored import read_assessment
from cityrubric.telling.tell import assess
from cityrubric.versions.crosswalk import Crosswalk, Relation, draft_crosswalk
from cityrubric.versions.impact import STEPS, Impact, Views, impact, to_collect_first
from cityrubric.versions.reading import views_of
from inspecting import visited, written

RULESET = load_ruleset("2021")
shares = st.floats(0, 1)
mixes = st.builds(Mix, missing=shares, inexact=shares, disputed=shares, strong=shares)
Changed = Callable[[Indicator], Indicator]


def next_version(change: Changed, numbers: Sequence[int], **others: object) -> Ruleset:
    """A new version in which some indicators are changed."""
    indicators = tuple(change(one) if n in numbers else one for n, one in enumerate(RULESET.indicators))
    return evolve(RULESET, version="next", indicators=indicators, **others)


def harder(one: Indicator) -> Indicator:
    """Every line of the indicator a tenth higher."""

    def higher(limit: float | None) -> float | None:
        return None if limit is None else limit * 1.1

    bands = [tuple(evolve(band, at_least=higher(band.at_least)) for band in part.bands) for part in one.parts]
    return evolve(one, parts=tuple(evolve(part, bands=some) for part, some in zip(one.parts, bands, strict=True)))


def heavier(one: Indicator) -> Indicator:
    """Three times the points."""
    parts = tuple(
        evolve(
            part,
            points=part.points * 3,
            each=part.each * 3,
            bands=tuple(evolve(band, score=band.score * 3) for band in part.bands),
            full=part.full * 3 if part.operator == "expert" else part.full,
        )
        for part in one.parts
    )
    return evolve(one, max_score=one.max_score * 3, parts=parts)


def same(old: Ruleset, new: Ruleset) -> Crosswalk:
    relations = (Relation(one.id, one.id, "equal", "—") for one in old.indicators)
    return Crosswalk(old.version, new.version, tuple(relations))


def changed(views: Views, new: Ruleset, crosswalk: Crosswalk | None = None) -> Impact:
    return impact(views, RULESET, new, crosswalk or same(RULESET, new))


def parts(found: Impact) -> dict[str, tuple[int, int]]:
    return {part.step: part.points for part in found.parts}


def unchanged(city: City) -> Views:
    return Views(city, city, city)


NOTHING = dict.fromkeys(STEPS, (0, 0))
JUDGED = {n for n, one in enumerate(RULESET.indicators) if any(part.operator == "expert" for part in one.parts)}
numbers = st.sets(st.integers(0, len(RULESET.indicators) - 1), max_size=30)


@settings(max_examples=15)
@given(seeds=st.tuples(*[st.integers(0, 10**6)] * 2), mix=mixes, lines=numbers, weights=numbers, gone=numbers)
def test_the_parts_add_up_exactly(
    seeds: tuple[int, int], mix: Mix, lines: set[int], weights: set[int], gone: set[int]
) -> None:
    before, now = (fictional_city(seed, RULESET, mix) for seed in seeds)
    new = next_version(harder, [*lines])
    new = evolve(new, indicators=tuple(heavier(one) if n in weights else one for n, one in enumerate(new.indicators)))
    told = same(RULESET, new)
    looser = tuple(evolve(one, relation="intersects") if n in gone else one for n, one in enumerate(told.relations))
    found = changed(Views(before, now, now), new, evolve(told, relations=looser))
    ends = (assess(before, RULESET), assess(now, new))
    for end in (0, 1):
        difference = sum(part.points[end] for part in found.parts)
        assert difference == round(1000 * (ends[1].scores.total[end] - ends[0].scores.total[end]))
        rates = [run.rate for run in found.runs if run.rate is not None]
        assert len(rates) == len(STEPS) + 1
        assert sum(part.rate[end] for part in found.parts if part.rate) == rates[-1][end] - rates[0][end]
    assert [found.runs[0].decision, found.runs[-1].decision] == [end.conclusion.verdict for end in ends]
    assert bool(found.turned_at) == (ends[0].conclusion.verdict != ends[1].conclusion.verdict)


@settings(max_examples=5)
@given(seed=st.integers(0, 10**6), mix=mixes)
def test_the_same_version_changes_nothing(seed: int, mix: Mix) -> None:
    found = changed(unchanged(fictional_city(seed, RULESET, mix)), evolve(RULESET, version="next"))
    assert (parts(found), found.turned_at, found.judged, found.to_collect) == (NOTHING, "", (), ())


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), mix=mixes, some=numbers)
def test_each_step_holds_its_own(seed: int, mix: Mix, some: set[int]) -> None:
    city, other = fictional_city(seed, RULESET, mix), fictional_city(seed + 1, RULESET, mix)
    assert {s for s, part in parts(changed(unchanged(city), next_version(harder, [*some]))).items() if any(part)} <= {
        "rules"
    }
    some -= JUDGED  # an assessor gives points, whatever they are out of
    weighed = parts(changed(unchanged(city), next_version(heavier, [*some])))
    assert weighed["facts"] == weighed["applicability"] == (0, 0)
    assert all(abs(end) <= len(some) for end in weighed["rules"])  # weights are cut to whole thousandths
    told = changed(Views(other, city, city), evolve(RULESET, version="next"))
    assert {s for s, part in parts(told).items() if any(part)} <= {"facts"}


def test_what_no_longer_applies_is_no_matter_of_rules() -> None:
    """A bands item whose new fact does not occur here leaves both sides before the rules are compared."""
    number = next(n for n, one in enumerate(RULESET.indicators) if one.id == "A.04.13")
    key = "workshops.supervision_coverage"
    new = next_version(lambda one: evolve(one, parts=(evolve(one.parts[0], facts=(key,)),)), [number])
    city = fictional_city(1, RULESET, Mix(strong=1.0))
    spec = RULESET.offers.catalogue[key]
    counted = {key, *(spec.ratio or ())}
    claims = [claim for claim in city.claims if claim.key not in counted]
    claims += [Claim(name, State.NOT_OCCURRING, 0, 100, reason="—", source="s") for name in counted]
    city = evolve(city, claims=tuple(claims))
    before = {one.id: one for one in assess(city, RULESET).outcomes}["A.04.13"]
    found = changed(unchanged(city), new)
    assert before.verdict == "met"
    assert parts(found) == NOTHING | {"applicability": (-2000, -2000)}
    assert found.runs[2].applicable == found.runs[1].applicable - 2000
    assert [(one.old, one.before, one.after) for one in found.judged] == [("A.04.13", "met", "not_applicable")]


def test_an_item_that_is_not_equal_counts_wholly_as_rules() -> None:
    number = next(n for n, one in enumerate(RULESET.indicators) if one.id == "A.04.13")
    new = next_version(heavier, [number])
    city = fictional_city(1, RULESET, Mix(strong=1.0))
    equal = same(RULESET, new)
    less = evolve(
        equal,
        relations=tuple(evolve(r, relation="superset") if r.old == "A.04.13" else r for r in equal.relations),
    )
    assert parts(changed(unchanged(city), new, equal)) == NOTHING | {"weights": (4000, 4000)}
    assert parts(changed(unchanged(city), new, less)) == NOTHING | {"rules": (4000, 4000)}


def test_who_turns_and_at_which_step() -> None:
    city, worse = (fictional_city(1, RULESET, Mix(strong=strong)) for strong in (1.0, 0.0))
    free = evolve(RULESET, rules=(), indicators=tuple(one for one in RULESET.indicators if one.group != "E"))
    mild, strict = (evolve(free, pass_rule=evolve(free.pass_rule, line=line)) for line in (70_000, 100_000))
    found = impact(unchanged(city), mild, strict, same(free, free))
    assert [run.decision for run in found.runs] == ["pass"] * 3 + ["fail"] * 2
    assert found.turned_at == "rules"
    assert impact(Views(worse, city, city), mild, mild, same(free, free)).turned_at == "facts"


def test_facts_that_only_the_new_version_asks_for_are_ranked_by_cities() -> None:
    old = evolve(RULESET, version="old", indicators=RULESET.indicators[1:], rules=())
    cities = [fictional_city(seed, RULESET, Mix(missing=1.0)) for seed in (1, 2)]
    full = fictional_city(3, RULESET)
    found = [impact(unchanged(city), old, RULESET, draft_crosswalk(old, RULESET)) for city in (*cities, full)]
    ranked = to_collect_first(found, RULESET)
    reads = {"party.standing_committee_sessions", "party.executive_sessions"}
    assert {one.key for one in ranked} == reads
    assert {one.cities for one in ranked} == {2}
    assert all(one.title for one in ranked)


def test_references_are_carried_and_what_has_no_counterpart_is_named() -> None:
    document = {
        "facts": {"expert.A.1": {"value": 1}, "expert.A.2": {"value": 2}, "x": [{"elsewhere": "expert.A.1"}]},
        "observations": [{"indicators": ["A.1", "A.2"]}, {"indicators": ["A.2"]}],
        "clearances": [{"veto": "A.1"}],
        "interviews": [{"id": "I1"}],
        "appeals": [{"item": "A.1", "fact": "expert.A.1"}],
        "evidence": [{"indicators": ["A.1"]}],
    }
    new, left = carried(document, {"A.1": "B.1"})
    assert left == ("A.2",)
    assert new == {
        "facts": {"expert.B.1": {"value": 1}, "x": [{"elsewhere": "expert.B.1"}]},
        "observations": [{"indicators": ["B.1"]}],
        "clearances": [{"veto": "B.1"}],
        "interviews": [{"id": "I1"}],
        "appeals": [{"item": "B.1", "fact": "expert.B.1"}],
        "evidence": [{"indicators": ["B.1"]}],
    }
    assert {*references(document)} == {"A.1", "A.2"}
    assert document["observations"] == [{"indicators": ["A.1", "A.2"]}, {"indicators": ["A.2"]}]


def test_a_city_is_read_under_both_versions() -> None:
    old = load_ruleset("2014")
    xining = shipped("cities") / "xining"
    views = views_of(xining, None, old, RULESET, draft_crosswalk(old, RULESET))
    assert views.now_new.observations
    assert not views.now_old.observations
    assert [version for version, _ids in views.left] == ["2014"]


def test_a_version_without_sheets_says_that_inspections_are_left_out(tmp_path: Path) -> None:
    old = load_ruleset("2014")
    city = written(tmp_path / "city", {"inspections.csv": visited(5, 400, RULESET)})
    views = views_of(city, None, old, RULESET, draft_crosswalk(old, RULESET))
    assert (views.now_old.inspections, views.left) == (None, (("2014", ("inspections.csv",)),))
    assert views.now_new.inspections is not None


def test_the_command_keeps_the_old_result_first(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["impact", "2014", "2021", "ningbo", "nowhere", "--out", str(tmp_path)])
    assert told.exit_code == 1  # one city is not there; the other is told all the same
    assert read_assessment(tmp_path / "before" / "ningbo" / "assessment.json").ruleset.version == "2014"
    found = json.loads((tmp_path / "impact.json").read_text(encoding="utf-8"))
    assert [city["city"] for city in found["cities"]] == ["ningbo"]
    assert found["unconfirmed"] > 0
    assert found["collect"]
    alone = ["impact", "2014", "2021", "ningbo", "--out", str(tmp_path), "--facts-before", str(tmp_path)]
    assert CliRunner().invoke(app, alone).exit_code == 1
    assert CliRunner().invoke(app, [*alone[:-1], str(shipped("cities"))]).exit_code == 0


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_a_name(step: str) -> None:
    from cityrubric.report.impacts import step_word

    assert step_word(step) != step


def test_a_version_without_points_shows_none(tmp_path: Path) -> None:
    """No total, no share of one and no distance from a line: 0 would be a figure that nobody gave."""
    here = ["--ruleset", "2014"]
    summary = CliRunner().invoke(app, ["assess", "ningbo", *here]).stdout
    assert next(line for line in summary.splitlines() if "base total" in line).split() == ["base", "total", *"———"]
    assert "short by" not in CliRunner().invoke(app, ["explain", "ningbo", "conclusion", *here]).stdout
    told = CliRunner().invoke(app, ["impact", "2014", "2021", "ningbo", "--out", str(tmp_path)]).stdout
    assert next(line for line in told.splitlines() if line.startswith("before")).split() == [
        "before",
        "—",
        "—",
        "undetermined",
    ]
    assert "2014 has no points" in told


def test_points_are_no_difference_to_a_version_without_any() -> None:
    """What earns points from now on is no gain of the city's: neither rules nor weights brought it anything."""
    old, folder = load_ruleset("2014"), shipped("cities") / "xining"
    for one, other in ((old, RULESET), (RULESET, old)):
        crosswalk = draft_crosswalk(one, other)
        found = impact(views_of(folder, None, one, other, crosswalk), one, other, crosswalk)
        assert [run.points is not None for run in found.runs] == [one is RULESET] * 3 + [False, other is RULESET]
        compared = {part.step for part in found.parts if part.points is not None}
        assert compared == (set() if one is old else {"facts", "applicability"})


def test_nothing_of_points_is_said_of_a_version_without_any(tmp_path: Path) -> None:
    """Neither 0 points of an item nor a rate of 0 to 100, nor a fact that would settle what stays open."""
    here = ["--ruleset", "2014"]
    for result in ("conclusion", "Q.01"):
        told = CliRunner().invoke(app, ["explain", "ningbo", result, *here]).stdout
        assert not re.search(r"\d points|rate \d", told)
    summary = CliRunner().invoke(app, ["assess", "ningbo", *here, "--out", str(tmp_path)]).stdout
    assert not re.search(r"\d points", summary)
    assert "without points nothing settles" in summary
    ledger = ["--ledger", str(tmp_path / "ledger.db")]
    CliRunner().invoke(app, ["assess", "ningbo", *here, *ledger])
    rows = CliRunner().invoke(app, ["compare", "ningbo", *here, *ledger]).stdout.splitlines()
    assert rows[1].split() == ["—", "宁波市", "2021", "undetermined", "—"]
    internal = ["--format", "html", "--audience", "internal", "--out", str(tmp_path)]
    CliRunner().invoke(app, ["report", str(tmp_path / "ningbo" / "assessment.json"), *internal])
    page = (tmp_path / "ningbo" / "internal" / "page.html").read_text(encoding="utf-8")
    assert "0 points" not in page
    assert re.search(r'base total</th><td class="bar"></td>(<td class="number">—</td>){3}', page)
