"""Interval arithmetic: sound (it contains every value the operands allow), never NaN, the same alone and in a block."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityrubric.interval import Interval, UndeterminedError, as_interval, largest, reconcile, share, smallest

ends = st.one_of(st.integers(-50, 50).map(float), st.floats(-1e6, 1e6), st.just(0.0))
lower_ends = st.one_of(ends, st.just(-math.inf))
upper_ends = st.one_of(ends, st.just(math.inf))


@st.composite
def bounds(draw: st.DrawFn) -> tuple[float, float]:
    low, high = draw(lower_ends), draw(upper_ends)
    return (
        (low, high)
        if low <= high
        else (high, low)
        if math.isfinite(low) and math.isfinite(high)
        else (-math.inf, math.inf)
    )


@st.composite
def interval_and_value(draw: st.DrawFn) -> tuple[tuple[float, float], float]:
    low, high = draw(bounds())
    least, most = max(low, -1e6) + 0.0, min(high, 1e6) + 0.0  # + 0.0: no -0.0
    return (low, high), draw(st.one_of(st.just(least), st.just(most), st.floats(least, most)))


def one(pair: tuple[float, float]) -> Interval:
    return Interval(np.array([pair[0]]), np.array([pair[1]]))


def block(*pairs: tuple[float, float]) -> Interval:
    return Interval(np.array([low for low, _high in pairs]), np.array([high for _low, high in pairs]))


OPERATIONS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "smallest": smallest,
    "largest": largest,
    "at least": lambda a, b: a >= b,
    "above": lambda a, b: a > b,
}


def plainly(name: str, x: float, y: float) -> float:
    table = {"add": x + y, "subtract": x - y, "multiply": x * y, "smallest": min(x, y), "largest": max(x, y)}
    table |= {"at least": float(x >= y), "above": float(x > y)}
    return x / y if name == "divide" else table[name]


@pytest.mark.parametrize("name", OPERATIONS)
@given(a=interval_and_value(), b=interval_and_value())
def test_contains_every_value_the_operands_allow(name: str, a: tuple, b: tuple) -> None:
    (first, x), (second, y) = a, b
    if name == "divide" and y == 0:
        return
    result = OPERATIONS[name](one(first), one(second))
    value = plainly(name, x, y)
    slack = 1e-9 * max(1.0, abs(value))
    assert result.lower[0] - slack <= value <= result.upper[0] + slack


@pytest.mark.parametrize("name", OPERATIONS)
@given(a=bounds(), b=bounds())
def test_never_nan_never_upside_down(name: str, a: tuple, b: tuple) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = OPERATIONS[name](one(a), one(b))
    assert result.lower[0] <= result.upper[0]


@pytest.mark.parametrize("name", OPERATIONS)
@given(rows=st.lists(st.tuples(bounds(), bounds()), min_size=2, max_size=8))
def test_alone_and_in_a_block_the_same_bits(name: str, rows: list) -> None:
    together = OPERATIONS[name](block(*(a for a, _b in rows)), block(*(b for _a, b in rows)))
    for n, (a, b) in enumerate(rows):
        alone = OPERATIONS[name](one(a), one(b))
        assert (alone.lower[0], alone.upper[0]) == (together.lower[n], together.upper[n])


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (lambda: one((0, math.inf)) - one((0, math.inf)), (-math.inf, math.inf)),
        (lambda: one((0, 0)) * one((1, math.inf)), (-math.inf, math.inf)),
        (lambda: one((0, 5)) * one((1, math.inf)), (0, math.inf)),
        (lambda: one((1, 1)) / one((0, 0)), (-math.inf, math.inf)),
        (lambda: one((1, 2)) / one((-1, 1)), (-math.inf, math.inf)),
        (lambda: one((1, 2)) / one((0, 4)), (0.25, math.inf)),
        (lambda: one((1, 2)) / one((-4, -1)), (-2, -0.25)),
        (lambda: one((1, 2)) / one((2, math.inf)), (0, 1)),
        (lambda: 3 - one((1, 2)), (1, 2)),
        (lambda: 3 / one((1, 2)), (1.5, 3)),
        (lambda: 2 * one((1, 2)) + 1, (3, 5)),
    ],
)
def test_edges(result: object, expected: tuple[float, float]) -> None:
    found = result()  # type: ignore[operator]
    assert (found.lower[0], found.upper[0]) == expected


@given(part=st.integers(0, 100), rest=st.integers(0, 100), wider=st.integers(0, 50))
def test_a_share_is_tight_and_stays_within_nought_and_one(part: int, rest: int, wider: int) -> None:
    result = share(block((part, part + wider)), block((rest, rest + wider)))
    assert 0 <= result.lower[0] <= result.upper[0] <= 1
    if part + rest:
        assert result.lower[0] <= part / (part + rest) <= result.upper[0]
    if part:
        written_out = block((part, part + wider)) / (block((part, part + wider)) + block((rest, rest + wider)))
        assert written_out.lower[0] <= result.lower[0] + 1e-12
        assert result.upper[0] <= written_out.upper[0] + 1e-12


@pytest.mark.parametrize(
    ("published", "derived", "expected", "conflict"),
    [
        ((98, 98), (97.97, 97.97), (97.97, 97.97), False),
        ((98, 98), (0, 100), (98, 98), False),
        ((0, 100), (97.5, 97.5), (97.5, 97.5), False),
        ((4, math.inf), (4.04, math.inf), (4.04, math.inf), False),
        ((98, 98), (97, 97), (97, 98), True),
        ((98, 98), (98.04, 99), (98.04, 98.05), False),
    ],
)
def test_two_ways_to_one_figure(published: tuple, derived: tuple, expected: tuple, conflict: bool) -> None:
    found = reconcile(one(published), one(derived), within=0.05)
    assert (found.lower[0], found.upper[0]) == pytest.approx(expected)
    assert (found.conflict is not None and bool(found.conflict[0])) is conflict


def test_conflicts_are_carried_along() -> None:
    contradiction = reconcile(block((1, 1), (1, 1)), block((5, 5), (1, 1)), within=0)
    assert [*(contradiction + 1).conflict] == [True, False]  # type: ignore[misc]
    assert [*smallest(contradiction, as_interval(3)).conflict] == [True, False]  # type: ignore[misc]


def test_truths_combine_in_three_values() -> None:
    yes, no, open_ = one((1, 1)), one((0, 0)), one((0, 1))
    table = {"yes & open": yes & open_, "no & open": no & open_, "yes | open": yes | open_, "~open": ~open_, "~no": ~no}
    assert {name: (t.lower[0], t.upper[0]) for name, t in table.items()} == {
        "yes & open": (0, 1),
        "no & open": (0, 0),
        "yes | open": (1, 1),
        "~open": (0, 1),
        "~no": (1, 1),
    }


def test_the_truth_of_a_block_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="by_row"):
        bool(block((1, 1), (0, 0)))
    with pytest.raises(UndeterminedError):
        bool(one((0, 1)))
    assert bool(one((3, 4)) > 2)
