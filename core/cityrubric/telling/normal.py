"""A city's facts in their normal form: what an assessment embeds, so that it can be checked from itself alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import NOTHING, Attribute, asdict

from cityrubric import canonical
from cityrubric.assessment import CityRecord, Records
from cityrubric.catalogue import FactSpec
from cityrubric.inspected import Inspections
from cityrubric.intake.surveys import sampling_interval
from cityrubric.outcomes import End, FactRecord
from cityrubric.records import City, Claim


def tell_facts(city: City, catalogue: Mapping[str, FactSpec]) -> tuple[FactRecord, ...]:
    """Return every claim of the city, in an order that does not depend on the file."""
    records = (_fact(claim, catalogue[claim.key]) for claim in city.claims)
    return tuple(
        sorted(
            records,
            key=lambda r: (
                *(r.key, r.area or "", r.period or "", r.by, r.given, r.source, r.at, r.person),
                *(r.state, r.reason, r.request, r.elsewhere, r.note, r.content, r.evidence, r.entered_by, r.checked_by),
            ),
        )
    )


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
    by_id = sorted(records, key=_id)
    return tuple(_dated(asdict(record, filter=_is_stated, value_serializer=_plain)) for record in by_id)


def _is_stated(attribute: Attribute[Any], value: Any) -> bool:
    return attribute.default is NOTHING or value != attribute.default


def _id(record: Any) -> str:
    return str(record.id)


def _plain(_instance: Any, _attribute: Any, value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


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
        period=str(claim.period) if claim.period else None,
        area=claim.area,
        by=claim.speaker.value,
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


def _end(value: float) -> End:
    return value if math.isfinite(value) else None


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    """Dates as ISO text, everything else as it is."""
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in record.items()}
