"""`cityrubric explain`: why a result of a city is what it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from attrs import asdict

from cityrubric.cli.saying import result, screen
from cityrubric.cli.session import find_city, load_ruleset
from cityrubric.documents import check_document, read_json
from cityrubric.errors import CityrubricError, FaultLog
from cityrubric.explain.explain import explain
from cityrubric.intake.facts import read_city
from cityrubric.language import translate as _
from cityrubric.report.tree import explanation_tree
from cityrubric.telling.provincial import city_for


def explain_result(
    city: Path, id_: str, version: str, stored: Path | None, *, as_json: bool, overlay: str = ""
) -> None:
    """Explain one result of a city, by the national rules or by an overlay's own.

    Raises:
        CityrubricError: if there is no such city or result, or the stored assessment is not reproduced.
    """
    folder, ruleset = find_city(city), load_ruleset(version, overlay)
    facts, document = read_city(folder, ruleset), _stored(stored) if stored else None
    if ruleset.overlay is not None:
        if document is not None:
            raise CityrubricError(_("--assessment is compared with the national rules: leave out --overlay"))
        facts, ruleset = city_for(facts, ruleset.overlay), ruleset.overlay.ruleset
    told = explain(facts, ruleset, id_, document)
    if as_json:
        plain = sys.stdout.encoding.lower().replace("-", "") != "utf8"
        result(json.dumps(asdict(told), ensure_ascii=plain, indent=1, allow_nan=False) + "\n")
    else:
        screen().print(explanation_tree(told))


def _stored(path: Path) -> dict[str, Any]:
    log = FaultLog()
    document: dict[str, Any] = read_json(path, path.as_posix(), log)
    if not log.faults:
        check_document(document, path.as_posix(), "assessment", log)
    log.check()
    return document
