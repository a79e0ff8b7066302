"""What was filed, heard and decided about a city: evidence, interviews, surveys, deliberations, appeals, overrides."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen
from attrs.converters import optional


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
