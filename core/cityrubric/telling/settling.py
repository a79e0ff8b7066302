"""What would settle an open conclusion: the missing facts, scores and clearances, most valuable first."""

from __future__ import annotations

from collections.abc import Sequence

from cityrubric.assessment import Settling
from cityrubric.outcomes import Outcome
from cityrubric.states import Verdict
from cityrubric.telling.knowledge import Knowledge

_OPEN = {Verdict.UNDETERMINED.code, Verdict.NOT_ASSESSED.code}


def would_settle(outcomes: Sequence[Outcome], known: Knowledge) -> tuple[Settling, ...]:
    """Return what is missing, by how far it keeps the total open; first what vetoes wait for: nothing passes without.

    A fact is credited with all that the indicators waiting for it leave open: the most that knowing it can narrow.
    """
    ruleset = known.plan.ruleset
    roles = {group.id: group.role for group in ruleset.groups}
    recorded = {i.id for i in ruleset.indicators for part in i.parts if part.cleared_by == "record"}
    is_open = [
        outcome
        for outcome in outcomes
        if (outcome.verdict in _OPEN or outcome.score[0] < outcome.score[1]) and roles[outcome.group] != "bonus"
    ]
    clearances = [
        Settling(f"clearance:{outcome.id}", "clearance", outcome.title, 0.0, (outcome.id,))
        for outcome in is_open
        if outcome.id in recorded
    ]
    return (*clearances, *_facts([outcome for outcome in is_open if outcome.id not in recorded], known))


def _facts(outcomes: Sequence[Outcome], known: Knowledge) -> list[Settling]:
    waiting: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for missing in outcome.missing:
            waiting.setdefault(missing.key, []).append(outcome)
    found = [_settling(key, items, known) for key, items in waiting.items()]
    items = known.plan.ruleset.indicators
    vetoes = {item.id for item in items if any(part.operator == "veto" for part in item.parts)}
    return sorted(found, key=lambda one: (vetoes.isdisjoint(one.items), -one.points, one.id))


def _settling(key: str, items: Sequence[Outcome], known: Knowledge) -> Settling:
    spec = known.spec(key)
    kind = "score" if spec.signed else "fact"
    open_points = sum(round((item.score[1] - item.score[0]) * 1000) for item in items) / 1000
    return Settling(f"{kind}:{key}", kind, spec.title, open_points, tuple(item.id for item in items))
