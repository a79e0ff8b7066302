"""The rubric that every peer applies: 72 indicators with bands, 40 weaknesses, 40 recommendations, missing values."""

from typing import NamedTuple

import numpy as np

INDICATORS, RULES = 72, 40
NOT_MET, PARTLY_MET, MET, UNDETERMINED = range(4)
FULL, PART = 2000, 1000
MISSING = 0.15


class Outcomes(NamedTuple):
    """What is said of each city, one row per city.

    Attributes:
        verdicts: one column per indicator.
        total: points in thousandths; what is undetermined earns nothing here.
        weaknesses: one column per rule: its two indicators are both known and short, the first not met.
        recommendations: one column per rule: its weakness holds and its indicator is not met.
    """

    verdicts: np.ndarray
    total: np.ndarray
    weaknesses: np.ndarray
    recommendations: np.ndarray

    def same_as(self, other: "Outcomes") -> bool:
        """Whether every verdict, total and finding is the same."""
        return all(np.array_equal(mine, theirs) for mine, theirs in zip(self, other, strict=True))


class Rubric(NamedTuple):
    """Lines (partly met from the first, met from the second), pairs of indicators, pairs of weakness and indicator."""

    lines: list[tuple[float, float]]
    weaknesses: list[tuple[int, int]]
    recommendations: list[tuple[int, int]]


def make_rubric() -> Rubric:
    """Make the rubric, the same every time."""
    chance = np.random.default_rng(2021)
    low = chance.integers(20, 50, INDICATORS)
    lines = [
        (float(first), float(first + more))
        for first, more in zip(low, chance.integers(5, 40, INDICATORS), strict=False)
    ]
    pairs = [tuple(int(n) for n in chance.choice(INDICATORS, 2, replace=False)) for _rule in range(RULES)]
    weak = [(int(chance.integers(RULES)), int(chance.integers(INDICATORS))) for _rule in range(RULES)]
    return Rubric(lines, pairs, weak)


def make_values(cities: int) -> np.ndarray:
    """One row per city, one column per indicator; NaN where nothing is known."""
    chance = np.random.default_rng(cities)
    values = chance.integers(0, 100, (cities, INDICATORS)).astype(float)
    values[chance.random(values.shape) < MISSING] = np.nan
    return values


def as_outcomes(verdicts: list[list[int]], weaknesses: list[list[bool]], recommendations: list[list[bool]]) -> Outcomes:
    """Outcomes of peers that go city by city."""
    codes = np.array(verdicts)
    total = np.where(codes == MET, FULL, np.where(codes == PARTLY_MET, PART, 0)).sum(axis=1)
    return Outcomes(codes, total, np.array(weaknesses, dtype=bool), np.array(recommendations, dtype=bool))
