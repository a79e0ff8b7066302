"""An assessment as OSCAL assessment-results: items as observations, and what is decided as findings.

OSCAL knows `satisfied` and `not-satisfied` only. An item that is open, not assessed, not applicable or out of scope is
neither: it is an observation with its verdict as a property, and no finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from attrs import evolve

from cityrubric.assessment import Finding
from cityrubric.canonical import decimal_text
from cityrubric.outcomes import Outcome
from cityrubric.report.audience import View

VERSION = "1.1.3"
_NAMESPACE = "urn:cityrubric"
_STATES = {"met": ("satisfied", "pass"), "partly_met": ("not-satisfied", "fail"), "not_met": ("not-satisfied", "fail")}
_OBSERVED = {"computed": ["EXAMINE"], "observed": ["EXAMINE", "INTERVIEW"], "both": ["EXAMINE", "INTERVIEW"]}


def as_oscal(view: View, issued: date | None) -> Mapping[str, bytes]:
    """Return the assessment as OSCAL."""
    return {
        "oscal.json": (
            json.dumps(to_oscal(view, issued), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        ).encode()
    }


def to_oscal(view: View, issued: date | None = None) -> dict[str, Any]:
    """Return the assessment as an OSCAL document; equal assessments give equal documents.

    Args:
        view: what its audience may see.
        issued: the day of issue; without it the reference date stands for the moment that OSCAL asks for.
    """
    own = uuid5(NAMESPACE_URL, f"{_NAMESPACE}:{view.city.id}:{view.assessment_year}:{view.code}:{view.audience.value}")
    rules = str(uuid5(own, "ruleset"))
    return {
        "assessment-results": {
            "uuid": str(own),
            "metadata": {
                "title": f"{view.city.name} {view.ruleset.title} {view.ruleset.stage}",
                "last-modified": _moment(issued.isoformat() if issued else view.city.reference_date),
                "version": view.ruleset.version,
                "oscal-version": VERSION,
                "props": _properties({"code": view.code, "verifiable": str(view.verifiable).lower()}),
                "remarks": view.ruleset.notice or view.ruleset.title,
            },
            "import-ap": {"href": f"#{rules}", "remarks": view.ruleset.title},
            "results": _results(view, own),
            "back-matter": {
                "resources": [
                    {
                        "uuid": rules,
                        "title": view.ruleset.title,
                        "description": view.ruleset.notice or view.ruleset.title,
                        "props": _properties({"version": view.ruleset.version, "hash": view.ruleset.hash}),
                    }
                ]
            },
        }
    }


def _results(view: View, own: UUID) -> list[dict[str, Any]]:
    """The national result, and that of a province's own rules beside it."""
    province = view.provincial
    if province is None:
        return [_result(view, own)]
    alone = evolve(
        view,
        ruleset=province.overlay,
        outcomes=province.outcomes,
        scores=province.scores,
        findings=province.findings,
        conclusion=province.conclusion,
        joint=None,
    )
    return [_result(view, own), _result(alone, uuid5(own, "province"))]


def _result(view: View, own: UUID) -> dict[str, Any]:
    ids = [one.id for one in view.outcomes]
    named: dict[str, Any] = {"include-controls": [{"control-id": id_} for id_ in ids]}
    findings = [*_decided(view, own)]
    conclusion = view.conclusion
    about = {
        "conclusion": conclusion.verdict,
        "pass-line": decimal_text(conclusion.line),
        "pass-line-provenance": conclusion.line_basis.status,
        "pass-line-source": conclusion.line_basis.source,
    }
    if view.joint:
        about |= {"conclusion-with-province": view.joint.verdict, "province": view.joint.title}
    if view.left_out:
        about["left-out"] = " ".join(view.left_out)
    if view.scores and view.scores.rate:
        least, most = view.scores.rate
        about |= {"rate-least": f"{least}", "rate-most": f"{most}"}
    return {
        "uuid": str(uuid5(own, "result")),
        "title": f"{view.ruleset.title} {view.ruleset.stage} {view.assessment_year}",
        "description": next((one.says for one in view.findings if one.kind == "conclusion"), conclusion.verdict),
        "start": _moment(view.city.reference_date),
        "props": _properties(about),
        "reviewed-controls": {"control-selections": [named if ids else {"include-all": {}}]},
        "observations": [*_observations(view, own)],
        **({"findings": findings} if findings else {}),
    }


def _observations(view: View, own: UUID) -> Iterator[dict[str, Any]]:
    moment = _moment(view.city.reference_date)
    for outcome in view.outcomes:
        lacks = "；".join(lack.says for lack in outcome.missing)
        yield {
            "uuid": _id(own, "outcome", outcome.id),
            "title": outcome.title,
            "description": lacks or outcome.clause or outcome.title,
            "props": _properties(_told(outcome)),
            "methods": ["EXAMINE"],
            "types": ["item"],
            "collected": moment,
        }
    for finding in view.findings:
        yield {
            "uuid": _id(own, "finding", finding.id),
            "title": finding.title or finding.kind,
            "description": finding.says or finding.title or finding.kind,
            "props": _properties(_about(finding)),
            "methods": _OBSERVED[finding.basis],
            "types": [finding.kind],
            "collected": moment,
        }


def _told(outcome: Outcome) -> dict[str, str]:
    points = {
        "score-least": decimal_text(outcome.score[0]),
        "score-most": decimal_text(outcome.score[1]),
        "max-score": decimal_text(outcome.max_score),
        "max-score-provenance": outcome.provenance["max_score"].status,
    }
    return {
        "id": outcome.id,
        "verdict": outcome.verdict,
        **(points if outcome.earns else {}),
        "rests-on": outcome.rests_on,
        "title-provenance": outcome.provenance["title"].status,
    }


def _about(finding: Finding) -> dict[str, str]:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "basis": finding.basis,
        "provenance": finding.provenance.status,
        "about": " ".join(finding.about),
    }


def _decided(view: View, own: UUID) -> Iterator[dict[str, Any]]:
    for outcome in view.outcomes:
        if outcome.verdict not in _STATES:
            continue
        state, reason = _STATES[outcome.verdict]
        yield {
            "uuid": _id(own, "decided", outcome.id),
            "title": outcome.title,
            "description": outcome.clause or outcome.title,
            "props": _properties({"verdict": outcome.verdict}),
            "target": {"type": "objective-id", "target-id": outcome.id, "status": {"state": state, "reason": reason}},
            "related-observations": [{"observation-uuid": _id(own, "outcome", outcome.id)}],
        }


def _properties(values: Mapping[str, str]) -> list[dict[str, str]]:
    """What OSCAL has no word for, under a namespace of our own; a property may not be empty."""
    told = {name: " ".join(value.split()) for name, value in values.items()}
    return [{"name": name, "ns": _NAMESPACE, "value": value} for name, value in told.items() if value]


def _id(own: UUID, kind: str, id_: str) -> str:
    return str(uuid5(own, f"{kind}:{id_}"))


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"
