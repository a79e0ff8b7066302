"""One fact's entry in a city file -> the claims it makes."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from cityrubric.catalogue import FactSpec
from cityrubric.documents import Document
from cityrubric.errors import Spot, did_you_mean
from cityrubric.intake.values import ValueFaultError, Written, read_value, unit_factor
from cityrubric.language import translate as _
from cityrubric.records import Area, Claim, Period, Request, Source
from cityrubric.states import Speaker, State

Steps = tuple[str | int, ...]
_Written = tuple[Period | None, str | None, Written, Steps]

_YEARS = re.compile(r"((?:19|20)\d\d)(?:\.\.((?:19|20)\d\d))?")
_FORMS = ("value", "series", "areas", "missing")
_KEPT = frozenset({"source", "at", "person", "reason", "request", "elsewhere", "note", "entered_by"})
_SPEAKERS = {speaker.value: speaker for speaker in Speaker}


@frozen
class ClaimReader:
    """Reads the claims of one city.

    Attributes:
        catalogue: the facts that may be stated.
        reference_date: the day up to which deadlines count.
    """

    catalogue: Mapping[str, FactSpec]
    reference_date: date
    areas: Mapping[str, Area]
    sources: Mapping[str, Source]
    requests: Mapping[str, Request]

    def read(self, key: str, entry: Document | list[Document], spot: Spot) -> Iterator[Claim]:
        """Yield the claims of one fact: the entry is one claim, or a list of them."""
        spec = self.catalogue.get(key)
        if spec is None:
            spot.fault(_("no such fact") + did_you_mean(key, self.catalogue))
            return
        if isinstance(entry, list):
            for n, one in enumerate(entry):
                yield from self._claim(spec, one, spot.at(n))
        else:
            yield from self._claim(spec, entry, spot)

    def _claim(self, spec: FactSpec, entry: Document, spot: Spot) -> Iterator[Claim]:
        forms = [form for form in _FORMS if form in entry]
        if len(forms) != 1:
            spot.fault(_("state exactly one of: value, series, areas, missing"))
            return
        self._check_references(spec, entry, spot)
        if "area" in entry and forms != ["missing"]:
            spot.at("area").fault(
                _("`area` belongs to `missing`; write areas = {{ {area} = … }}").format(area=entry["area"])
            )
            return
        unit = entry.get("unit")
        try:
            if unit is not None:
                unit_factor(unit, spec)
        except ValueFaultError as fault:
            spot.at("unit").fault(str(fault))
            return
        if forms == ["missing"]:
            yield self._missing(spec, entry, spot)
            return
        common = _common(entry)
        for period, area, written, steps in self._written(spec, entry, forms[0], spot):
            try:
                value = read_value(written, unit, spec)
            except ValueFaultError as fault:
                spot.at(*steps).fault(str(fault))
                continue
            yield Claim(
                key=spec.key,
                state=State.KNOWN if value.comparable else State.OTHER_UNIT,
                low=value.low,
                high=value.high,
                content=value.content,
                period=period if spec.period != "none" else None,
                area=area,
                given=given(written, spec.unit if unit is None else unit),
                **common,
            )

    def _written(self, spec: FactSpec, entry: Document, form: str, spot: Spot) -> Iterator[_Written]:
        """Every value of a claim with its period, its area, and the steps from the claim to it."""
        period = _period(entry["period"], spot, ("period",)) if "period" in entry else None
        if form == "value":
            yield period, None, entry["value"], ("value",)
        elif form == "series":
            yield from _series(entry["series"], None, ("series",), spot)
        elif not spec.rollup and not spec.ratio:
            spot.at("areas").fault(_("this fact is not reported by areas"))
        else:
            for area, value in entry["areas"].items():
                steps = ("areas", area)
                self._check_area(area, spot, steps)
                if isinstance(value, dict):
                    yield from _series(value, area, steps, spot)
                else:
                    yield period, area, value, steps

    def _missing(self, spec: FactSpec, entry: Document, spot: Spot) -> Claim:
        state = State[entry["missing"].upper()]
        request = self.requests.get(entry.get("request", ""))
        if state is State.NOT_SUPPLIED and request and request.deadline >= self.reference_date:
            says = _("the deadline {deadline} of request '{id}' has not passed; write not_collected")
            spot.at("missing").fault(says.format(deadline=request.deadline, id=request.id))
        if state is State.NOT_SUPPLIED and request and request.answered_on and request.answered_on <= request.deadline:
            says = _("request '{id}' was answered in time, on {day}; state the answer, or name a request of its own")
            spot.at("missing").fault(says.format(day=request.answered_on, id=request.id))
        period = _period(entry["period"], spot, ("period",)) if "period" in entry else None
        return Claim(
            key=spec.key,
            state=state,
            low=spec.low,
            high=spec.high,
            period=period if spec.period != "none" else None,
            area=entry.get("area"),
            **_common(entry),
        )

    def _check_references(self, spec: FactSpec, entry: Document, spot: Spot) -> None:
        if entry["source"] not in self.sources:
            says = _("no such source in this file: '{id}'").format(id=entry["source"])
            spot.at("source").fault(says + did_you_mean(entry["source"], self.sources))
        if "request" in entry and entry["request"] not in self.requests:
            spot.at("request").fault(_("no such request in this file: '{id}'").format(id=entry["request"]))
        if "elsewhere" in entry and entry["elsewhere"] not in self.catalogue:
            hint = did_you_mean(entry["elsewhere"], self.catalogue)
            spot.at("elsewhere").fault(_("no such fact: '{key}'").format(key=entry["elsewhere"]) + hint)
        if "area" in entry:
            self._check_area(entry["area"], spot, ("area",))
        if spec.signed and not (entry.get("person", "").strip() and entry.get("reason")):
            spot.fault(_("an assessor's score needs `person` and `reason`"))

    def _check_area(self, area: str, spot: Spot, steps: Steps) -> None:
        if area not in self.areas:
            spot.at(*steps).fault(_("no such area in this file") + did_you_mean(area, self.areas))


def _series(series: Document, area: str | None, steps: Steps, spot: Spot) -> Iterator[_Written]:
    for years, written in series.items():
        here = (*steps, years)
        yield _period(years, spot, here), area, written, here


def _period(written: str | int, spot: Spot, steps: Steps) -> Period | None:
    period = _years(str(written))
    if period is None:
        says = _("'{written}' is no year or span of years; write 2021 or 2019..2021")
        spot.at(*steps).fault(says.format(written=written))
    elif period.first > period.last:
        spot.at(*steps).fault(_("the span '{written}' runs backwards").format(written=written))
    return period


@functools.lru_cache(maxsize=256)
def _years(written: str) -> Period | None:
    match = _YEARS.fullmatch(written)
    return Period(int(match[1]), int(match[2] or match[1])) if match else None


def _common(entry: Document) -> dict[str, Any]:
    common: dict[str, Any] = {name: entry[name] for name in entry if name in _KEPT}
    for name in ("evidence", "checked_by"):
        if name in entry:
            common[name] = tuple(entry[name])
    common["speaker"] = _SPEAKERS[entry.get("by", "self")]
    return common


def given(written: Written, unit: str) -> str:
    """Return a value as it is told, with its unit."""
    if isinstance(written, bool):
        return "true" if written else "false"
    if isinstance(written, list):
        return "、".join(written)
    return f"{written} {unit}".strip()
