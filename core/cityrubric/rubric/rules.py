"""Rules as they are written -> records: when a city passes, and what is found."""

from __future__ import annotations

from cityrubric.documents import Document
from cityrubric.errors import Spot
from cityrubric.rubric.conclusions import Action, Rule
from cityrubric.rubric.numbers import points, provenance, thousandths
from cityrubric.rubric.passing import PassRule, Requirement


def read_pass_rule(entry: Document, spot: Spot) -> PassRule:
    """Read when a city passes."""
    line, line_provenance = points(entry["line"], spot.at("line"))
    key_line, key_provenance = points(entry["key_line"], spot.at("key_line")) if "key_line" in entry else (0, None)
    requires = tuple(
        Requirement(one["result"], thousandths(one["at_least"], spot.at("requires", n)), provenance(one["provenance"]))
        for n, one in enumerate(entry.get("requires", ()))
    )
    return PassRule(line, line_provenance, tuple(entry.get("key_items", ())), key_line, key_provenance, requires)


def read_rule(entry: Document, file: str) -> Rule:
    """Read a rule about findings, which stands in the file."""
    return Rule(
        id=entry["id"],
        kind=entry["kind"],
        says=entry["says"],
        any_of=tuple(tuple(patterns) for patterns in entry["any_of"]),
        provenance=provenance(entry["provenance"]),
        file=file,
        severity=entry.get("severity", ""),
        title=entry.get("title", ""),
        about=tuple(entry.get("about", ())),
        action=_action(entry["action"]) if "action" in entry else None,
    )


def _action(entry: Document) -> Action:
    return Action(tuple(entry["departments"]), entry["effort"], entry["days"])
