"""What the evidence of cities lacks: documents, files, unique photographs, answers in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import frozen

from cityrubric.canonical import decimal_text
from cityrubric.intake.evidence import file_hash
from cityrubric.intake.surveys import sampling_interval
from cityrubric.proceedings import Evidence
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.states import State

FAULTS = frozenset({"missing", "changed", "reused", "unknown"})
"""Kinds of remarks that say that something is wrong, not only that something is still to be done."""


@frozen
class Remark:
    """One thing about the evidence.

    Attributes:
        kind: bare (an indicator without a document), idle (a document that serves nothing), unknown (a number that the
            ledger lacks), missing or changed (a file), reused (a file under two numbers or in two cities), overdue
            (a request), survey (what chance may have done to a result).
        id: of the indicator, row, request or survey.
        about: its title.
        more: numbers, files, days or values that the remark names.
    """

    city: str
    kind: str
    id: str
    about: str
    more: tuple[str, ...] = ()


def audit(cities: Sequence[tuple[City, Path]], ruleset: Ruleset, on: date | None = None) -> tuple[Remark, ...]:
    """Return what there is to say of the evidence of some cities.

    Args:
        cities: with their folders, below which the files stand.
        ruleset: whose indicators need documents.
        on: the day on which requests are due; each city's reference date unless told.
    """
    remarks = []
    for city, folder in cities:
        remarks += [*_bare(city, ruleset), *_idle(city), *_unknown(city)]
        remarks += [*_files(city, folder), *_overdue(city, on or city.reference_date), *_surveys(city, ruleset)]
    return (*remarks, *_reused(cities))


def _bare(city: City, ruleset: Ruleset) -> Iterator[Remark]:
    served = {id_ for row in city.evidence for id_ in row.indicators}
    for indicator in ruleset.indicators:
        if indicator.id not in served:
            yield Remark(city.id, "bare", indicator.id, indicator.title)


def _idle(city: City) -> Iterator[Remark]:
    cited = _cited(city)
    for row in city.evidence:
        if not row.indicators and row.id not in cited:
            yield Remark(city.id, "idle", row.id, row.title)


def _unknown(city: City) -> Iterator[Remark]:
    """Numbers that are cited; a city without a ledger keeps it elsewhere."""
    known = {row.id for row in city.evidence}
    for id_, places in sorted(_cited(city).items()):
        if known and id_ not in known:
            yield Remark(city.id, "unknown", id_, "", tuple(sorted(places)))


def _cited(city: City) -> Mapping[str, set[str]]:
    cited: dict[str, set[str]] = {}
    for claim in city.claims:
        for id_ in claim.evidence:
            cited.setdefault(id_, set()).add(claim.key)
    for appeal in city.appeals:
        for id_ in appeal.evidence:
            cited.setdefault(id_, set()).add(appeal.id)
    return cited


def _files(city: City, folder: Path) -> Iterator[Remark]:
    for row in city.evidence:
        for file, hash_ in zip(row.files, row.hashes, strict=False):
            found = file_hash(folder, file)
            if not found:
                yield Remark(city.id, "missing", row.id, row.title, (file,))
            elif hash_ and hash_.lower() != found:
                yield Remark(city.id, "changed", row.id, row.title, (file,))


def _overdue(city: City, on: date) -> Iterator[Remark]:
    """Requests that were not answered by then, with what still waits for them."""
    for request in city.requests:
        if request.answered_on is None and request.deadline < on:
            waiting = {c.key for c in city.claims if c.request == request.id and c.state is State.NOT_SUPPLIED}
            yield Remark(city.id, "overdue", request.id, request.letter, (str(request.deadline), *sorted(waiting)))


def _surveys(city: City, ruleset: Ruleset) -> Iterator[Remark]:
    for survey in city.surveys:
        low, high = sampling_interval(survey)
        unit = ruleset.offers.catalogue[survey.fact].unit
        yield Remark(
            city.id,
            "survey",
            survey.id,
            survey.question,
            (f"{decimal_text(survey.result)} {unit}", f"{low:g}..{high:g}"),
        )


def _reused(cities: Sequence[tuple[City, Path]]) -> Iterator[Remark]:
    """One file under two numbers, or at two inspection points, or in two cities; told of each city that has it."""
    places: dict[str, list[tuple[City, Evidence]]] = {}
    for city, folder in cities:
        for row in city.evidence:
            for hash_ in {*_hashes(row, folder)} - {""}:
                places.setdefault(hash_, []).append((city, row))
    for rows in sorted(places.values(), key=lambda rows: (rows[0][0].id, rows[0][1].id)):
        first = {city.id: (city, row) for city, row in reversed(rows)}
        for city, row in first.values() if len(rows) > 1 else ():
            others = (f"{other.name} {one.id} {one.title} {one.point}".strip() for other, one in rows if one is not row)
            yield Remark(city.id, "reused", row.id, f"{row.title} {row.point}".strip(), tuple(others))


def _hashes(row: Evidence, folder: Path) -> Iterator[str]:
    """Of the files of a row: what was noted, or else what is there now."""
    for file, hash_ in zip(row.files, row.hashes, strict=False):
        yield hash_.lower() or file_hash(folder, file)
