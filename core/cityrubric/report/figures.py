"""Figures as they are printed: cut, never rounded, so that none seems to reach a line it does not reach."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from cityrubric.assessment import Score

_STEP = Decimal("0.01")


def figure(value: float) -> str:
    """Return a figure with two decimals at most."""
    cut = Decimal(repr(value)).quantize(_STEP, ROUND_FLOOR)
    text = format(cut, "f")
    return text.rstrip("0").rstrip(".")


def score_text(score: Score | None) -> str:
    """Return a score as `38..158`, or as one figure where it is certain; a dash where there is none."""
    if score is None:
        return "—"
    low, high = score
    return figure(low) if low == high else f"{figure(low)}..{figure(high)}"
