"""Rows of a long table of facts -> checked columns: every fault by row, and no object per cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.errors import FAULTS_SHOWN, did_you_mean
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.placing import NO_PERIOD, Numbers
from cityrubric.fieldwork.tables import RowFaults
from cityrubric.intake.claims import given
from cityrubric.intake.values import ValueFaultError, Written, read_value
from cityrubric.interval import Bools, Floats
from cityrubric.language import translate as _
from cityrubric.records import Claim, Period, Source, Speaker, State

REQUIRED = ("city", "key", "source")
NUMBERS = ("low", "high")
TEXTS = ("value", "unit", "period", "area", "missing", "by", "at", "person", "reason", "elsewhere", "note")

_REASONS = {
    state.word: state.value
    for state in State
    if state not in {State.KNOWN, State.DISPUTED, State.OTHER_UNIT, State.CONFLICTING, State.ABSENT}
}
_SPEAKERS = (Speaker.SELF, Speaker.DEPARTMENT, Speaker.VERIFIED)
_LARGEST = float(2**53)
_TITLES_APART = "\n"

Says = Callable[[int], str]


@frozen(eq=False)
class FactRows:
    """Claims on some cities as columns, in the order of the table.

    Attributes:
        frame: their texts, for records made on demand.
        city: the city's column in its block.
        fact: the fact's number in the layout.
        first: first year; `NO_PERIOD` where the claim is tied to none.
        last: last year.
        speaker: number of the speaker, as in `SPEAKERS`.
        of_area: whether it is the claim of an area.
        state: codes of `State`.
        low: least value, in the catalogue's unit.
        high: greatest value.
    """

    frame: pl.DataFrame
    city: Numbers
    fact: Numbers
    first: Numbers
    last: Numbers
    speaker: Numbers
    of_area: Bools
    state: Numbers
    low: Floats
    high: Floats

    def allowed(self, order: Iterable[Speaker]) -> Bools:
        """Whose claims may count at all."""
        return np.array([speaker in [*order] for speaker in _SPEAKERS])[self.speaker]

    def claims(self, rows: Iterable[int], layout: Layout) -> list[Claim]:
        """Return some rows as records."""
        numbers = [*rows]
        texts = self.frame[numbers].to_dicts()
        return [self._claim(row, text, layout.specs[self.fact[row]]) for row, text in zip(numbers, texts, strict=True)]

    def _claim(self, row: int, text: Mapping[str, Any], spec: FactSpec) -> Claim:
        state, first = State(int(self.state[row])), int(self.first[row])
        low, high = float(self.low[row]), float(self.high[row])
        written = text["value"] if text["value"] is not None else _spoken(text["low"], text["high"])
        content: tuple[str, ...] = ()
        if spec.kind in PRESENCE_KINDS and text["value"] is not None:
            content = read_value(_written(text["value"]), text["unit"], spec).content
            written = _written(text["value"])
        kept = {name: text[name] for name in ("at", "person", "reason", "elsewhere", "note") if text[name]}
        return Claim(
            key=spec.key,
            state=state,
            low=low,
            high=high,
            content=content,
            period=None if first == NO_PERIOD else Period(first, int(self.last[row])),
            area=text["area"],
            speaker=_SPEAKERS[self.speaker[row]],
            given="" if text["missing"] is not None else given(written, text["unit"] or spec.unit),
            source=text["source"],
            **kept,
        )

    def sources(self, rows: Iterable[int]) -> tuple[Source, ...]:
        """Return the sources that some rows name; a table gives no more than their titles."""
        titles = dict.fromkeys(self.frame[[*rows]]["source"].to_list())
        return tuple(Source(title, title) for title in titles)


def check_rows(
    frame: pl.DataFrame,
    columns: Mapping[str, int],
    areas: Mapping[str, Mapping[str, object]],
    layout: Layout,
    faults: RowFaults,
) -> FactRows | None:
    """Check rows of a table of facts, and return them as columns.

    Args:
        frame: the rows, with their numbers as `row`.
        columns: the column of each city in its block.
        areas: the areas of each city.
        layout: of the rule set.
        faults: where faulty rows are noted, in their order.

    Returns:
        The columns; None where there was a fault.
    """
    found = _Found(frame)
    fact = found.codes("key", layout.index, _("no such fact: '{word}'"))
    speaker = found.codes("by", {s.value: n for n, s in enumerate(_SPEAKERS)}, _("'{word}' is not known here"), 0)
    state = found.codes("missing", _REASONS, _("'{word}' is not known here"), State.KNOWN.value)
    if found.bad:
        found.tell(faults)
        return None
    first, last = _periods(found)
    first[layout.timeless[fact]] = last[layout.timeless[fact]] = NO_PERIOD
    _check_forms(found)
    _check_areas(found, fact, areas, layout)
    _check_words(found, fact, layout)
    ends = layout.ends[:, fact * layout.width]
    low, high = _values(found, fact, ends, layout)
    if found.bad:
        found.tell(faults)
        return None
    state[found.other_unit] = State.OTHER_UNIT.value
    of_area = frame["area"].is_not_null().to_numpy()
    city = frame["city"].replace_strict(columns, return_dtype=pl.Int64).to_numpy()
    return FactRows(frame, city, fact, first, last, speaker, of_area, state, low, high)


class _Found:
    """Faults of some rows, while they are checked; told in the order of the rows."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.bad: list[tuple[int, str]] = []
        self.more = 0
        self.other_unit = np.zeros(frame.height, dtype=np.bool_)

    def note(self, wrong: NDArray[np.bool_], says: Says) -> None:
        """Note all rows where something is wrong; the text is made for the first hundred only."""
        rows = np.flatnonzero(wrong)
        self.bad += [(int(self.frame["row"][row]), says(row)) for row in rows[:FAULTS_SHOWN].tolist()]
        self.more += max(len(rows) - FAULTS_SHOWN, 0)

    def codes(self, column: str, known: Mapping[str, int], says: str, default: int | None = None) -> Numbers:
        """Words as numbers; a word that is not known is a fault, none at all the default."""
        words = self.frame[column]
        codes = words.replace_strict([*known], [*known.values()], default=-1, return_dtype=pl.Int64).to_numpy().copy()
        if default is not None:
            codes[words.is_null().to_numpy()] = default
        self.note(codes < 0, lambda row: says.format(word=words[row]) + did_you_mean(str(words[row]), known))
        return codes

    def tell(self, faults: RowFaults) -> None:
        for row, says in sorted(self.bad):
            faults.add(row, says)
        faults.count += self.more


def _periods(found: _Found) -> tuple[Numbers, Numbers]:
    """First and last years, `NO_PERIOD` where none is given."""
    text = found.frame["period"]
    years = text.str.extract_groups(r"^((?:19|20)\d\d)(?:\.\.((?:19|20)\d\d))?$").struct.unnest()
    first = years["1"].cast(pl.Int64)
    last = years["2"].cast(pl.Int64).fill_null(first)
    wrong = (text.is_not_null() & first.is_null()).to_numpy()
    says = _("'{written}' is no year or span of years; write 2021 or 2019..2021")
    found.note(wrong, lambda row: says.format(written=text[row]))
    backwards = _("the span '{written}' runs backwards")
    found.note(_truths(first > last), lambda row: backwards.format(written=text[row]))
    return first.fill_null(NO_PERIOD).to_numpy().copy(), last.fill_null(NO_PERIOD).to_numpy().copy()


def _check_forms(found: _Found) -> None:
    frame = found.frame
    value, low, high, missing = (_truths(frame[name].is_not_null()) for name in ("value", "low", "high", "missing"))
    forms = value.astype(int) + (low | high) + missing
    found.note(forms != 1, lambda row: _("state exactly one of: value, low and high, missing"))
    found.note(frame["source"].is_null().to_numpy(), lambda row: _("the source is missing"))


def _check_areas(found: _Found, fact: Numbers, areas: Mapping[str, Mapping[str, object]], layout: Layout) -> None:
    """An area must be one of the city's; of facts that areas do not report, only a reason may be one."""
    frame = found.frame
    named = np.flatnonzero(frame["area"].is_not_null().to_numpy())
    pairs = frame[named].select("city", "area", pl.col("missing").is_null().alias("stated"))
    unknown, not_theirs = np.zeros((2, frame.height), dtype=np.bool_)
    for row, (city, area, stated) in zip(named.tolist(), pairs.iter_rows(), strict=True):
        unknown[row] = area not in areas.get(city, ())
        spec = layout.specs[fact[row]]
        not_theirs[row] = stated and not spec.rollup and not spec.ratio
    says = _("city {city} has no area '{area}': the table of areas does not name it")
    found.note(unknown, lambda row: says.format(city=frame["city"][row], area=frame["area"][row]))
    found.note(not_theirs, lambda row: _("this fact is not reported by areas"))


def _check_words(found: _Found, fact: Numbers, layout: Layout) -> None:
    frame = found.frame
    elsewhere = frame["elsewhere"]
    unknown = elsewhere.is_not_null().to_numpy() & ~_truths(elsewhere.is_in([*layout.index]))
    says = _("no such fact: '{key}'")
    found.note(unknown, lambda row: says.format(key=elsewhere[row]) + did_you_mean(elsewhere[row], layout.index))
    _check_reasons(found)
    signed = np.array([spec.signed for spec in layout.specs])[fact]
    unsigned = (frame["person"].is_null() | frame["reason"].is_null()).to_numpy()
    found.note(signed & unsigned, lambda row: _("an assessor's score needs `person` and `reason`"))


def _check_reasons(found: _Found) -> None:
    """A reason needs what makes it one, as in a city's file."""
    missing, reason, elsewhere = (found.frame[name] for name in ("missing", "reason", "elsewhere"))
    unexplained = missing.is_in(["withheld", "not_inspected", "not_occurring"]) & reason.is_null()
    found.note(_truths(unexplained), lambda row: _("'{word}' needs a `reason`").format(word=missing[row]))
    nowhere = (missing == "included_elsewhere") & elsewhere.is_null()
    found.note(_truths(nowhere), lambda row: _("'{word}' needs `elsewhere`").format(word=missing[row]))
    late = _("not_supplied needs a request on file, with its deadline: state it in the city's folder")
    found.note(_truths(missing.is_in(["not_supplied"])), lambda row: late)


def _truths(truths: pl.Series) -> Bools:
    return np.asarray(truths.fill_null(value=False).to_numpy())


def _values(found: _Found, fact: Numbers, ends: Floats, layout: Layout) -> tuple[Floats, Floats]:
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
        key = (int(fact[row]), value if value is not None else _spoken(least, most), unit)
        if key not in seen:
            seen[key] = _read(key[1], unit, layout.specs[key[0]])
        told = seen[key]
        if isinstance(told, str):
            faulty[row] = True
        else:
            low[row], high[row], found.other_unit[row] = told
    words = {
        row: seen[int(fact[row]), v if v is not None else _spoken(a, b), u] for row, (v, a, b, u) in _few(found, faulty)
    }
    found.note(faulty, lambda row: str(words[row]))
    return np.where(silent, ends[0], low), np.where(silent, ends[1], high)


def _few(found: _Found, wrong: Bools) -> list[tuple[int, tuple[Any, ...]]]:
    rows = np.flatnonzero(wrong)[:FAULTS_SHOWN].tolist()
    return [*zip(rows, found.frame[rows].select("value", "low", "high", "unit").iter_rows(), strict=True)]


def _check_numbers(
    found: _Found, plain: Bools, values: tuple[Floats, Floats], ends: Floats, fact: Numbers, layout: Layout
) -> None:
    """Numbers in columns, as `read_value` checks them one by one."""
    low, high = values
    kinds = [spec.kind for spec in layout.specs]
    whole = np.array([kind != "number" for kind in kinds])[fact]
    percent = np.array([spec.unit == "%" and spec.kind == "number" for spec in layout.specs])[fact]

    def shown(row: int) -> str:
        return _spoken(float(low[row]), float(high[row]))

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
    found.note(bare, lambda row: ambiguous.format(written=shown(row), percent=_spoken(low[row] * 100, high[row] * 100)))
    fraction = plain & whole & ((np.floor(low) != low) | (np.floor(high) != high) | np.isinf(low) | np.isinf(high))
    found.note(fraction, lambda row: _("{written} stands where true or false belongs").format(written=shown(row)))
    dated = plain & np.array([kind == "date" for kind in kinds])[fact]
    found.note(dated, lambda row: _("a date is written as a value, as in 2021-12-31"))


def _read(text: str, unit: str | None, spec: FactSpec) -> tuple[float, float, bool] | str:
    """What a text stands for, and whether it is of another quantity; or why it stands for nothing."""
    try:
        value = read_value(_written(text), unit, spec)
    except ValueFaultError as fault:
        return str(fault)
    return value.low + 0.0, value.high + 0.0, not value.comparable


def _written(text: str) -> Written:
    """A text as it would be written in a city's file."""
    if text in {"true", "false"}:
        return text == "true"
    return text.split(_TITLES_APART) if _TITLES_APART in text else text


def _spoken(low: float | None, high: float | None) -> str:
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
