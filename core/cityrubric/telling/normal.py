"""A city's facts in their normal form: what an assessment embeds, so that it can be checked from itself alone."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from attrs import NOTHING, Attribute, asdict, fields

from cityrubric import canonical
from cityrubric.assessment import CityRecord, Records
from cityrubric.catalogue import FactSpec
from cityrubric.inspected import Inspections
from cityrubric.intake.surveys import sampling_interval
from cityrubric.outcomes import End, FactRecord
from cityrubric.records import City, Claim, Period
from cityrubric.states import Speaker


def tell_facts(city: City, catalogue: Mapping[str, FactSpec]) -> tuple[FactRecord, ...]:
    """Return every claim of the city, in an order that does not depend on the file."""
    records = (_fact(claim, catalogue[claim.key]) for claim in city.claims)
    return tuple(
        sorted(records, key=lambda record: (record.key, record.area or "", record.period or "", _rest(record)))
    )


_rest = attrgetter(
    *("by", "given", "source", "at", "person", "state", "reason", "request", "elsewhere", "note", "content"),
    *("evidence", "entered_by", "checked_by"),
)
"""What orders claims on one thing."""


def tell_city(city: City) -> CityRecord:
    """Return the city without its facts and observations."""
    return CityRecord(
        id=city.id,
        name=city.name,
        province=city.province,
        reference_date=city.reference_date.isoformat(),
        dates_basis=city.dates_basis,
        areas=tuple(asdict(area) for area in sorted(city.areas, key=lambda area: area.id)),
        sources=tuple(asdict(source) for source in sorted(city.sources, key=lambda source: source.id)),
        requests=tuple(_dated(asdict(r, filter=_unanswered)) for r in sorted(city.requests, key=lambda r: r.id)),
        clearances=tuple(
            _dated(asdict(c)) for c in sorted(city.clearances, key=lambda c: (c.veto, c.asked_on, c.letter))
        ),
        evidence=_records(city.evidence),
        interviews=_records(city.interviews),
        surveys=tuple(
            {**record, "sampling_interval": list(sampling_interval(survey))}
            for survey, record in zip(sorted(city.surveys, key=_id), _records(city.surveys), strict=True)
        ),
        deliberations=_records(city.deliberations),
        appeals=_records(city.appeals),
        overrides=_records(city.overrides),
    )


def tell_observations(city: City) -> tuple[dict[str, object], ...]:
    """Return the assessors' observations."""
    return tuple(asdict(observation) for observation in sorted(city.observations, key=lambda one: one.id))


def facts_hash(
    city: CityRecord,
    year: int,
    facts: Iterable[FactRecord],
    observations: Iterable[dict[str, object]],
    inspections: Inspections | None = None,
) -> str:
    """Return the hash of all that is known of the city: equal facts have one hash, however their file is written."""
    on_site = [inspections] if inspections else []
    return canonical.fingerprint([city, year, [*facts], [*observations], *on_site])


def _unanswered(attribute: Attribute[Any], value: Any) -> bool:
    return attribute.name != "answered_on" or value is not None


def _records(records: Iterable[Any]) -> Records:
    """Records by their ids; what they do not say is left out."""
    return tuple(_dated(_stated(record)) for record in sorted(records, key=_id))


def _stated(record: Any) -> dict[str, Any]:
    told = ((attribute, getattr(record, attribute.name)) for attribute in fields(type(record)))
    return {
        attribute.name: list(value) if isinstance(value, tuple) else value
        for attribute, value in told
        if attribute.default is NOTHING or value != attribute.default
    }


def _id(record: Any) -> str:
    return str(record.id)


def _fact(claim: Claim, spec: FactSpec) -> FactRecord:
    return FactRecord(
        key=claim.key,
        title=spec.title,
        kind=spec.kind,
        unit=spec.unit,
        state=claim.state.word,
        low=_end(claim.low),
        high=_end(claim.high),
        content=claim.content,
        period=_years(claim.period) if claim.period else None,
        area=claim.area,
        by=_WORDS[claim.speaker],
        given=claim.given,
        source=claim.source,
        at=claim.at,
        person=claim.person,
        evidence=claim.evidence,
        reason=claim.reason,
        request=claim.request,
        elsewhere=claim.elsewhere,
        note=claim.note,
        entered_by=claim.entered_by,
        checked_by=claim.checked_by,
        overruled=claim.overruled,
    )


_WORDS = {speaker: speaker.value for speaker in Speaker}
_years = functools.lru_cache(maxsize=256)(Period.__str__)


def _end(value: float) -> End:
    return value if math.isfinite(value) else None


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    """Dates as ISO text, everything else as it is."""
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in record.items()}
