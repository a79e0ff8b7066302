"""Who may see what: an assessment -> the view that documents are made from. What is withheld is not in it.

`public` (anybody), in the structure of a published report:
    city: name, province, id, reference date and its basis. ruleset: all but its hash. facts: only those whose key the
    rule set's report texts disclose, of the whole city, with a value, and neither scores nor counts of deductions; of
    each only what it is, its value and who claims it. findings: conclusion, aspect, highlight, weakness and
    recommendation, by title and text; none whose text quotes an assessor, and none that a rule draws of any item
    alike. conclusion: verdict, line, and what others declared, without points. documents: what is said to everybody.
    Not in it: scores, rates, verdicts of items and counts of them (points follow from either), gaps, vetoes,
    inconsistencies, what is missing, observations, areas, sources, requests, clearances, ids of support, hashes.
`city` (the assessed city), beside that:
    all facts, outcomes, scores, findings, sources, requests, clearances, evidence, surveys, appeals and observations
    of this city; of inspections the rates, the occurrences with point, row and time, the rows that inspectors still
    differ on, and what another draw might change.
    Not in it: interviews and joint decisions; who inspected, was interviewed, entered, checked or reviewed anything or
    gave a score: their names are taken out of every text, and ids of observations, which may name people or places, are
    replaced by numbers. No other city is ever part of it, and no message of a plugin that failed.
    What people write freely may name somebody who is named nowhere else, whom nothing could take out. So it is left out
    whole where it was written for the office: notes of evidence, what an inspected unit confirmed and by whom, what
    each inspector says of a disputed row and how that was settled, names of tables and of photos. The reasons of a
    decided appeal and of an override are owed to the city: they are left out whole where they name somebody known here,
    and those who write them name nobody else.
    Points that were drawn and not visited are not in it either: they may still be visited unannounced.
`internal` (the assessing office): everything.

A view starts from nothing and takes what an audience may see: a section that is new in the assessment is in no masked
view until it is added here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from attrs import evolve

from cityrubric.assessment import Assessment, CityRecord, Conclusion, Finding
from cityrubric.inspected import Inspections
from cityrubric.outcomes import FactRecord, Outcome, Scores
from cityrubric.report.audience import Audience, Joint, View, data_code
from cityrubric.report.people import NAME_REMOVED, named_people, rewriter, rewritten
from cityrubric.report.photos import Photo

_PUBLIC_KINDS = {"conclusion", "aspect", "highlight", "weakness", "recommendation"}
_SCORES = {"sheet", "expert", "deduct"}
"""Operators whose facts are scores or counts of deductions."""


def view_for(
    assessment: Assessment, audience: Audience, disclosed: Collection[str] = (), photos: tuple[Photo, ...] = ()
) -> View:
    """Return what an audience may see.

    Args:
        assessment: the complete record.
        audience: whom it is for.
        disclosed: keys of the facts that may be published; they matter for the public only.
        photos: that the data name; never for the public.
    """
    if audience is Audience.INTERNAL:
        return evolve(_whole(assessment), photos=photos)
    if audience is Audience.CITY:
        view, on_site = _whole(assessment), assessment.inspections
        city = _citys_own(view.city, named_people(assessment), on_site.source if on_site else "")
        inspections = on_site and _citys_inspections(on_site)
        unnamed = tuple(evolve(one, file="") for one in photos)
        return _without_people(evolve(view, city=city, inspections=inspections, photos=unnamed), assessment)
    return _without_people(_public(assessment, disclosed), assessment)


def _whole(assessment: Assessment) -> View:
    return View(
        audience=Audience.INTERNAL,
        code=data_code(assessment),
        city=assessment.city,
        assessment_year=assessment.assessment_year,
        ruleset=assessment.ruleset,
        facts=assessment.facts,
        findings=assessment.findings,
        conclusion=assessment.conclusion,
        outcomes=assessment.outcomes,
        scores=assessment.scores,
        observations=assessment.observations,
        facts_hash=assessment.facts_hash,
        plugins=assessment.plugins,
        left_out=assessment.left_out,
        joint=_joint(assessment),
        provincial=assessment.provincial,
        overridden=assessment.overridden,
        inspections=assessment.inspections,
        robustness=assessment.robustness,
        whole=assessment,
    )


def _joint(assessment: Assessment) -> Joint | None:
    own = assessment.provincial
    return Joint(own.overlay.title, own.overlay.notice, own.verdict) if own is not None else None


def _public(assessment: Assessment, disclosed: Collection[str]) -> View:
    scores = {
        key for one in assessment.outcomes for part in one.parts if part.operator in _SCORES for key in part.reads
    }
    keys = set(disclosed) - scores
    quoted = [says for says in (str(one["says"]) for one in assessment.observations) if says]
    conclusion = assessment.conclusion
    declared = conclusion.declared and evolve(conclusion.declared, source="", at="", score=None, score_max=None)
    return View(
        audience=Audience.PUBLIC,
        code=data_code(assessment),
        city=_bare_city(assessment.city),
        assessment_year=assessment.assessment_year,
        ruleset=evolve(assessment.ruleset, hash=""),
        facts=tuple(
            _public_fact(one)
            for one in assessment.facts
            if one.key in keys and one.area is None and one.state == "known" and not one.overruled
        ),
        findings=tuple(
            _public_finding(one)
            for one in assessment.findings
            if one.kind in _PUBLIC_KINDS and one.id == one.rule and not any(says in one.says for says in quoted)
        ),
        conclusion=Conclusion(
            verdict=conclusion.verdict,
            line=conclusion.line,
            line_basis=conclusion.line_basis,
            because=(),
            declared=declared,
            would_settle=(),
        ),
        left_out=assessment.left_out,
        joint=_joint(assessment),
    )


def _public_fact(fact: FactRecord) -> FactRecord:
    return FactRecord(
        key=fact.key,
        title=fact.title,
        kind=fact.kind,
        unit=fact.unit,
        state=fact.state,
        low=fact.low,
        high=fact.high,
        by=fact.by,
        source="",
        given=fact.given,
        content=fact.content,
        period=fact.period,
    )


def _public_finding(finding: Finding) -> Finding:
    return Finding(
        id=finding.id,
        rule=finding.rule,
        kind=finding.kind,
        severity="",
        basis=finding.basis,
        title=finding.title,
        says=finding.says,
        about=(),
        because=(),
        provenance=finding.provenance,
    )


def _bare_city(city: CityRecord) -> CityRecord:
    return CityRecord(
        id=city.id,
        name=city.name,
        province=city.province,
        reference_date=city.reference_date,
        dates_basis=city.dates_basis,
        areas=(),
        sources=(),
        requests=(),
        clearances=(),
    )


def _citys_own(city: CityRecord, names: list[str], tables: str) -> CityRecord:
    """What a city may see of its record: neither who was interviewed nor how assessors settled a dispute.

    Args:
        city: the whole record.
        names: everybody who is named as a person.
        tables: id of the source that stands for the tables of inspections; their names may be those of inspectors.
    """
    return evolve(
        _bare_city(city),
        areas=city.areas,
        sources=tuple({**one, "title": tables} if one["id"] == tables else one for one in city.sources),
        requests=city.requests,
        clearances=city.clearances,
        evidence=tuple(_documents(one) for one in city.evidence),
        surveys=city.surveys,
        appeals=tuple({**_reasoned(one, names), "reviewers": []} for one in city.appeals),
        overrides=tuple({**_reasoned(one, names), "by": ""} for one in city.overrides),
    )


def _documents(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the evidence ledger without what was written to it; of what was taken on site, without files' names."""
    bare: dict[str, Any] = {"files": [], "hashes": []} if row.get("point") else {}
    return {**row, "note": "", **bare}


def _reasoned(decided: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Something that was decided, with the reason; without it where that names somebody."""
    reason = str(decided.get("reason", ""))
    return {**decided, "reason": NAME_REMOVED if any(name in reason for name in names) else reason}


def _citys_inspections(inspections: Inspections) -> Inspections:
    """What a city may see of its inspections: what was found, not by whom or how they came to agree."""
    return Inspections(
        source=inspections.source,
        tables=(),
        once=inspections.once,
        confidence=inspections.confidence,
        types=inspections.types,
        rows=inspections.rows,
        facts=inspections.facts,
        occurrences=tuple(evolve(one, inspectors=(), photos="", confirmed="") for one in inspections.occurrences),
        disputes=tuple(evolve(one, says=()) for one in inspections.disputes if not one.settled_by),
    )


def _without_people(view: View, assessment: Assessment) -> View:
    """Take out who inspected, was interviewed or gave a score, from every text."""
    numbers = {str(one["id"]): str(n) for n, one in enumerate(assessment.observations, 1)}
    audience = view.audience if view.audience is Audience.PUBLIC else Audience.CITY
    masked = evolve(
        view,
        audience=audience,
        whole=None,
        facts=tuple(evolve(fact, person="", entered_by="", checked_by=()) for fact in view.facts),
        observations=tuple({**one, "id": numbers[str(one["id"])], "person": ""} for one in view.observations),
        outcomes=_without_failures(view.outcomes),
        scores=view.scores and _results_without_failures(view.scores),
        provincial=view.provincial
        and evolve(
            view.provincial,
            outcomes=_without_failures(view.provincial.outcomes),
            scores=_results_without_failures(view.provincial.scores),
        ),
    )
    return rewritten(masked, rewriter(named_people(assessment), numbers))


def _results_without_failures(scores: Scores) -> Scores:
    return evolve(scores, results=tuple(evolve(one, failure="") for one in scores.results))


def _without_failures(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return tuple(evolve(one, failure="") for one in outcomes)
