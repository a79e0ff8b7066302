"""A made-up city, written as a fact file, reads back as the very same city."""

import tempfile
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.authoring.written import city_text, evidence_text, written_value
from cityrubric.catalogue import FactSpec
from cityrubric.errors import CityrubricError
from cityrubric.intake.evidence import EVIDENCE_FILE
from cityrubric.intake.facts import FACT_FILE, read_city
from cityrubric.intake.values import read_value
from cityrubric.proceedings import Declared
from cityrubric.records import Area, City, Claim, Period, Request
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Speaker, State

RULESET = load_ruleset("2021")
TOP = Path(__file__).parent.parent
PERCENT = FactSpec("p", "p", "number", "p", unit="%", low=0.0, high=100.0)
COUNT = FactSpec("n", "n", "number", "n", unit="个")
shares = st.floats(0, 1)
mixes = st.builds(Mix, missing=shares, inexact=shares, disputed=shares, strong=shares, documented=shares)


def read_back(city: City, ruleset: Ruleset) -> City:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / city.id / FACT_FILE
        file.parent.mkdir()
        file.write_text(city_text(city, ruleset), encoding="utf-8")
        if city.evidence:
            file.with_name(EVIDENCE_FILE).write_text(evidence_text(city), encoding="utf-8")
        return read_city(file.parent, ruleset)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**9), mix=mixes)
def test_a_fictional_city_reads_back(seed: int, mix: Mix) -> None:
    city = fictional_city(seed, RULESET, mix)
    assert read_back(city, RULESET) == city
    assert "虚构" in city.name
    assert "fictional" in city.id


@given(ends=st.tuples(st.floats(0, 100), st.floats(0, 100)).map(sorted))
def test_percentages_read_back(ends: list[float]) -> None:
    value = read_value(written_value(PERCENT, *ends), None, PERCENT)
    assert [value.low, value.high] == ends


@given(value=st.floats(-1e15, 1e15), side=st.sampled_from(["exact", "at least", "at most"]))
def test_numbers_read_back(value: float, side: str) -> None:
    low = -float("inf") if side == "at most" else value
    high = float("inf") if side == "at least" else value
    found = read_value(written_value(COUNT, low, high), None, COUNT)
    assert (found.low, found.high) == (low, high)


def test_everything_else_a_file_can_say_reads_back() -> None:
    """Areas, reasons of missing, requests, what others declared, and texts with every awkward character."""
    made = fictional_city(3, RULESET)
    key = next(key for key, spec in RULESET.offers.catalogue.items() if spec.rollup and spec.period == "year")
    day = made.reference_date
    claims = [
        Claim(
            key,
            State.KNOWN,
            3,
            5,
            period=Period(2021, 2021),
            area="east",
            given="3..5 " + _unit(key),
            source="fictional",
        ),
        Claim(key, State.NOT_SUPPLIED, *_range(key), request="Q1", source="fictional", speaker=Speaker.DEPARTMENT),
        Claim(key, State.WITHHELD, *_range(key), area="west", reason='"\\ \t\n# 引号', source="fictional"),
    ]
    city = evolve(
        made,
        areas=(*made.areas, Area("第三", "三区", "district")),
        claims=tuple(sorted([*(c for c in made.claims if c.key != key), *claims], key=lambda claim: claim.key)),
        requests=(Request("Q1", "函", day.replace(day=1, month=1), day.replace(day=1, month=2)),),
        declared=Declared("pass", "某省", "某规则", "fictional"),
    )
    assert read_back(city, RULESET) == city


def test_what_cannot_be_written_is_said() -> None:
    with pytest.raises(CityrubricError, match="without ends"):
        written_value(COUNT, -float("inf"), float("inf"))


def _unit(key: str) -> str:
    return RULESET.offers.catalogue[key].unit


def _range(key: str) -> tuple[float, float]:
    return RULESET.offers.catalogue[key].low, RULESET.offers.catalogue[key].high
