"""`cityrubric explain`: why a result of a city is what it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from attrs import asdict
from rich.console import Console

from cityrubric.cli.saying import result
from cityrubric.cli.session import find_city, load_ruleset
from cityrubric.documents import check_document, read_json
from cityrubric.errors import FaultLog
from cityrubric.explain.explain import explain
from cityrubric.intake.facts import read_city
from cityrubric.report.tree import explanation_tree


def explain_result(city: Path, id_: str, version: str, stored: Path | None, *, as_json: bool) -> None:
    """Explain one result of a city.

    Raises:
        CityrubricError: if there is no such city or result, or the stored assessment is not reproduced.
    """
    folder, ruleset = find_city(city), load_ruleset(version)
    told = explain(read_city(folder, ruleset), ruleset, id_, _stored(stored) if stored else None)
    if as_json:
        plain = sys.stdout.encoding.lower().replace("-", "") != "utf8"
        result(json.dumps(asdict(told), ensure_ascii=plain, indent=1, allow_nan=False) + "\n")
    else:
        Console().print(explanation_tree(told))


def _stored(path: Path) -> dict[str, Any]:
    log = FaultLog()
    document: dict[str, Any] = read_json(path, path.as_posix(), log)
    if not log.faults:
        check_document(document, path.as_posix(), "assessment", log)
    log.check()
    return document
