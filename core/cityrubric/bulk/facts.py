"""Rows of a long table of facts -> checked columns: every fault by row, and no object per cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from attrs import frozen

from cityrubric.bulk.found import Found
from cityrubric.bulk.values import read_values, spoken, written
from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.errors import did_you_mean
from cityrubric.evaluate.layout import Layout
from cityrubric.evaluate.placing import NO_PERIOD, Numbers
from cityrubric.fieldwork.tables import RowFaults
from cityrubric.intake.claims import given
from cityrubric.intake.values import Written, read_value
from cityrubric.interval import Bools, Floats
from cityrubric.language import translate as _
from cityrubric.records import Claim, Period, Source
from cityrubric.states import Speaker, State

REQUIRED = ("city", "key", "source")
NUMBERS = ("low", "high")
TEXTS = ("value", "unit", "period", "area", "missing", "by", "at", "person", "reason", "elsewhere", "note")

_REASONS = {
    state.word: state.value
    for state in State
    if state not in {State.KNOWN, State.DISPUTED, State.OTHER_UNIT, State.CONFLICTING, State.ABSENT}
}
_SPEAKERS = (Speaker.SELF, Speaker.DEPARTMENT, Speaker.VERIFIED)


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
        stated: Written = text["value"] if text["value"] is not None else spoken(text["low"], text["high"])
        content: tuple[str, ...] = ()
        if spec.kind in PRESENCE_KINDS and text["value"] is not None:
            stated = written(text["value"])
            content = read_value(stated, text["unit"], spec).content
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
            given="" if text["missing"] is not None else given(stated, text["unit"] or spec.unit),
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
    found = Found(frame)
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
    low, high = read_values(found, fact, ends, layout)
    if found.bad:
        found.tell(faults)
        return None
    state[found.other_unit] = State.OTHER_UNIT.value
    of_area = frame["area"].is_not_null().to_numpy()
    city = frame["city"].replace_strict(columns, return_dtype=pl.Int64).to_numpy()
    return FactRows(frame, city, fact, first, last, speaker, of_area, state, low, high)


def _periods(found: Found) -> tuple[Numbers, Numbers]:
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


def _check_forms(found: Found) -> None:
    frame = found.frame
    value, low, high, missing = (_truths(frame[name].is_not_null()) for name in ("value", "low", "high", "missing"))
    forms = value.astype(int) + (low | high) + missing
    found.note(forms != 1, lambda row: _("state exactly one of: value, low and high, missing"))
    found.note(frame["source"].is_null().to_numpy(), lambda row: _("the source is missing"))


def _check_areas(found: Found, fact: Numbers, areas: Mapping[str, Mapping[str, object]], layout: Layout) -> None:
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


def _check_words(found: Found, fact: Numbers, layout: Layout) -> None:
    frame = found.frame
    elsewhere = frame["elsewhere"]
    unknown = elsewhere.is_not_null().to_numpy() & ~_truths(elsewhere.is_in([*layout.index]))
    says = _("no such fact: '{key}'")
    found.note(unknown, lambda row: says.format(key=elsewhere[row]) + did_you_mean(elsewhere[row], layout.index))
    _check_reasons(found)
    signed = np.array([spec.signed for spec in layout.specs])[fact]
    unsigned = (frame["person"].is_null() | frame["reason"].is_null()).to_numpy()
    found.note(signed & unsigned, lambda row: _("an assessor's score needs `person` and `reason`"))


def _check_reasons(found: Found) -> None:
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
