"""An assessment as SARIF 2.1.0: items and findings as results, which viewers list, filter and compare."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import asdict, evolve

from cityrubric.assessment import Finding
from cityrubric.outcomes import Outcome
from cityrubric.report.audience import View

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_OPEN = "open"
_VERDICTS = {
    "met": ("pass", "none"),
    "partly_met": ("fail", "warning"),
    "not_met": ("fail", "error"),
    "undetermined": (_OPEN, "none"),
    "not_assessed": (_OPEN, "none"),
    "error": (_OPEN, "none"),
    "not_applicable": ("notApplicable", "none"),
    "out_of_scope": ("informational", "none"),
}
"""Kind and level of a verdict; the verdict itself stands in the properties."""

_KINDS = {"gap": _OPEN, "inconsistency": "review", "weakness": "fail"}
_LEVELS = {"serious": "error", "moderate": "warning", "minor": "note", "": "warning"}
_DECISIONS = {"pass": "pass", "fail": "fail", "undetermined": _OPEN}


def as_sarif(view: View) -> Mapping[str, bytes]:
    """Return the assessment as SARIF."""
    return {
        "assessment.sarif": (json.dumps(to_sarif(view), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    }


def to_sarif(view: View) -> dict[str, Any]:
    """Return the assessment as a SARIF log of one run; equal assessments give equal logs."""
    results = [*_outcomes(view), *_findings(view), *_provincial(view)]
    outcomes, findings = [*view.outcomes], [*view.findings]
    if view.provincial:
        outcomes, findings = [*outcomes, *view.provincial.outcomes], [*findings, *view.provincial.findings]
    titles = {one.id: one.title for one in outcomes} | {one.rule: one.title for one in findings}
    rules = [_rule(id_, titles[id_]) for id_ in dict.fromkeys(result["ruleId"] for result in results)]
    return {
        "version": "2.1.0",
        "$schema": SCHEMA,
        "runs": [
            {
                "tool": {"driver": {"name": "cityrubric", "rules": rules}},
                "automationDetails": {"id": f"{view.city.id}/{view.assessment_year}/{view.ruleset.version}/"},
                "results": results,
                "properties": _about(view),
            }
        ],
    }


def _rule(id_: str, title: str) -> dict[str, Any]:
    return {"id": id_, "shortDescription": {"text": title or id_}}


def _about(view: View) -> dict[str, Any]:
    """What holds for the whole run."""
    conclusion = view.conclusion
    return {
        "city": view.city.name,
        "assessmentYear": view.assessment_year,
        "ruleset": view.ruleset.title,
        "notice": view.ruleset.notice,
        "code": view.code,
        "conclusion": conclusion.verdict,
        "passLine": conclusion.line,
        "passLineProvenance": asdict(conclusion.line_basis),
        "verifiable": view.verifiable,
        "leftOut": list(view.left_out),
        **({"conclusionWithProvince": view.joint.verdict, "province": view.joint.title} if view.joint else {}),
    }


def _outcomes(view: View) -> Iterator[dict[str, Any]]:
    for one in view.outcomes:
        kind, level = _VERDICTS[one.verdict]
        lacks = "；".join(lack.says for lack in one.missing)
        said = f"{one.title}: {one.verdict}" + (f" ({lacks})" if lacks else "")
        yield _result(view, one.id, kind, level, said, [one.id], _outcome_properties(one))


def _outcome_properties(one: Outcome) -> dict[str, Any]:
    points = {"score": list(one.score), "maxScore": one.max_score, "applicable": one.applicable}
    return {
        "verdict": one.verdict,
        **(points if one.earns else dict.fromkeys(points)),
        "because": list(one.because),
        "restsOn": one.rests_on,
        "missing": [lack.key for lack in one.missing],
        "provenance": {
            name: asdict(basis) for name, basis in one.provenance.items() if one.earns or name != "max_score"
        },
    }


def _findings(view: View) -> Iterator[dict[str, Any]]:
    verdicts = {one.id: one.verdict for one in view.outcomes}
    for one in view.findings:
        kind = _kind(one, view.conclusion.verdict, verdicts)
        level = _LEVELS[one.severity] if kind == "fail" else "none"
        properties = {
            "finding": one.kind,
            "severity": one.severity,
            "basis": one.basis,
            "because": list(one.because),
            "provenance": asdict(one.provenance),
            **({"action": asdict(one.action)} if one.action else {}),
        }
        yield _result(view, one.rule, kind, level, one.says or one.title, list(one.about), properties, one.id)


def _provincial(view: View) -> Iterator[dict[str, Any]]:
    """Results by the province's own rules, told apart by a property and a place of their own."""
    own = view.provincial
    if own is None:
        return
    alone = evolve(view, outcomes=own.outcomes, findings=own.findings, conclusion=own.conclusion)
    for result in (*_outcomes(alone), *_findings(alone)):
        for place in (place for location in result.get("locations", ()) for place in location["logicalLocations"]):
            place["fullyQualifiedName"] = f"{view.city.id}/{own.overlay.version}/{place['name']}"
        fingerprint = f"{own.overlay.version}/{result['partialFingerprints']['cityrubric/v1']}"
        properties = {**result["properties"], "rules": own.overlay.title, "rulesVersion": own.overlay.version}
        yield {**result, "partialFingerprints": {"cityrubric/v1": fingerprint}, "properties": properties}


def _kind(finding: Finding, decision: str, verdicts: Mapping[str, str]) -> str:
    """A veto has failed only where it is triggered; one that is not cleared is open."""
    if finding.kind == "conclusion":
        return _DECISIONS[decision]
    if finding.kind == "veto":
        return "fail" if any(verdicts.get(id_) == "not_met" for id_ in finding.about) else _OPEN
    return _KINDS.get(finding.kind, "informational")


def _result(
    view: View, rule: str, kind: str, level: str, says: str, about: list[str], properties: dict[str, Any], id_: str = ""
) -> dict[str, Any]:
    places = [{"fullyQualifiedName": f"{view.city.id}/{item}", "name": item, "kind": "item"} for item in about]
    return {
        "ruleId": rule,
        "kind": kind,
        "level": level,
        "message": {"text": says},
        **({"locations": [{"logicalLocations": places}]} if places else {}),
        "partialFingerprints": {"cityrubric/v1": f"{view.city.id}/{id_ or rule}"},
        "properties": properties,
    }
