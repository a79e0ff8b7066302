"""What became of a city's appeals, and which revision each accepted one made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from cityrubric.ledger.changes import Development, development
from cityrubric.ledger.ledger import Entry
from cityrubric.outcomes import Score

OPEN, CHANGED = "open", "changed"


@frozen
class AppealTold:
    """One appeal as the ledger has it.

    Attributes:
        decision: open, upheld (维持) or changed (改判).
        revision: the first assessment that rests on the decision, as year and revision; None for one that changed none.
        difference: of that assessment from the one before it; None if there is none before.
        rates: of the one before and of that assessment.
    """

    id: str
    item: str
    claim: str
    decision: str
    reason: str
    reviewers: tuple[str, ...]
    given: str = ""
    revision: tuple[int, int] | None = None
    difference: Development | None = None
    rates: tuple[Score | None, Score | None] = (None, None)


def appeals_of(history: Sequence[Entry]) -> tuple[AppealTold, ...]:
    """Return every appeal that the assessments of a city know of, as the latest of them has it."""
    latest: dict[str, dict[str, Any]] = {}
    for entry in history:
        latest |= {appeal["id"]: appeal for appeal in _appeals(entry)}
    return tuple(_told(appeal, history) for _id, appeal in sorted(latest.items()))


def _told(appeal: dict[str, Any], history: Sequence[Entry]) -> AppealTold:
    told = AppealTold(
        id=appeal["id"],
        item=appeal["item"],
        claim=appeal["claim"],
        decision=appeal.get("decision", OPEN),
        reason=appeal.get("reason", ""),
        reviewers=tuple(appeal.get("reviewers", ())),
        given=appeal.get("given", ""),
    )
    if told.decision != CHANGED:
        return told
    first = next(entry for entry in history if _has_changed(entry, told.id))
    difference = development(first, tuple(history))
    rates = (_rate_of(difference.since, first, history) if difference else None, first.document["scores"]["rate"])
    return evolve(told, revision=(first.year, first.revision), difference=difference, rates=rates)


def _rate_of(place: tuple[int, int], like: Entry, history: Sequence[Entry]) -> Score | None:
    same = [e for e in history if e.ruleset == like.ruleset and (e.year, e.revision) == place]
    rate: Score | None = same[0].document["scores"]["rate"]
    return rate


def _has_changed(entry: Entry, id_: str) -> bool:
    return any(appeal["id"] == id_ and appeal.get("decision") == CHANGED for appeal in _appeals(entry))


def _appeals(entry: Entry) -> list[dict[str, Any]]:
    appeals: list[dict[str, Any]] = entry.document["city"].get("appeals", [])
    return appeals
