"""What comes out for facts, items and groups, in the shape in which it is stored.

Points are in points, exact to the thousandth; every score is [least, most]. An open end of an interval is None.
"""

from __future__ import annotations

from attrs import field, frozen

Score = tuple[float, float]
End = float | None

LATER = {"later": True}
"""Marks what came after the first results were stored: it is hashed only where it says something."""


@frozen
class Basis:
    """Where a number or a title comes from: `documented` or `reconstructed`, and the source."""

    status: str
    source: str


@frozen
class FactRecord:
    """One claim, normalised: in the catalogue's unit, with everything that traces it."""

    key: str
    title: str
    kind: str
    unit: str
    state: str
    low: End
    high: End
    by: str
    source: str
    at: str = ""
    given: str = ""
    content: tuple[str, ...] = ()
    period: str | None = None
    area: str | None = None
    person: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    request: str = ""
    elsewhere: str = ""
    note: str = ""
    entered_by: str = field(default="", metadata=LATER)
    checked_by: tuple[str, ...] = field(default=(), metadata=LATER)
    overruled: str = field(default="", metadata=LATER)


@frozen
class Missing:
    """A fact that an indicator looks at and that is not known.

    Attributes:
        years: in which years it is needed; empty where time does not matter.
        known_years: other years for which it is known: shown, never scored.
        reason: the state's name, such as `absent`.
    """

    key: str
    title: str
    reason: str
    says: str
    years: tuple[int, ...] = ()
    known_years: tuple[str, ...] = ()


@frozen
class BandRecord:
    """One line as it decided, with its provenance."""

    verdict: str
    score: float
    line: Basis
    score_basis: Basis
    at_least: End = None
    above: End = None
    at_most: End = None
    below: End = None


@frozen
class PartRecord:
    """One part of an indicator: what was measured, and what it is worth."""

    operator: str
    reads: tuple[str, ...]
    window: str
    low: End
    high: End
    points: float
    points_basis: Basis
    unit: str = ""
    measure: str = ""
    line: Basis | None = None
    each: float = 0.0
    each_basis: Basis | None = None
    cleared_by: str = ""
    bands: tuple[BandRecord, ...] = ()


@frozen
class Outcome:
    """What is said of one indicator.

    Attributes:
        score: least and most points.
        max_score: what the indicator can earn.
        applicable: what it can earn here, where parts of it do not apply.
        because: ids of the facts and records it rests on.
        rests_on: the least verified kind of claim among them; empty where nothing is known.
        missing: what would settle it, if it is open.
        considers: further facts that bear on it.
        clause: what the published text asks, in short.
        failure: which plugin's measure or operator failed, and how.
    """

    id: str
    title: str
    group: str
    point: str
    verdict: str
    score: Score
    max_score: float
    applicable: float
    because: tuple[str, ...]
    provenance: dict[str, Basis]
    parts: tuple[PartRecord, ...]
    rests_on: str = ""
    missing: tuple[Missing, ...] = ()
    considers: tuple[str, ...] = ()
    clause: str = ""
    note: str = ""
    failure: str = ""

    @property
    def earns(self) -> bool:
        """Whether it can earn points; what cannot has no score, which is another thing than a score of nothing."""
        return self.max_score > 0


@frozen
class GroupScore:
    """What one group earns. `rate` is in percent of the applicable maximum; None where nothing applies."""

    id: str
    title: str
    role: str
    score: Score
    max_score: float
    applicable: float
    rate: Score | None
    verdicts: dict[str, int]


@frozen
class ResultRecord:
    """A further result, from points or from results before it.

    Attributes:
        score: least and greatest value, in `unit`; None where it could not be made.
        most: the most it could be.
        levels: what these two values are called, where they have a name.
        failure: which plugin's aggregation failed, and how.
    """

    id: str
    title: str
    aggregation: str
    of: tuple[str, ...]
    score: Score | None
    most: float
    basis: Basis
    unit: str = ""
    levels: tuple[str, ...] = ()
    failure: str = ""


@frozen
class Scores:
    """Scores per group, of the base groups together, the bonus with its ceiling, and further results."""

    groups: tuple[GroupScore, ...]
    total: Score
    applicable: float
    rate: Score | None
    bonus: Score
    bonus_ceiling: End
    results: tuple[ResultRecord, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether anything in the rule set earns points; where nothing does, there is no total and no rate."""
        return any(group.max_score for group in self.groups)
