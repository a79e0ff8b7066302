"""Knowledge as an interval: what a figure is at least, and at most, for every city of a block at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar, Union

import numpy as np
from attrs import define
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Operand: TypeAlias = Union["Interval", float]
Scalar = TypeVar("Scalar", bound=np.generic)


def constants(dtype: type[Scalar], *numbers: float) -> list[NDArray[Scalar]]:
    """Return numbers as arrays without axes: on a single city numpy is twice as quick with these."""
    return [np.array(number, dtype) for number in numbers]


ZERO, ONE = constants(np.float64, 0, 1)


class UndeterminedError(Exception):
    """A truth was asked of an interval that leaves it open; `by_row` measures turn it into "unknown"."""


@define(eq=False)  # not frozen: dozens are made for a single city, and frozen ones take four times as long to make
class Interval:
    """Closed intervals, one per city (and per year, where the measure has a window).

    Arithmetic is conservative: the result contains every value that the operands allow. Comparisons give truth
    intervals: 1 where it holds for sure, 0 where it cannot hold, [0, 1] where it is open; combine those with
    `&`, `|` and `~`. What has no value at all (`inf - inf`, `0 * inf`, a zero denominator) is unknown, never NaN.

    Attributes:
        lower: least possible values.
        upper: greatest possible values, of the same shape.
        conflict: where two ways to one figure contradict each other; None for nowhere.
    """

    lower: Floats
    upper: Floats
    conflict: Bools | None = None

    __array_ufunc__ = None  # numpy leaves `array + Interval` to us

    def __add__(self, other: Operand) -> Interval:
        other = as_interval(other)
        return _sound(self.lower + other.lower, self.upper + other.upper, self, other)

    def __sub__(self, other: Operand) -> Interval:
        return self + (-as_interval(other))

    def __neg__(self) -> Interval:
        return Interval(ZERO - self.upper, ZERO - self.lower, self.conflict)  # not -x: -0.0 divides differently

    def __mul__(self, other: Operand) -> Interval:
        with np.errstate(invalid="ignore", over="ignore"):
            if isinstance(other, (float, int)) and 0 < other < np.inf:  # units are converted so; the same bits
                unit = np.asarray(other, dtype=np.float64)
                return Interval(self.lower * unit, self.upper * unit, self.conflict)
            other = as_interval(other)
            if everywhere(self.lower >= ZERO) and everywhere(other.lower >= ZERO):  # the common case; the same bits
                return _sound(self.lower * other.lower, self.upper * other.upper, self, other)
            return _sound(*_product_bounds(self, other), self, other)

    def __truediv__(self, other: Operand) -> Interval:
        top, bottom = self, as_interval(other)
        if everywhere(bottom.lower > ZERO) and everywhere(top.lower >= ZERO):  # the common case; the same bits
            with np.errstate(invalid="ignore", over="ignore"):
                return _sound(top.lower / bottom.upper, top.upper / bottom.lower, top, bottom)
        negative = bottom.upper <= ZERO
        if anywhere(negative):
            top, bottom = _mirrored(top, negative), _mirrored(bottom, negative)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            lower = top.lower / np.where(top.lower >= ZERO, bottom.upper, bottom.lower + ZERO)
            upper = top.upper / np.where(top.upper >= ZERO, bottom.lower + ZERO, bottom.upper)  # -0.0 -> 0.0
        unknown = (bottom.lower < ZERO) | (bottom.upper == ZERO)
        if anywhere(unknown):
            lower, upper = np.where(unknown, np.nan, lower), np.where(unknown, np.nan, upper)
        return _sound(lower, upper, top, bottom)

    def __radd__(self, other: float) -> Interval:
        return self + other

    def __rsub__(self, other: float) -> Interval:
        return -self + other

    def __rmul__(self, other: float) -> Interval:
        return self * other

    def __rtruediv__(self, other: float) -> Interval:
        return as_interval(other) / self

    def __ge__(self, other: Operand) -> Interval:
        other = as_interval(other)
        return _truth(self.lower >= other.upper, self.upper >= other.lower, self, other)

    def __gt__(self, other: Operand) -> Interval:
        other = as_interval(other)
        return _truth(self.lower > other.upper, self.upper > other.lower, self, other)

    def __le__(self, other: Operand) -> Interval:
        return as_interval(other) >= self

    def __lt__(self, other: Operand) -> Interval:
        return as_interval(other) > self

    def __and__(self, other: Interval) -> Interval:
        return smallest(self, other)

    def __or__(self, other: Interval) -> Interval:
        return largest(self, other)

    def __invert__(self) -> Interval:
        return Interval(ONE - self.upper, ONE - self.lower, self.conflict)

    def __bool__(self) -> bool:
        """Return a truth that is certain.

        Raises:
            TypeError: for more than one city; the measure must be declared `by_row=True`.
            UndeterminedError: if the truth is open.
        """
        if self.lower.size != 1:
            raise TypeError("the truth of a whole block of cities was asked: declare the measure with by_row=True")
        if self.lower.item() != self.upper.item():
            raise UndeterminedError
        return bool(self.lower.item())


def as_interval(value: Operand) -> Interval:
    """Return the value itself, or the interval that holds just this number.

    Raises:
        ValueError: if it is NaN: whoever computed it has made a mistake, and unknown is something else.
    """
    if isinstance(value, Interval):
        return value
    exact = np.asarray(value, dtype=np.float64)
    if not everywhere(exact == exact):
        raise ValueError("NaN is no number to compute with")
    return Interval(exact, exact)


def anywhere(mask: Bools) -> bool:
    """Tell whether a mask holds anywhere; on a block of one, much quicker than `mask.any()`."""
    return bool(mask) if mask.size == 1 else bool(np.count_nonzero(mask))


def everywhere(mask: Bools) -> bool:
    """Tell whether a mask holds everywhere."""
    return bool(mask) if mask.size == 1 else bool(np.count_nonzero(mask) == mask.size)


def smallest(*values: Operand) -> Interval:
    """Return the least of several figures; of truths, whether all hold."""
    return _elementwise(np.minimum, *values)


def largest(*values: Operand) -> Interval:
    """Return the greatest of several figures; of truths, whether any holds."""
    return _elementwise(np.maximum, *values)


def share(part: Interval, rest: Interval) -> Interval:
    """Return part / (part + rest), which is narrower than writing just that: both grow together.

    Args:
        part: 0 or more.
        rest: 0 or more, in the same unit.
    """
    with np.errstate(invalid="ignore"):
        lower = part.lower / (part.lower + rest.upper)
        upper = np.where(np.isinf(part.upper), 1.0, part.upper / (part.upper + rest.lower))
    result = _sound(lower, upper, part, rest)
    return Interval(np.maximum(result.lower, 0.0), np.minimum(result.upper, 1.0), result.conflict)


def reconcile(published: Interval, derived: Interval, within: float | Floats) -> Interval:
    """Return one figure from two ways to it: the published one and the one derived from its parts.

    A published figure is rounded, a derived one is not. Where the derived one says nothing against the published one,
    it stands as published; where they agree but for rounding, the derived one is the exact one.

    Args:
        published: as printed somewhere.
        derived: as computed from other facts.
        within: what rounding may make them differ, in their unit.

    Returns:
        What both allow. Where they allow nothing together, what covers both, marked as a conflict.
    """
    stands = (derived.lower <= published.lower) & (derived.upper >= published.upper)
    if everywhere(stands):
        return Interval(published.lower, published.upper, _join(published, derived))
    within = np.asarray(within)
    lower = np.maximum(published.lower - within, derived.lower)
    upper = np.minimum(published.upper + within, derived.upper)
    if anywhere(stands):
        lower, upper = np.where(stands, published.lower, lower), np.where(stands, published.upper, upper)
    conflict = lower > upper
    joined = _join(published, derived)
    if not anywhere(conflict):
        return Interval(lower, upper, joined)
    lower = np.where(conflict, np.minimum(published.lower, derived.lower), lower)
    upper = np.where(conflict, np.maximum(published.upper, derived.upper), upper)
    return Interval(lower, upper, conflict if joined is None else conflict | joined)


def _product_bounds(first: Interval, second: Interval) -> tuple[Floats, Floats]:
    """The least and greatest product of the ends; a bound times zero is zero, but zero times unbounded is nothing."""
    products = np.stack([a * b for a in (first.lower, first.upper) for b in (second.lower, second.upper)])
    hollow = np.isnan(products).all(axis=0) | _vanishes(first, second) | _vanishes(second, first)
    products = np.where(np.isnan(products) & ~hollow, 0.0, np.where(hollow, np.nan, products))
    return products.min(axis=0), products.max(axis=0)


def _vanishes(zero: Interval, unbounded: Interval) -> Bools:
    is_zero, is_unbounded = (zero.lower == 0) & (zero.upper == 0), np.isinf(unbounded.lower) | np.isinf(unbounded.upper)
    return np.asarray(is_zero & is_unbounded)


def _mirrored(value: Interval, where: Bools) -> Interval:
    """The negative of the value, where asked."""
    mirror = -value
    lower, upper = np.where(where, mirror.lower, value.lower), np.where(where, mirror.upper, value.upper)
    return Interval(lower, upper, value.conflict)


def _elementwise(function: Callable[[Floats, Floats], Floats], first: Operand, *rest: Operand) -> Interval:
    result = as_interval(first)
    for value in map(as_interval, rest):
        bounds = function(result.lower, value.lower), function(result.upper, value.upper)
        result = Interval(*bounds, _join(result, value))
    return result


def _truth(certain: Bools, possible: Bools, first: Interval, second: Interval) -> Interval:
    return Interval(certain.astype(np.float64), possible.astype(np.float64), _join(first, second))


def _sound(lower: Floats, upper: Floats, first: Interval, second: Interval) -> Interval:
    """What has no value is unknown, on both sides."""
    if not everywhere(lower <= upper):
        hollow = np.isnan(lower) | np.isnan(upper)
        lower, upper = np.where(hollow, -np.inf, lower), np.where(hollow, np.inf, upper)
    return Interval(lower, upper, _join(first, second))


def _join(first: Interval, second: Interval) -> Bools | None:
    if first.conflict is None or second.conflict is None:
        return second.conflict if first.conflict is None else first.conflict
    return first.conflict | second.conflict
