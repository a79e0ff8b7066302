"""What was found on site, as records: a city carries them, an assessment stores them.

Rates are in percent and [least, most]: the ends differ where rows were not inspected or inspectors disagree. `sampling`
is the Wilson interval around a rate: how far it may be due to which points were drawn. It never scores.
"""

from __future__ import annotations

from attrs import frozen

Range = tuple[float, float]


@frozen
class TableRecord:
    """A file of inspections, with the SHA-256 of its bytes."""

    file: str
    sha256: str
    rows: int


@frozen
class TypeScore:
    """Points of one business type in one mode.

    Attributes:
        points: how many were visited.
        scored: how many of them have applicable rows, and so a score.
        score: mean of their scores, each earned by applicable points; None if there is none.
        occurrences: found at all of them.
        per_point: occurrences per visited point.
        lost: points lost by deduction at all of them.
        lost_per_point: the same per visited point, so that more visits do not look worse.
    """

    type: str
    mode: str
    title: str
    points: int
    scored: int
    score: Range | None
    sampling: Range | None
    occurrences: int
    per_point: float
    lost: float
    lost_per_point: float


@frozen
class RowRate:
    """One row of a sheet in one district.

    Attributes:
        inspected: points at which it was applicable and inspected.
        passed: at how many of them it was found right, least and most.
        rate: passed by inspected; None where nothing was inspected.
        occurrences: found under this row, those that cost points elsewhere among them.
    """

    row: str
    mode: str
    district: str
    inspected: int
    passed: tuple[int, int]
    rate: Range | None
    sampling: Range | None
    occurrences: int


@frozen
class FactRate:
    """What became a claim on a fact.

    Attributes:
        points: on how many it rests.
        value: in the fact's unit; None for an end that is open.
        sampling: of a percentage; None for counts and truths, which are what was found.
    """

    key: str
    points: int
    value: tuple[float, float | None]
    sampling: Range | None = None


@frozen
class Occurrence:
    """One thing that was found wrong.

    Attributes:
        rows: the clauses under which it was recorded.
        costs: those of them in which it costs points.
        inspectors: all who recorded it.
        confirmed: what the inspected unit said to it.
    """

    id: str
    point: str
    rows: tuple[str, ...]
    costs: tuple[str, ...]
    time: str
    inspectors: tuple[str, ...]
    photos: str = ""
    confirmed: str = ""


@frozen
class Dispute:
    """A row of a point on which inspectors' tables differ.

    Attributes:
        says: what each table says, in the order of the tables.
        settled_by: who decided it, and when; empty while it is open.
        reason: why so.
    """

    point: str
    mode: str
    row: str
    says: tuple[str, ...]
    settled_by: str = ""
    reason: str = ""


@frozen
class Inspections:
    """All inspections of a city.

    Attributes:
        source: id of the city's source that the claims made of them name.
        once: whether one occurrence costs points in one of its rows only.
        confidence: of the sampling intervals, in percent.
        not_visited: points that were drawn and are in no table.
    """

    source: str
    tables: tuple[TableRecord, ...]
    once: bool
    confidence: float
    types: tuple[TypeScore, ...]
    rows: tuple[RowRate, ...]
    facts: tuple[FactRate, ...]
    occurrences: tuple[Occurrence, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    not_visited: tuple[str, ...] = ()


@frozen
class Robustness:
    """What would come out if the rates were anywhere in their sampling intervals.

    Attributes:
        id: of an indicator, or `conclusion`.
        same: whether the verdict is the same all over the intervals.
        verdict: as it is.
        over: the verdict over the intervals; `undetermined` where it is not the same everywhere.
        score: least and most points over the intervals; None for the conclusion.
    """

    id: str
    same: bool
    verdict: str
    over: str
    score: Range | None = None
