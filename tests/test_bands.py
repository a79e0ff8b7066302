"""Bands as compiled tables against what they mean: of every value that an interval holds, the band in which it lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityrubric.evaluate.bands import band_tables
from cityrubric.evaluate.operators import Earned
from cityrubric.rubric.model import Band, Part, Window
from cityrubric.rubric.provenance import Provenance
from cityrubric.states import Verdict

OURS = Provenance(False, "")
NAMES = ("at_least", "above", "at_most", "below")
NUMBERS = st.integers(-3, 3).map(float)
LIMITS = st.dictionaries(st.sampled_from(NAMES), NUMBERS, max_size=2)
BANDS = st.lists(
    st.builds(
        lambda verdict, score, limits: Band(verdict, score, OURS, OURS, **limits),
        st.sampled_from((Verdict.NOT_MET, Verdict.PARTLY_MET, Verdict.MET)),
        st.integers(0, 3),
        LIMITS,
    ),
    min_size=1,
    max_size=4,
).map(tuple)
ENDS = st.tuples(NUMBERS, NUMBERS).map(sorted)


def part(bands: tuple[Band, ...]) -> Part:
    return Part("bands", ("f",), "", "", Window(), 3, OURS, bands)


def meant(bands: tuple[Band, ...], low: float, high: float) -> list[tuple[int, int]]:
    """Least and most points, worst and best grade: lines are whole numbers, so steps of a half meet every cell."""
    hit = [next((b for b in bands if b.holds(value)), None) for value in np.arange(low, high + 0.25, 0.5)]
    points = [band.score if band else 0 for band in hit]
    grades = [band.verdict.value if band else Verdict.NOT_MET.value for band in hit]
    return [(min(points), max(points)), (min(grades), max(grades))]


@given(rubric=st.lists(BANDS, min_size=1, max_size=4), intervals=st.lists(ENDS, min_size=1, max_size=5))
def test_every_interval_earns_what_its_values_earn(
    rubric: list[tuple[Band, ...]], intervals: list[list[float]]
) -> None:
    stairs, steps = band_tables([part(bands) for bands in rubric])
    assert sorted([*stairs.rows, *steps.rows]) == [*range(len(rubric))]
    for table, falling in ((stairs, stairs.falling), (steps, ())):
        shape = 2, len(table.rows), len(intervals)
        earned = Earned(np.empty(shape, np.int32), np.empty(shape, np.int8))
        ends = [[interval[::-1] if n in falling else interval for interval in intervals] for n in table.rows]
        table.judge(np.array(ends).reshape(shape[1], shape[2], 2).transpose(2, 0, 1), earned)
        for row, n in enumerate(table.rows):
            for column, (low, high) in enumerate(intervals):
                found = [tuple(some[:, row, column].tolist()) for some in earned]
                assert found == meant(rubric[n], low, high)


@pytest.mark.parametrize(
    ("bands", "stairs", "falls"),
    [
        ([("at_least", 2, 3), ("at_least", 1, 1)], True, False),
        ([("at_most", 1, 3), ("at_most", 2, 1)], True, True),
        ([("above", 2, 0), ("at_least", 1, 3)], False, False),
    ],
)
def test_only_what_rises_or_falls_needs_no_pairs(bands: list[tuple[str, int, int]], stairs: bool, falls: bool) -> None:
    made = [Band(Verdict.MET if score else Verdict.NOT_MET, score, OURS, OURS, **{n: x}) for n, x, score in bands]
    stair, step = band_tables([part(tuple(made))])
    assert ([*stair.rows], [*step.rows], stair.falling) == ([0] * stairs, [0] * (not stairs), (0,) * falls)
