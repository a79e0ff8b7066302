"""Drawing points: the same for everyone, fair, never below a minimum."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityrubric.cli.draw import draw, freeze_register
from cityrubric.errors import CityrubricError
from cityrubric.fieldwork.draw import draw_points, place_of
from cityrubric.fieldwork.plan import Course, Team
from cityrubric.fieldwork.register import Row

STRATA = [(district, type_) for district in ("a", "b") for type_ in ("x", "y")]
PLACE = "5933261f7833c01ac30b0d7e4335c11aac5dda44eed880eb8b231fa7ce1d1637"
WEIGHTS = {"high": 4, "mid": 2, "low": 1}


def test_xinings_shape(drawn: Path) -> None:
    for which, total, districts, types in (("open", 92, 4, 19), ("covert", 43, 2, 9)):
        record = json.loads((drawn / which / "record.json").read_text(encoding="utf-8"))
        points = [point for stratum in record["strata"] for point in stratum["points"]]
        assert len({point["id"] for point in points}) == total
        assert len({point["district"] for point in points}) == districts
        assert len({point["type"] for point in points}) == types
        assert all(len(stratum["points"]) >= stratum["minimum"] >= 1 for stratum in record["strata"])


def small(total: int, minimum: int) -> Course:
    minimums = dict.fromkeys(STRATA, minimum)
    return Course("open", False, total, 2, ("a", "b"), minimums, (Team("t", ("a", "b")),))


def stratum_rows(sizes: list[int]) -> dict[tuple[str, str], list[Row]]:
    return {
        key: [Row(0, f"{key}{n}", "", *key, [*WEIGHTS][n % 3]) for n in range(size)]
        for key, size in zip(STRATA, sizes, strict=True)
    }


@settings(max_examples=60)
@given(st.lists(st.integers(3, 12), min_size=4, max_size=4), st.integers(0, 3), st.data())
def test_any_order_same_draw_and_minimums_kept(sizes: list[int], minimum: int, data: st.DataObject) -> None:
    course = small(data.draw(st.integers(4 * minimum, sum(sizes))), minimum)
    strata = stratum_rows(sizes)
    shuffled = {key: data.draw(st.permutations(strata[key])) for key in data.draw(st.permutations(STRATA))}
    seed = data.draw(st.text(max_size=8))
    first = draw_points(strata, course, WEIGHTS, seed)
    assert draw_points(shuffled, course, WEIGHTS, seed) == first
    assert sum(len(stratum.points) for stratum in first) == course.total
    assert all(len(stratum.points) >= minimum for stratum in first)
    assert all(not {*stratum.points} & {*stratum.reserves} for stratum in first)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.data())
def test_a_row_that_was_not_drawn_changes_no_other_stratum(seed: int, data: st.DataObject) -> None:
    strata, course = stratum_rows([8, 8, 8, 8]), small(10, 2)
    before = draw_points(strata, course, WEIGHTS, str(seed))
    key = data.draw(st.sampled_from(STRATA))
    points = next(stratum.points for stratum in before if (stratum.district, stratum.type) == key)
    gone = data.draw(st.sampled_from([row for row in strata[key] if row not in points]))
    after = draw_points({**strata, key: [row for row in strata[key] if row != gone]}, course, WEIGHTS, str(seed))
    for old, new in zip(before, after, strict=True):
        assert old.points == new.points
        assert old == new or (old.district, old.type) == key


def test_a_place_is_the_same_in_every_version() -> None:
    assert place_of("seed", "id", 3).hex() == PLACE


def test_chances_follow_weights() -> None:
    """20,000 draws of one row out of three with weights 4, 2 and 1: chi-square below the 99.9 % point, 13.8."""
    weights, draws = {"a": 4, "b": 2, "c": 1}, 20_000
    won = dict.fromkeys(weights, 0)
    for seed in range(draws):
        won[min(weights, key=lambda id_: place_of(str(seed), id_, weights[id_]))] += 1
    expected = {id_: draws * weight / 7 for id_, weight in weights.items()}
    assert sum((won[id_] - expected[id_]) ** 2 / expected[id_] for id_ in weights) < 13.8


def test_nothing_drawn_is_overwritten(copy: Path, plan_file: Path) -> None:
    with pytest.raises(CityrubricError, match="never overwritten"):
        draw(plan_file, copy / "register.csv", copy / "frozen.json", "明查", "another", copy, None)
    with pytest.raises(CityrubricError, match="never overwritten"):
        freeze_register(plan_file, copy / "register.csv", copy, copy / "secret")
