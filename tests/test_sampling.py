"""What a sample lets be said: the interval of a rate, and whether a verdict would survive another draw."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityrubric.fieldwork.wilson import wilson
from cityrubric.intake.facts import read_city
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from inspecting import FAIL, folder_of, rows_of


@given(count=st.integers(1, 500), data=st.data())
def test_the_wilson_interval_holds_the_rate_and_is_the_textbooks(count: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, count))
    rate = Fraction(passed, count)
    low, high = wilson(rate, count, 0.95)
    assert 0 <= low <= float(rate) <= high <= 1
    assert (low == 0) == (passed == 0)
    assert (high == 1) == (passed == count)
    z = 1.959963984540054
    for end in (low, high):  # the ends are where the rate lies z standard errors away
        if 0 < end < 1:
            assert (float(rate) - end) ** 2 == pytest.approx(z * z * end * (1 - end) / count, rel=1e-6)


def test_it_is_told_whether_a_verdict_would_survive_another_draw(tmp_path: Path, ruleset: Ruleset) -> None:
    whole = [row for n in range(4) for row in rows_of("Y17", f"P{n}", ruleset)]
    city = read_city(folder_of(tmp_path / "a", {"inspections.csv": whole}, ruleset), ruleset)
    told = {one.id: one for one in assess(city, ruleset).robustness}
    assert (told["C.20.66"].verdict, told["C.20.66"].over, told["C.20.66"].same) == ("met", "undetermined", False)
    some = [row for n in range(4) for row in rows_of("Y17", f"P{n}", ruleset, **({"r1": FAIL} if n < 2 else {}))]
    city = read_city(folder_of(tmp_path / "b", {"inspections.csv": some}, ruleset), ruleset)
    told = {one.id: one for one in assess(city, ruleset).robustness}
    assert (told["C.20.66"].verdict, told["C.20.66"].same) == ("partly_met", True)
