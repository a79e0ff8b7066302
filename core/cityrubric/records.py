"""The nouns of the product: frozen records, and nothing that computes."""

from __future__ import annotations

from datetime import date
from enum import Enum, IntEnum
from typing import NamedTuple

from attrs import field, frozen
from attrs.converters import optional

from cityrubric.inspected import Inspections


class State(IntEnum):
    """What is known of a fact in one period, and if nothing, why.

    Attributes:
        bit: the state as a bit of its own, so that the states of several facts can be joined by `|`.
        word: the state as it is written in documents, such as `not_collected`.
    """

    bit: int
    word: str

    KNOWN = 0
    ABSENT = 1
    NOT_COLLECTED = 2
    WITHHELD = 3
    DISPUTED = 4
    NOT_SUPPLIED = 5
    NOT_INSPECTED = 6
    NOT_OCCURRING = 7
    INCLUDED_ELSEWHERE = 8
    OTHER_UNIT = 9
    CONFLICTING = 10

    def __init__(self, number: int) -> None:
        self.bit = 1 << number
        self.word = self.name.lower()


KNOWN_BITS = State.KNOWN.bit | State.DISPUTED.bit | State.CONFLICTING.bit
"""States in which something is known: a dispute or a conflict still leaves the range that covers both sides."""


class Verdict(IntEnum):
    """What is said of one indicator. The first three are ordered."""

    NOT_MET = 0
    PARTLY_MET = 1
    MET = 2
    UNDETERMINED = 3
    NOT_APPLICABLE = 4
    NOT_ASSESSED = 5
    ERROR = 6
    OUT_OF_SCOPE = 7

    @property
    def code(self) -> str:
        """The verdict as it is written in documents, such as `partly_met`."""
        return self.name.lower()


class Standing(IntEnum):
    """What rules mostly ask of a verdict."""

    GOOD = 0
    SHORT = 1
    OPEN = 2
    OUTSIDE = 3


STANDINGS: dict[Verdict, Standing] = {
    Verdict.MET: Standing.GOOD,
    Verdict.PARTLY_MET: Standing.SHORT,
    Verdict.NOT_MET: Standing.SHORT,
    Verdict.UNDETERMINED: Standing.OPEN,
    Verdict.NOT_ASSESSED: Standing.OPEN,
    Verdict.ERROR: Standing.OPEN,
    Verdict.NOT_APPLICABLE: Standing.OUTSIDE,
    Verdict.OUT_OF_SCOPE: Standing.OUTSIDE,
}


class Decision(IntEnum):
    """The conclusion on a city."""

    FAIL = 0
    PASS = 1
    UNDETERMINED = 2

    @property
    def code(self) -> str:
        """The decision as it is written in documents, such as `pass`."""
        return self.name.lower()


class Speaker(str, Enum):
    """Who makes a claim."""

    SELF = "self"
    DEPARTMENT = "department"
    VERIFIED = "verified"


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
class Evidence:
    """One row of the evidence ledger (佐证台账).

    Attributes:
        indicators: what it serves.
        files: names of files below the city's folder.
        hashes: their SHA-256, in the same order; empty for one that was not at hand.
        point: the inspection point it was taken at.
    """

    id: str
    title: str
    department: str = ""
    date: str = ""
    indicators: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    point: str = ""
    note: str = ""


@frozen
class Interview:
    """What was heard in an interview: of which role, on which topic."""

    id: str
    role: str
    topic: str
    says: str
    on: date | None = None
    person: str = ""
    indicators: tuple[str, ...] = ()


@frozen
class Survey:
    """One question of a survey; the fact it is about states the value that scores.

    Attributes:
        fact: the key of that fact.
        n: how many answered.
        result: a share in percent, or the mean of answers between 0 and 100.
        deviation: standard deviation of the answers, where it was published.
    """

    id: str
    fact: str
    question: str
    n: int
    result: float
    deviation: float | None = None
    period: str = ""
    source: str = ""


@frozen
class Deliberation:
    """A dispute settled by those who entered it (合议): which claims they heard, and what counts instead.

    Attributes:
        by: whose claims are disputed.
        heard: each disputed claim, as the list of disputes words it; others are not settled by this.
    """

    id: str
    fact: str
    by: str
    heard: tuple[str, ...]
    members: tuple[str, ...]
    on: date
    reason: str
    given: str
    period: str = ""
    area: str = ""


@frozen
class Appeal:
    """What a city objected to, and what became of it.

    Attributes:
        item: the indicator.
        claim: what the city says instead.
        evidence_date: of the new evidence.
        decision: `upheld` (维持), `changed` (改判), or empty while it is open.
        fact: of a changed one, whose value is now `given`.
    """

    id: str
    item: str
    claim: str
    on: date
    evidence: tuple[str, ...] = ()
    evidence_date: date | None = None
    reviewers: tuple[str, ...] = ()
    decision: str = ""
    decided_on: date | None = None
    reason: str = ""
    fact: str = ""
    given: str = ""
    period: str = ""
    area: str = ""
    source: str = ""


@frozen
class Declared:
    """A conclusion that somebody else has published.

    Attributes:
        under: the rules it was drawn under.
        year: of that assessment; None if it is the one assessed here.
        score: points it gave, of at most `score_max`; None if none was published.
    """

    verdict: str
    by: str
    under: str
    source: str = ""
    at: str = ""
    says: str = ""
    year: int | None = None
    score: float | None = field(default=None, converter=optional(float))
    score_max: float | None = field(default=None, converter=optional(float))


@frozen
class Override:
    """What somebody decided to say of an indicator instead of what was computed; it changes no fact.

    Attributes:
        old: the verdict it speaks of; if another one is computed, the override does not stand.
        new: met, not_met or not_applicable.
        by: who decided it, by name.
    """

    id: str
    indicator: str
    old: str
    new: str
    by: str
    on: date
    reason: str
    evidence: tuple[str, ...] = ()


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
