"""Values of a table of facts: numbers checked as columns, everything else read once per text and fact."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from cityrubric.bulk.found import Found
from cityrubric.catalogue import FactSpec
from cityrubric.errors import FAULTS_SHOWN
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.placing import Numbers
from cityrubric.intake.values import ValueFaultError, Written, read_value
from cityrubric.interval import Bools, Floats
from cityrubric.language import translate as _

_LARGEST = float(2**53)
_TITLES_APART = "\n"


def read_values(found: Found, fact: Numbers, ends: Floats, layout: Layout) -> tuple[Floats, Floats]:
    """Least and greatest values: numbers as they are, everything else read once per text and fact."""
    frame = found.frame
    low = frame["low"].cast(pl.Float64).fill_null(-math.inf).to_numpy() + 0.0  # -0.0 is 0.0
    high = frame["high"].cast(pl.Float64).fill_null(math.inf).to_numpy() + 0.0
    silent = frame["missing"].is_not_null().to_numpy()
    units = np.array([spec.unit for spec in layout.specs], dtype=object)[fact]
    own_unit = frame["unit"].is_null().to_numpy() | (frame["unit"].to_numpy() == units)
    read = (frame["value"].is_not_null().to_numpy() | ~own_unit) & ~silent
    plain = ~read & ~silent
    _check_numbers(found, plain, (low, high), ends, fact, layout)
    low, high = np.maximum(low, ends[0]), np.minimum(high, ends[1])
    seen: dict[tuple[int, str, str | None], tuple[float, float, bool] | str] = {}
    faulty = np.zeros(frame.height, dtype=np.bool_)
    chosen = np.flatnonzero(read).tolist()
    texts = frame[chosen].select("value", "low", "high", "unit").iter_rows()
    for row, (value, least, most, unit) in zip(chosen, texts, strict=True):
        key = (int(fact[row]), value if value is not None else spoken(least, most), unit)
        if key not in seen:
            seen[key] = _read(key[1], unit, layout.specs[key[0]])
        told = seen[key]
        if isinstance(told, str):
            faulty[row] = True
        else:
            low[row], high[row], found.other_unit[row] = told
    words = {
        row: seen[int(fact[row]), v if v is not None else spoken(a, b), u] for row, (v, a, b, u) in _few(found, faulty)
    }
    found.note(faulty, lambda row: str(words[row]))
    return np.where(silent, ends[0], low), np.where(silent, ends[1], high)


def _few(found: Found, wrong: Bools) -> list[tuple[int, tuple[Any, ...]]]:
    rows = np.flatnonzero(wrong)[:FAULTS_SHOWN].tolist()
    return [*zip(rows, found.frame[rows].select("value", "low", "high", "unit").iter_rows(), strict=True)]


def _check_numbers(
    found: Found, plain: Bools, values: tuple[Floats, Floats], ends: Floats, fact: Numbers, layout: Layout
) -> None:
    """Numbers in columns, as `read_value` checks them one by one."""
    low, high = values
    kinds = [spec.kind for spec in layout.specs]
    whole = np.array([kind != "number" for kind in kinds])[fact]
    percent = np.array([spec.unit == "%" and spec.kind == "number" for spec in layout.specs])[fact]

    def shown(row: int) -> str:
        return spoken(float(low[row]), float(high[row]))

    broken = np.isnan(low) | np.isnan(high)
    found.note(
        plain & broken, lambda row: _("not a number that can be used; leave the fact out or give a reason of missing")
    )
    backwards = _("the range '{written}' runs backwards")
    found.note(plain & (high < low), lambda row: backwards.format(written=shown(row)))
    outside = [np.isfinite(end) & ((end < ends[0]) | (end > ends[1])) for end in values]
    limits = _("{written} is outside the possible range {limits}")
    found.note(
        plain & (outside[0] | outside[1]),
        lambda row: limits.format(written=shown(row), limits=f"{ends[0, row]:g}..{ends[1, row]:g}"),
    )
    too_large = _("{written} is too large; use a unit such as 万 or 亿")
    found.note(plain & ((low > _LARGEST) | (high < -_LARGEST)), lambda row: too_large.format(written=shown(row)))
    bare = plain & percent & (((low > 0) & (low <= 1)) | ((high > 0) & (high <= 1)))
    ambiguous = _("a bare {written} may mean {percent} % or {written} %: write it as a value, as in '{written}%'")
    found.note(bare, lambda row: ambiguous.format(written=shown(row), percent=spoken(low[row] * 100, high[row] * 100)))
    fraction = plain & whole & ((np.floor(low) != low) | (np.floor(high) != high) | np.isinf(low) | np.isinf(high))
    found.note(fraction, lambda row: _("{written} stands where true or false belongs").format(written=shown(row)))
    dated = plain & np.array([kind == "date" for kind in kinds])[fact]
    found.note(dated, lambda row: _("a date is written as a value, as in 2021-12-31"))


def _read(text: str, unit: str | None, spec: FactSpec) -> tuple[float, float, bool] | str:
    """What a text stands for, and whether it is of another quantity; or why it stands for nothing."""
    try:
        value = read_value(written(text), unit, spec)
    except ValueFaultError as fault:
        return str(fault)
    return value.low + 0.0, value.high + 0.0, not value.comparable


def written(text: str) -> Written:
    """A text as it would be written in a city's file."""
    if text in {"true", "false"}:
        return text == "true"
    return text.split(_TITLES_APART) if _TITLES_APART in text else text


def spoken(low: float | None, high: float | None) -> str:
    """Two ends as an assessor would write them."""
    ends = [None if end is None or math.isinf(end) else _digits(end) for end in (low, high)]
    if ends[0] == ends[1]:
        return ends[0] or ""
    return f"≤{ends[1]}" if ends[0] is None else f"≥{ends[0]}" if ends[1] is None else f"{ends[0]}..{ends[1]}"


def _digits(number: float) -> str:
    return (
        f"{number:.0f}"
        if number == int(number) and abs(number) < _LARGEST
        else np.format_float_positional(number, trim="-")
    )
