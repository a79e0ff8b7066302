"""How written values are read: as a person means them, and not at all where that is not certain."""

import math

import pytest

from cityrubric.intake.values import ValueFaultError, read_value
from cityrubric.rubric.model import Ruleset

INF = math.inf
READ = [
    ("sampling.batches", 9880, None, 9880, 9880),
    ("sampling.batches", "9,880", None, 9880, 9880),
    ("sampling.batches", "１２，３４５", None, 12345, 12345),  # full-width
    ("sampling.batches", "≥ 4", "万批次", 40000, INF),
    ("sampling.batches", "4余", "万批次", 40000, INF),
    ("sampling.batches", "4 万以上", None, None, None),
    ("sampling.batches", "3..5", None, 3, 5),
    ("sampling.batches", " 3 .. 5 ", None, 3, 5),
    ("sampling.batches", "不超过12", None, 0, 12),
    ("sampling.batches", "1,23", None, None, None),
    ("sampling.batches", "1 234", None, None, None),
    ("sampling.batches", "10²", None, None, None),
    ("sampling.batches", "①", None, None, None),
    ("sampling.batches", "٣", None, None, None),  # a digit, but not one of ours
    ("sampling.batches", "1e3", None, None, None),
    ("sampling.batches", "约300", None, None, None),
    ("status.awareness", "82.5％", None, 82.5, 82.5),
    ("status.awareness", "0.8%", None, 0.8, 0.8),
    ("status.awareness", "0.8", None, None, None),
    ("status.awareness", "80..0.9", None, None, None),
    ("lab.qualified", "是", None, 1, 1),
    ("lab.qualified", "无", None, 0, 0),
    ("party.responsibility_list", False, None, 0, 0),
    ("party.responsibility_list", "《清单》", None, 1, 1),
    ("party.responsibility_list", "—", None, None, None),
]


@pytest.mark.parametrize(("key", "written", "unit", "low", "high"), READ, ids=[f"{r[0]} {r[1]}" for r in READ])
def test_reading(
    key: str, written: str | float | bool, unit: str | None, low: float | None, high: float | None, ruleset: Ruleset
) -> None:
    spec = ruleset.offers.catalogue[key]
    if low is None:
        with pytest.raises(ValueFaultError):
            read_value(written, unit, spec)
    else:
        value = read_value(written, unit, spec)
        assert (value.low, value.high) == (low, high)
