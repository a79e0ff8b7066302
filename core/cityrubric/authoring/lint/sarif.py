"""Remarks as SARIF 2.1.0, which editors and code hosts show beside the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cityrubric.authoring.lint.remarks import FAULT, Remark, meanings

_LEVELS = {FAULT: "error"}


def to_sarif(remarks: Sequence[Remark]) -> dict[str, Any]:
    """Return the remarks as a SARIF log of one run."""
    rules = [{"id": code, "shortDescription": {"text": says}} for code, says in meanings().items()]
    return {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [
            {
                "tool": {"driver": {"name": "cityrubric", "rules": rules}},
                "results": [_result(remark) for remark in remarks],
            }
        ],
    }


def _result(remark: Remark) -> dict[str, Any]:
    logical = {"logicalLocations": [{"fullyQualifiedName": remark.where}]}
    physical = {"physicalLocation": {"artifactLocation": {"uri": remark.file}}} if remark.file else {}
    return {
        "ruleId": remark.code,
        "level": _LEVELS.get(remark.level, "note"),
        "message": {"text": f"{remark.where}: {remark.says}"},
        "locations": [{**logical, **physical}],
    }
