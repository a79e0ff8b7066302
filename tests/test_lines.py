"""Lines meet values as if these were rounded to twelve significant digits, and shares of counts are never misjudged."""

from fractions import Fraction

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from cityrubric.evaluate.lines import least_beyond, least_reaching, rounded

LINES = st.one_of(
    st.sampled_from([0.0, 0.3, 1.0, 2.0, 4.0, 80.0, 85.0, 98.0, 99.5, 100.0, -5.0]),
    st.integers(-1000, 1000).map(lambda n: n / 8),
)


@given(line=LINES, steps=st.integers(-2000, 2000))
@example(line=0.3, steps=1)
@example(line=100.0, steps=-1)
def test_the_moved_line_decides_as_rounding_would(line: float, steps: int) -> None:
    """Values a few floats around the line and around the moved line."""
    for start in (line, least_reaching(line), least_beyond(line)):
        value = start + steps * float(np.spacing(max(abs(start), 1e-300)))
        assert (value >= least_reaching(line)) == (rounded(value) >= rounded(line))
        assert (value >= least_beyond(line)) == (rounded(value) > rounded(line))


def test_sums_that_floats_miss_reach_their_line() -> None:
    assert least_reaching(0.3) <= 0.1 + 0.2 < least_beyond(0.3)
    assert sum([0.1] * 10) >= least_reaching(1.0)


@given(
    part=st.integers(0, 10**8), whole=st.integers(1, 10**8), line=st.integers(0, 1000).map(lambda n: Fraction(n, 10))
)
def test_shares_of_counts_are_judged_exactly(part: int, whole: int, line: Fraction) -> None:
    value = 100 * (min(part, whole) / whole)
    exact = Fraction(100 * min(part, whole), whole)
    assert (value >= least_reaching(float(line))) == (exact >= line)
    assert (value >= least_beyond(float(line))) == (exact > line)
