"""How far a rate may be due to which points were drawn, or who was asked."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from statistics import NormalDist


def wilson(rate: Fraction, count: int, confidence: float) -> tuple[float, float]:
    """Return the Wilson interval around a rate, between 0 and 1.

    For a mean of scores between 0 and 1 it is on the safe side: no such scores spread more than passes and fails do.

    Args:
        rate: what was found, between 0 and 1.
        count: at how many points or of how many answers, 1 or more.
        confidence: between 0 and 1, such as 0.95.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    found, spread = float(rate), z * z / count
    middle = (found + spread / 2) / (1 + spread)
    half = z * sqrt(found * (1 - found) / count + spread / (4 * count)) / (1 + spread)
    low = 0.0 if rate == 0 else max(0.0, middle - half)
    return low, 1.0 if rate == 1 else min(1.0, middle + half)
