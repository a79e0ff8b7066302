"""Figures as they are printed: cut, never rounded, so that none seems to reach a line it does not reach."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from cityrubric.canonical import decimal_text
from cityrubric.outcomes import Score

POINT_DECIMALS, RATE_DECIMALS = 3, 2
_MEASURED_DECIMALS = 6


def figure(value: float, decimals: int = POINT_DECIMALS) -> str:
    """Return a figure with at most so many decimals."""
    cut = Decimal(repr(value)).quantize(Decimal(10) ** -decimals, ROUND_FLOOR)
    text = format(cut, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def measured_text(value: float) -> str:
    """Return a measured value: with six decimals, or as many more as it takes not to seem a rounder one.

    Of upper limits a cut figure may seem to keep one that it does not keep.
    """
    exact = decimal_text(value)
    for decimals in range(_MEASURED_DECIMALS, len(exact.partition(".")[2])):
        cut = figure(value, decimals)
        if len(cut.partition(".")[2]) == decimals:
            return cut
    return exact


def score_text(score: Score | None, decimals: int = POINT_DECIMALS) -> str:
    """Return a score as `38..158`, or as one figure where it is certain; a dash where there is none."""
    if score is None:
        return "—"
    low, high = score
    low_text, high_text = figure(low, decimals), figure(high, decimals)
    return low_text if low == high else f"{low_text}..{high_text}"
