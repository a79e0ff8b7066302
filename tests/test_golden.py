"""Xining, whole: the stored assessment is what it was, and is what its schema says.

After a change that is meant: `pytest tests/test_golden.py --write-golden`, and read the difference before committing.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from cityrubric.assessment import Assessment
from cityrubric.documents import check_document
from cityrubric.errors import FaultLog
from cityrubric.telling.stored import to_json

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "xining.json"


def without_code_hashes(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the hashes of plugin sources, which change with every comment."""
    return {**document, "plugins": [plugin["name"] for plugin in document["plugins"]]}


def test_golden(xining: Assessment, request: pytest.FixtureRequest) -> None:
    found = without_code_hashes(json.loads(to_json(xining)))
    if request.config.getoption("--write-golden"):
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_stored_assessment_fits_its_schema(xining: Assessment) -> None:
    log = FaultLog()
    check_document(json.loads(to_json(xining)), "assessment.json", "assessment", log)
    log.check()


def test_xining_is_judged_as_far_as_its_document_goes(xining: Assessment) -> None:
    """The document's four weaknesses and five highlights, and an open conclusion beside the declared one."""
    by_kind = {kind: [f.rule for f in xining.findings if f.kind == kind] for kind in ("weakness", "highlight")}
    assert by_kind["weakness"] == [
        "W.main_responsibility",
        "W.online_business",
        "W.public_awareness",
        "W.risk_control",
    ]
    assert by_kind["highlight"] == ["H.access", "H.credit", "H.justice", "H.science", "H.smart"]
    assert xining.conclusion.verdict == "undetermined"
    assert xining.conclusion.declared is not None
    assert (xining.conclusion.declared.verdict, xining.conclusion.declared.compared) == ("pass", "open")


@pytest.mark.parametrize("indicator", ["D.25.79", "A.08.33", "A.07.29", "B.12.44", "A.04.13"])
def test_what_the_document_is_silent_about_is_a_gap_that_names_its_facts(xining: Assessment, indicator: str) -> None:
    """Awareness, disposal, open kitchens, training hours, monitoring: unknown, never zero."""
    outcome = next(o for o in xining.outcomes if o.id == indicator)
    gap = next(f for f in xining.findings if f.id == f"G.missing/{indicator}")
    assert outcome.verdict == "undetermined"
    assert outcome.score == (0, outcome.max_score)
    assert outcome.missing
    assert all(missing.title in gap.says for missing in outcome.missing)


def test_every_finding_can_be_traced(xining: Assessment) -> None:
    """Each reason a finding gives leads to a fact, an observation, an outcome or another finding that is there."""
    there = {f"outcome:{outcome.id}" for outcome in xining.outcomes} | {f"finding:{f.id}" for f in xining.findings}
    there |= {f"fact:{fact.key}" for fact in xining.facts} | {f"observation:{one['id']}" for one in xining.observations}
    there |= {"conclusion:total"}
    for finding in xining.findings:
        assert finding.because
        for reason in finding.because:
            assert reason.partition("@")[0] in there, (finding.id, reason)


def test_every_fact_names_a_source_that_is_there(xining: Assessment) -> None:
    sources = {source["id"] for source in xining.city.sources}
    assert {fact.source for fact in xining.facts} <= sources


def test_absent_types_do_not_apply_and_canteens_were_not_inspected(xining: Assessment) -> None:
    states = {fact.key: (fact.state, fact.reason) for fact in xining.facts if fact.reason}
    absent = {key for key, (state, _reason) in states.items() if state == "not_occurring"}
    assert absent == {
        "certification.infant_formula",
        "certification.special_medical",
        "sheet.C2063.Y20",
        "sheet.C2063.Y21",
        "sheet.C2170.Y22",
    }
    assert {key for key, (state, _) in states.items() if state == "not_inspected"} == {
        "school.canteen_occurrences",
        "school.kindergarten_occurrences",
    }
    assert next(o for o in xining.outcomes if o.id == "C.17.58").verdict == "not_applicable"
