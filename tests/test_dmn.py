"""Three-valued logic, ranges and the first hit agree with what other authors expect: the DMN compatibility kit."""

import re
from bisect import bisect_right
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli

from cityrubric.evaluate.bands import cells_of
from cityrubric.interval import Interval, as_interval
from cityrubric.rubric.model import Band
from cityrubric.rubric.provenance import Provenance
from cityrubric.states import Verdict

KIT: dict[str, dict[str, Any]] = tomli.loads(Path(__file__).with_name("dmn.toml").read_text(encoding="utf-8"))
ENDS = {"true": (1.0, 1.0), "false": (0.0, 0.0), "null": (0.0, 1.0)}
OURS = Provenance(False, "")


def cases(name: str) -> list[Any]:
    return [pytest.param(*case, id=" ".join(case)) for case in KIT[name]["cases"]]


def truth(word: str) -> Interval:
    low, high = ENDS[word]
    return Interval(np.array([low]), np.array([high]))


def number(word: str) -> Interval:
    if word == "null":
        return Interval(np.array([-np.inf]), np.array([np.inf]))
    return as_interval(np.array([float(word)]))


def told(found: Interval) -> str:
    return {ends: word for word, ends in ENDS.items()}[found.lower.item(), found.upper.item()]


@pytest.mark.parametrize(("first", "second", "expected"), cases("conjunction"))
def test_and(first: str, second: str, expected: str) -> None:
    assert told(truth(first) & truth(second)) == expected


@pytest.mark.parametrize(("first", "second", "expected"), cases("disjunction"))
def test_or(first: str, second: str, expected: str) -> None:
    assert told(truth(first) | truth(second)) == expected


@pytest.mark.parametrize(("operand", "expected"), cases("negation"))
def test_not(operand: str, expected: str) -> None:
    assert told(~truth(operand)) == expected


@pytest.mark.parametrize(("value", "low", "high", "expected"), cases("between"))
def test_between(value: str, low: str, high: str, expected: str) -> None:
    found = number(value)
    assert told((found >= number(low)) & (found <= number(high))) == expected


def limits_of(written: str) -> dict[str, float]:
    if match := re.fullmatch(r"(<=|>=|<|>)(\d+)", written):
        names = {"<=": "at_most", ">=": "at_least", "<": "below", ">": "above"}
        return {names[match[1]]: float(match[2])}
    match = re.fullmatch(r"([\[(])(\d+)\.\.(\d+)([\])])", written)
    assert match
    return {
        "at_least" if match[1] == "[" else "above": float(match[2]),
        "at_most" if match[4] == "]" else "below": float(match[3]),
    }


@pytest.mark.parametrize(("value", "written", "expected"), cases("in"))
def test_in(value: str, written: str, expected: str) -> None:
    """As comparisons of a measure, and as a band of a rule set: in the record, and compiled for many cities."""
    limits, found = limits_of(written), number(value)
    compared = {"at_least": found.__ge__, "above": found.__gt__, "at_most": found.__le__, "below": found.__lt__}
    truths = [compared[name](limit) for name, limit in limits.items()]
    assert told(truths[0] if len(truths) == 1 else truths[0] & truths[1]) == expected
    if value != "null":
        band = Band(Verdict.MET, 1000, OURS, OURS, **limits)
        assert band.holds(float(value)) is (expected == "true")
        assert (hit(float(value), (band,)) is band) is (expected == "true")


def hit(value: float, bands: tuple[Band, ...]) -> Band | None:
    """The band in which a value lies, in the compiled table."""
    cells = cells_of(bands)
    at = bisect_right([start for start, _band in cells], value) - 1
    return cells[at][1] if at >= 0 else None


@pytest.mark.parametrize(("value", "bands", "expected"), [*map(tuple, KIT["first"]["cases"])])
def test_first_hit(value: str, bands: list[str], expected: str) -> None:
    """Bands may overlap; the first one that holds decides, in the kit's order as in ours."""
    ours = tuple(Band(Verdict.MET, n, OURS, OURS, **limits_of(written)) for n, written in enumerate(bands))
    found = hit(float(value), ours)
    assert (bands[found.score] if found else "none") == expected
