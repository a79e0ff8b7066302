"""Lines between bands, moved so that a plain comparison of floats decides as the rubric means it.

A measured value is rounded to twelve significant digits before it meets a line: 0.1 + 0.2 reaches 0.3. Instead of
rounding every value, each line is moved once to the least float that rounds to it or beyond. For shares of counts below
10**9 that never changes a verdict: two different shares differ by more than such a rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

DIGITS = 12
_CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_UP)


def rounded(value: float) -> Decimal:
    """Return a value as it meets a line."""
    return _CONTEXT.create_decimal(Decimal(value))


def least_reaching(line: float) -> float:
    """Return the least float that counts as `line` or more."""
    exact = Decimal(repr(line))
    return _least(line, lambda value: rounded(value) >= exact)


def least_beyond(line: float) -> float:
    """Return the least float that counts as more than `line`."""
    exact = Decimal(repr(line))
    return _least(line, lambda value: rounded(value) > exact)


def _least(line: float, reaches: Callable[[float], bool]) -> float:
    """Bisect for the least float near the line for which it holds; it holds for all greater ones."""
    width = max(abs(line), 1e-300) * 10.0 ** (1 - DIGITS)
    low, high = line - width, line + width
    while True:
        middle = low + (high - low) / 2
        if middle in (low, high):
            return high
        if reaches(middle):
            high = middle
        else:
            low = middle
