"""The nouns of the product: frozen records, and nothing that computes."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from attrs import field, frozen

from cityrubric.inspected import Inspections
from cityrubric.proceedings import Appeal, Declared, Deliberation, Evidence, Interview, Override, Survey
from cityrubric.states import Speaker, State


class Period(NamedTuple):
    """The years a figure speaks of, first and last included."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


@frozen
class Claim:
    """One value of one fact, as somebody stated it.

    Attributes:
        key: the fact's key in a catalogue.
        state: whether the claim states a value, or why it does not.
        low: least value, in the catalogue's unit; 0 or 1 for truths and presence, the level's number for grades.
        high: greatest value; equal to `low` for an exact one, infinite for an open one.
        content: the text, titles or list that counts by its presence.
        period: the years it speaks of; None where the source does not say.
        area: the district or county it speaks of; None for the whole city.
        speaker: who claims it.
        given: the value as written, with its unit, before any conversion.
        source: the id of the source in the city file.
        at: the place in the source.
        person: who stated it, where that matters.
        evidence: ids of evidence.
        reason: why there is no value, or what an assessor's score rests on.
        request: the id of the request that was not answered.
        elsewhere: the key under which the value is included.
        note: anything else worth telling.
        entered_by: who entered it into a workbook.
        checked_by: who checked that entry.
        overruled: id of the joint decision or appeal that another value counts for; such a claim is told, never used.
    """

    key: str
    state: State
    low: float
    high: float
    content: tuple[str, ...] = ()
    period: Period | None = None
    area: str | None = None
    speaker: Speaker = Speaker.SELF
    given: str = ""
    source: str = ""
    at: str = ""
    person: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    request: str = ""
    elsewhere: str = ""
    note: str = ""
    entered_by: str = ""
    checked_by: tuple[str, ...] = ()
    overruled: str = ""


@frozen
class Area:
    """A district or county that reports facts of its own."""

    id: str
    name: str
    kind: str


@frozen
class Source:
    """A document that facts are taken from."""

    id: str
    title: str
    issuer: str = ""
    date: str = ""


@frozen
class Observation:
    """What an assessor saw, heard or read, in the assessor's own short words."""

    id: str
    kind: str
    method: str
    indicators: tuple[str, ...]
    severity: str
    says: str
    mode: str = ""
    source: str = ""
    at: str = ""
    person: str = ""


@frozen
class Clearance:
    """Positive evidence that a veto is not triggered: who was asked, how, and what they answered."""

    veto: str
    departments: tuple[str, ...]
    letter: str
    asked_on: date
    reply: str
    found: bool
    valid_until: date
    source: str = ""


@frozen
class Request:
    """Facts that were asked of the city, with the day by which they were due."""

    id: str
    letter: str
    asked_on: date
    deadline: date
    answered_on: date | None = None


@frozen
class City:
    """Everything that is known of one city, checked against a rule set's catalogue.

    Attributes:
        id: name of its folder.
        assessment_year: the year that is assessed; windows count back from it.
        reference_date: the day up to which vetoes, clearances and deadlines count.
        dates_basis: where these two dates come from.
        inspections: what was found on site; the claims made of it are among the others.
    """

    id: str
    name: str
    province: str
    assessment_year: int
    reference_date: date
    dates_basis: str = ""
    areas: tuple[Area, ...] = ()
    sources: tuple[Source, ...] = ()
    claims: tuple[Claim, ...] = field(default=(), repr=False)
    observations: tuple[Observation, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    requests: tuple[Request, ...] = ()
    declared: Declared | None = None
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    interviews: tuple[Interview, ...] = ()
    surveys: tuple[Survey, ...] = ()
    deliberations: tuple[Deliberation, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    inspections: Inspections | None = None
    overrides: tuple[Override, ...] = ()
