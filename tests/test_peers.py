"""Schemes of other trades, expressed as rule sets without a word in the core."""

import io
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cityrubric.authoring.cases import case_city
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import plan_of
from cityrubric.evaluate.results import Lookup
from cityrubric.explain.explain import explain
from cityrubric.report.tree import explanation_tree
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from peer import case_of, result

PEERS = Path(__file__).parent / "peers"
STEPS = (0, 5, 10, 15, 20, 25)
MANAGEMENT = (0, 5, 10, 20, 30)
PARTS = ("hygiene.procedures", "hygiene.structure", "hygiene.confidence")


@pytest.fixture(scope="module")
def fhrs() -> Ruleset:
    return load_ruleset(PEERS / "fhrs" / "ruleset", [PEERS / "fhrs" / "plugins"])


def published_rating(scores: tuple[int, ...]) -> int:
    """The published table, read as it is written: the best row whose total and single scores are both kept to."""
    rows = {5: (15, 5), 4: (20, 10), 3: (30, 10), 2: (40, 15), 1: (50, 20)}
    fitting = [rating for rating, (total, single) in rows.items() if sum(scores) <= total and max(scores) <= single]
    return max(fitting, default=0)


def test_the_rating_over_its_whole_domain(fhrs: Ruleset) -> None:
    scores = [*product(STEPS, STEPS, MANAGEMENT)]
    cities = [case_city(case_of(dict(zip(PARTS, some, strict=True))), fhrs) for some in scores]
    plan = plan_of(fhrs)
    results = assess_block(make_block(cities, plan), plan)
    expected = [1000.0 * published_rating(some) for some in scores]
    assert len(scores) == 180
    for way in ("rating", "capped"):
        least, most = results.scores.results[:2, [one.id for one in fhrs.results].index(way)]
        assert least.tolist() == most.tolist() == expected
    assert [int(code) for code in results.scores.decision] == [int(rating >= 3000) for rating in expected]


@given(
    some=st.tuples(*[st.lists(st.sampled_from(steps), min_size=1, max_size=2) for steps in (STEPS, STEPS, MANAGEMENT)])
)
def test_an_uncertain_score_gives_every_rating_it_may_be(fhrs: Ruleset, some: tuple[list[int], ...]) -> None:
    ends, steps = [(min(one), max(one)) for one in some], (STEPS, STEPS, MANAGEMENT)
    facts: dict[str, object] = {key: f"{low}..{high}" for key, (low, high) in zip(PARTS, ends, strict=True)}
    rating = result(assess(case_city(case_of(facts), fhrs), fhrs), "rating").score
    within = [[s for s in all_ if low <= s <= high] for (low, high), all_ in zip(ends, steps, strict=True)]
    possible = [published_rating(scores) for scores in product(*within)]
    assert rating == (min(possible), max(possible))  # every part only grows the result, so the ends are reached


def test_without_a_score_the_rating_is_open_and_says_between_what(fhrs: Ruleset) -> None:
    told = assess(case_city(case_of({"hygiene.procedures": 15, "hygiene.structure": 5}), fhrs), fhrs)
    rating = result(told, "rating")
    assert (rating.score, rating.levels) == ((0.0, 2.0), ("urgent improvement necessary", "improvement necessary"))
    assert told.conclusion.verdict == "fail"  # at 15, not even the best management could bring a 3
    assert [one.result for one in told.conclusion.requires] == ["rating"]
    told = assess(case_city(case_of({"hygiene.procedures": 5, "hygiene.structure": 5}), fhrs), fhrs)
    assert (result(told, "rating").score, told.conclusion.verdict) == ((0.0, 5.0), "undetermined")


def test_a_maturity_model_with_a_weakest_link_and_a_table_over_dimensions(maturity: Ruleset) -> None:
    facts: dict[str, object] = {"digital.services": 75, "digital.staff": 50, "digital.outages": 2}
    told = assess(case_city(case_of(facts), maturity), maturity)
    assert [outcome.score for outcome in told.outcomes] == [(3.0, 3.0), (2.0, 2.0), (1.0, 1.0)]
    assert result(told, "weakest").score == (1.0, 1.0)
    assert result(told, "mean").score == (2.25, 2.25)
    assert result(told, "geometric").score == pytest.approx((6 ** (1 / 3),) * 2)
    assert (result(told, "stage").score, result(told, "stage").levels) == ((2.0, 2.0), ("able", "able"))
    open_ = assess(case_city(case_of({"digital.services": "50..75", "digital.staff": "0..100"}), maturity), maturity)
    assert result(open_, "stage").score == (2.0, 3.0)
    assert result(open_, "weakest").score == (0.0, 3.0)


def test_the_maturity_model_over_its_whole_domain(maturity: Ruleset) -> None:
    """Every share with every other and all counts of outages that still move anything, against plain arithmetic."""
    values = [*product(range(0, 101, 5), range(0, 101, 5), range(13))]
    keys = ("digital.services", "digital.staff", "digital.outages")
    cities = [case_city(case_of(dict(zip(keys, some, strict=True))), maturity) for some in values]
    plan = plan_of(maturity)
    results = assess_block(make_block(cities, plan), plan).scores.results
    number = {one.id: n for n, one in enumerate(maturity.results)}
    for n, (services, staff, outages) in enumerate(values):
        levels = services * 40, staff * 40, 4000 // 2**outages  # thousandths of a level
        stage = 3 if min(levels[:2]) >= 3000 else 2 if levels[0] >= 2000 or levels[1] >= 3000 else 1
        wanted = {"weakest": min(levels), "mean": (2 * levels[0] + levels[1] + levels[2]) / 4, "stage": 1000 * stage}
        for id_, value in wanted.items():
            assert [results[end, number[id_], n] for end in (0, 1)] == [value, value], (id_, values[n])


@given(
    low=st.lists(st.lists(st.integers(0, 3000), min_size=2, max_size=2), min_size=1, max_size=6),
    wider=st.lists(st.integers(0, 3000), min_size=2, max_size=2),
)
def test_a_table_over_many_cities_is_that_over_each(low: list[list[int]], wider: list[int], maturity: Ruleset) -> None:
    lookup = next(joint.how for joint in plan_of(maturity).scores.results if isinstance(joint.how, Lookup))
    least = np.array(low, dtype=np.float64).T
    most = least + np.array(wider)[:, None]
    found = np.array(lookup.join(least, most))
    for city in range(len(low)):
        axes = zip(least[:, city], most[:, city], strict=True)  # in steps that meet every cell
        values = [
            int(lookup.values[tuple(int((starts <= x).sum()) for starts, x in zip(lookup.starts, point, strict=True))])
            for point in product(*([*np.arange(low_, high, 250), high] for low_, high in axes))
        ]
        assert found[:, city].tolist() == [min(values), max(values)]
        alone = np.array(lookup.join(least[:, city : city + 1], most[:, city : city + 1]))
        assert (alone[:, 0] == found[:, city]).all()


def test_further_results_are_explained_down_to_the_row_that_decides(maturity: Ruleset) -> None:
    facts: dict[str, object] = {"digital.services": 75, "digital.staff": 50, "digital.outages": 2}
    city = case_city(case_of(facts), maturity)
    told = assess(city, maturity)
    for one in told.scores.results:
        tree = explain(city, maturity, one.id).tree
        assert (tree.kind, tree.data["score"]) == ("result", one.score)
        assert [node.id for node in tree.children if node.kind != "row"] == [*one.of]
        rows = [node for node in tree.children if node.kind == "row"]
        if rows:
            (decides,) = [node for node in rows if node.holds]
            assert (decides.data["value"],) * 2 == one.score
    stage = explain(city, maturity, "stage")
    assert stage.result == "able"
    for change in stage.changes:  # what is said to change it does
        key = change.fact.partition(":")[2].partition("@")[0]
        other = case_city(case_of({**facts, key: float(change.after)}), maturity)
        assert explain(other, maturity, "stage").result == change.result != "able"
    assert stage.changes
    required = [node.id for node in explain(city, maturity, "conclusion").tree.children if node.kind == "result"]
    assert required == ["stage"]


def test_what_is_open_leaves_every_row_open_that_may_decide(maturity: Ruleset) -> None:
    city = case_city(case_of({"digital.services": "50..75", "digital.staff": "0..100"}), maturity)
    told = explain(city, maturity, "stage")
    may = {node.data["value"] for node in told.tree.children if node.kind == "row" and node.holds is not False}
    assert {*assess(city, maturity).scores.results[3].score} <= may
    assert told.result.count("..") == 1
    assert {one.key for one in told.missing} <= {"digital.services", "digital.staff", "digital.outages"}
    words = Console(width=200, record=True, file=io.StringIO())
    words.print(explanation_tree(told))
    assert told.result in words.export_text()
