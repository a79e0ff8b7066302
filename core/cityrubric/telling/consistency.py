"""Relations between facts that do not hold: told as findings, stopping nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from string import Template

from attrs import frozen

from cityrubric.assessment import Finding
from cityrubric.evaluate.lines import rounded
from cityrubric.records import Period
from cityrubric.rubric.conclusions import Consistency, Side
from cityrubric.telling.findings import basis
from cityrubric.telling.inconsistencies import KIND, SEVERITY
from cityrubric.telling.knowledge import Knowledge, fact_id
from cityrubric.telling.missing import spoken

Ends = tuple[float, float]


@frozen
class _Broken:
    """A relation that does not hold in one year."""

    period: Period | None
    left: Ends
    right: Ends


def tell_broken(known: Knowledge) -> list[Finding]:
    """Return one finding per relation that the city's figures break, naming the years.

    Figures of one and the same year are compared, and only where every one of them is known; an interval breaks a
    relation only if no value in it keeps it.
    """
    found = []
    for relation in known.plan.ruleset.consistency:
        if not all(key in known.facts for key in relation.keys):
            continue  # a figure that nobody states breaks nothing
        broken = [one for one in _compared(relation, known) if not _holds(relation, one)]
        if broken:
            found.append(_finding(relation, broken, known))
    return found


def _compared(relation: Consistency, known: Knowledge) -> Iterator[_Broken]:
    for period in _periods(relation, known):
        left, right = (_value(side, period, known) for side in (relation.left, relation.right))
        if left is not None and right is not None:
            yield _Broken(period, left, right)


def _periods(relation: Consistency, known: Knowledge) -> list[Period | None]:
    """The years in which any of the facts is stated; once only for facts that are tied to none."""
    stated = {period for key in relation.keys for period in known.facts.get(key, {})}
    years = sorted(period for period in stated if period is not None and period.first == period.last)
    tied = any(known.spec(key).period != "none" for key in relation.keys)
    return [*years] if tied else [None]


def _value(side: Side, period: Period | None, known: Knowledge) -> Ends | None:
    parts = [_ends(key, period, known) for key in side.keys]
    whole = _ends(side.per, period, known) if side.per else (1.0, 1.0)
    if whole is None or whole[0] <= 0 or any(part is None for part in parts):
        return None
    low, high = (math.fsum(part[end] for part in parts if part) * side.times for end in (0, 1))
    return low / whole[1], high / whole[0]


def _ends(key: str, period: Period | None, known: Knowledge) -> Ends | None:
    periods = known.facts.get(key, {})
    one = periods.get(None if known.spec(key).period == "none" else period)
    return (one.low, one.high) if one is not None and one.is_known else None


def _holds(relation: Consistency, compared: _Broken) -> bool:
    over = rounded(compared.left[0] - compared.right[1]) > relation.within
    under = rounded(compared.right[0] - compared.left[1]) > relation.within
    return not over if relation.relation == "at_most" else not (over or under)


def _finding(relation: Consistency, broken: list[_Broken], known: Knowledge) -> Finding:
    years = "、".join(spoken(one.period, known) for one in broken if one.period)
    ids = {
        fact_id(key, None if known.spec(key).period == "none" else one.period)
        for one in broken
        for key in relation.keys
    }
    words = {"title": relation.title, "years": years, "why": relation.says}
    return Finding(
        id=relation.id,
        rule=relation.id,
        kind=KIND,
        severity=SEVERITY,
        basis="computed",
        title=relation.title,
        says=Template(known.plan.ruleset.texts["inconsistency"]).substitute(words),
        about=known.users(*relation.keys),
        because=tuple(sorted(ids)),
        provenance=basis(relation.provenance),
    )
