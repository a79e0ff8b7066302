"""What comes out: an assessment as records, the very shape in which it is stored and handed on.

Points are in points, exact to the thousandth; every score is [least, most]. An open end of an interval is None.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from cityrubric.inspected import Inspections, Robustness
from cityrubric.outcomes import LATER, Basis, End, FactRecord, Outcome, Score, Scores

SCHEMA_VERSION = 1

Records = tuple[dict[str, Any], ...]


@frozen
class ActionRecord:
    """Who should do what a recommendation asks: suggestions, as much as the finding's provenance says.

    Attributes:
        departments: who is responsible, first the one that leads.
        deadline: the day until which it is suggested, `days` after the reference date.
        moves: indicators whose result it would better.
    """

    departments: tuple[str, ...]
    effort: str
    days: int
    deadline: str
    moves: tuple[str, ...]


@frozen
class Finding:
    """One thing worth saying.

    Attributes:
        id: of the rule and of what its variables stand for; never of anything measured.
        kind: weakness, recommendation, gap, highlight, veto, inconsistency or aspect.
        basis: computed, observed or both.
        because: ids of everything it rests on.
        ways: each way in which its rule holds, as conditions such as `outcome:C.21.70 verdict=not_met`.
        action: of a recommendation.
    """

    id: str
    rule: str
    kind: str
    severity: str
    basis: str
    title: str
    says: str
    about: tuple[str, ...]
    because: tuple[str, ...]
    provenance: Basis
    ways: tuple[tuple[str, ...], ...] = ()
    action: ActionRecord | None = None


@frozen
class Settling:
    """Something whose knowledge would narrow the conclusion.

    Attributes:
        id: of the fact, score or clearance.
        kind: fact, score or clearance.
        points: by how many points the total stays open for want of it, at most.
        items: indicators that wait for it.
    """

    id: str
    kind: str
    title: str
    points: float
    items: tuple[str, ...]


@frozen
class DeclaredRecord:
    """A conclusion that somebody else has published, beside ours."""

    verdict: str
    by: str
    under: str
    source: str
    compared: str
    at: str = ""
    says: str = ""
    year: int | None = None
    score: End = None
    score_max: End = None


@frozen
class RequirementRecord:
    """A further result that must be reached to pass."""

    result: str
    at_least: float
    basis: Basis


@frozen
class Conclusion:
    """Whether the city passes.

    Attributes:
        verdict: pass, fail or undetermined.
        line: least rate in percent.
        because: ids of what decides, or keeps it open.
        would_settle: what to find out, most valuable first.
        requires: further results that must be reached.
    """

    verdict: str
    line: float
    line_basis: Basis
    because: tuple[str, ...]
    declared: DeclaredRecord | None
    would_settle: tuple[Settling, ...]
    requires: tuple[RequirementRecord, ...] = ()


@frozen
class RulesetRecord:
    """The rule set that was applied: where its general terms come from, and the sources it names."""

    version: str
    title: str
    stage: str
    notice: str
    hash: str
    terms: dict[str, Basis]
    sources: dict[str, str]
    status: str = "draft"


@frozen
class PluginRecord:
    """A plugin whose facts or measures were used."""

    name: str
    hash: str


@frozen
class Provincial:
    """What a province's own rules say of the city: a ledger of its own, beside the national one.

    Attributes:
        overlay: the rules, with their sources; `version` is the overlay's name.
        plugins: whose facts and measures they use.
        verdict: of both ledgers together: passes only if both do.
        tightened: ids of the national indicators whose lines are tighter here.
        outcomes: of these, and of the province's own indicators.
        scores: of these alone.
        findings: by the province's own rules.
        conclusion: by these alone.
    """

    overlay: RulesetRecord
    plugins: tuple[PluginRecord, ...]
    verdict: str
    tightened: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    scores: Scores
    findings: tuple[Finding, ...]
    conclusion: Conclusion


@frozen
class CityRecord:
    """The city, with everything but its facts and observations that bears on the result."""

    id: str
    name: str
    province: str
    reference_date: str
    dates_basis: str
    areas: tuple[dict[str, str], ...]
    sources: tuple[dict[str, str], ...]
    requests: tuple[dict[str, str], ...]
    clearances: tuple[dict[str, object], ...]
    evidence: Records = field(default=(), metadata=LATER)
    interviews: Records = field(default=(), metadata=LATER)
    surveys: Records = field(default=(), metadata=LATER)
    deliberations: Records = field(default=(), metadata=LATER)
    appeals: Records = field(default=(), metadata=LATER)
    overrides: Records = field(default=(), metadata=LATER)


@frozen
class Overridden:
    """What would come out with the overrides; outcomes, scores, findings and conclusion never include any.

    Attributes:
        applied: ids of the overrides that are included.
        stale: ids of those that are not, because another verdict is computed than the one they speak of.
        total: least and most points of the base groups.
        applicable: what they are out of.
        verdict: pass, fail or undetermined.
    """

    applied: tuple[str, ...]
    stale: tuple[str, ...]
    total: Score
    applicable: float
    rate: Score | None
    verdict: str


@frozen
class Assessment:
    """The complete record of one assessment: the contract with other programs, and what reports are made from.

    Attributes:
        left_out: plugins that were there, and that somebody asked to leave out.
        provincial: by a province's own rules, where somebody asked for them; bears on nothing else here.
        inspections: what was found on site; None where there are no tables of it.
        robustness: which verdicts would be the same all over the sampling intervals.
        overridden: with what somebody decided instead of what was computed; nothing else here includes it.
    """

    schema_version: int
    city: CityRecord
    assessment_year: int
    ruleset: RulesetRecord
    facts: tuple[FactRecord, ...]
    facts_hash: str
    plugins: tuple[PluginRecord, ...]
    observations: tuple[dict[str, object], ...]
    outcomes: tuple[Outcome, ...]
    scores: Scores
    findings: tuple[Finding, ...]
    conclusion: Conclusion
    left_out: tuple[str, ...] = ()
    provincial: Provincial | None = None
    inspections: Inspections | None = None
    robustness: tuple[Robustness, ...] = ()
    overridden: Overridden | None = None
