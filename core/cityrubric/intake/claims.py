"""One fact's entry in a city file -> the claims it makes."""

from __future__ import annotations

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

_Written = tuple[Period | None, str | None, Written, Spot]

_YEARS = re.compile(r"((?:19|20)\d\d)(?:\.\.((?:19|20)\d\d))?")
_FORMS = ("value", "series", "areas", "missing")
_KEPT = ("source", "at", "person", "reason", "request", "elsewhere", "note", "entered_by")


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
        try:
            unit_factor(entry.get("unit"), spec)
        except ValueFaultError as fault:
            spot.at("unit").fault(str(fault))
            return
        if forms == ["missing"]:
            yield self._missing(spec, entry, spot)
            return
        for period, area, written, place in self._written(spec, entry, forms[0], spot):
            try:
                value = read_value(written, entry.get("unit"), spec)
            except ValueFaultError as fault:
                place.fault(str(fault))
                continue
            yield Claim(
                key=spec.key,
                state=State.KNOWN if value.comparable else State.OTHER_UNIT,
                low=value.low,
                high=value.high,
                content=value.content,
                period=period if spec.period != "none" else None,
                area=area,
                given=given(written, entry.get("unit", spec.unit)),
                **_common(entry),
            )

    def _written(self, spec: FactSpec, entry: Document, form: str, spot: Spot) -> Iterator[_Written]:
        """Every value of a claim with its period, its area and its place."""
        period = _period(entry["period"], spot.at("period")) if "period" in entry else None
        if form == "value":
            yield period, None, entry["value"], spot.at("value")
        elif form == "series":
            yield from _series(entry["series"], None, spot.at("series"))
        elif not spec.rollup and not spec.ratio:
            spot.at("areas").fault(_("this fact is not reported by areas"))
        else:
            for area, value in entry["areas"].items():
                self._check_area(area, spot.at("areas", area))
                if isinstance(value, dict):
                    yield from _series(value, area, spot.at("areas", area))
                else:
                    yield period, area, value, spot.at("areas", area)

    def _missing(self, spec: FactSpec, entry: Document, spot: Spot) -> Claim:
        state = State[entry["missing"].upper()]
        request = self.requests.get(entry.get("request", ""))
        if state is State.NOT_SUPPLIED and request and request.deadline > self.reference_date:
            says = _("the deadline {deadline} of request '{id}' has not passed; write not_collected")
            spot.at("missing").fault(says.format(deadline=request.deadline, id=request.id))
        if state is State.NOT_SUPPLIED and request and request.answered_on and request.answered_on <= request.deadline:
            says = _("request '{id}' was answered in time, on {day}; state the answer, or name a request of its own")
            spot.at("missing").fault(says.format(day=request.answered_on, id=request.id))
        period = _period(entry["period"], spot.at("period")) if "period" in entry else None
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
            self._check_area(entry["area"], spot.at("area"))
        if spec.signed and not (entry.get("person") and entry.get("reason")):
            spot.fault(_("an assessor's score needs `person` and `reason`"))

    def _check_area(self, area: str, spot: Spot) -> None:
        if area not in self.areas:
            spot.fault(_("no such area in this file") + did_you_mean(area, self.areas))


def _series(series: Document, area: str | None, spot: Spot) -> Iterator[_Written]:
    for years, written in series.items():
        yield _period(years, spot.at(years)), area, written, spot.at(years)


def _period(written: str | int, spot: Spot) -> Period | None:
    match = _YEARS.fullmatch(str(written))
    if match is None:
        spot.fault(_("'{written}' is no year or span of years; write 2021 or 2019..2021").format(written=written))
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        spot.fault(_("the span '{written}' runs backwards").format(written=written))
    return Period(first, last)


def _common(entry: Document) -> dict[str, Any]:
    common: dict[str, Any] = {name: entry[name] for name in _KEPT if name in entry}
    lists = {name: tuple(entry.get(name, ())) for name in ("evidence", "checked_by")}
    return {**common, **lists, "speaker": Speaker(entry.get("by", "self"))}


def given(written: Written, unit: str) -> str:
    """Return a value as it is told, with its unit."""
    if isinstance(written, bool):
        return "true" if written else "false"
    if isinstance(written, list):
        return "、".join(written)
    return f"{written} {unit}".strip()
