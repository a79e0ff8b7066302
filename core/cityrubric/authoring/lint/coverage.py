"""Which indicators a rule set computes, which it leaves to a person, and which it has no rule for."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from cityrubric.authoring.lint.remarks import Remark
from cityrubric.language import translate as _
from cityrubric.rubric.model import Indicator, Ruleset


class Coverage(str, Enum):
    """How far rules cover an indicator."""

    COMPUTED = "computed"
    PARTLY = "partly"
    EXPERT = "expert"
    NO_RULE = "no_rule"


_OF_OPERATOR = {"expert": Coverage.EXPERT, "report": Coverage.NO_RULE}


def coverage_of(indicator: Indicator) -> Coverage:
    """Return how far rules cover an indicator: what all its parts are, or partly; what is pending has no rule."""
    if indicator.pending:
        return Coverage.NO_RULE
    ways = {_OF_OPERATOR.get(part.operator, Coverage.COMPUTED) for part in indicator.parts}
    if len(ways) == 1:
        return ways.pop()
    return Coverage.PARTLY if Coverage.COMPUTED in ways else Coverage.EXPERT


def coverage_ledger(ruleset: Ruleset) -> dict[Coverage, tuple[Indicator, ...]]:
    """Return the indicators of a rule set by how far rules cover them; every one of them is in it once."""
    found = {indicator.id: coverage_of(indicator) for indicator in ruleset.indicators}
    return {way: tuple(one for one in ruleset.indicators if found[one.id] is way) for way in Coverage}


def check_orphans(ruleset: Ruleset) -> Iterator[Remark]:
    """Yield remarks on what nobody answers for: a rule yet to be written, none and no word why, an empty heading."""
    for indicator in coverage_ledger(ruleset)[Coverage.NO_RULE]:
        if indicator.pending:
            drafted = ", ".join(indicator.drafted) or "—"
            says = _("write the rule of '{text}' (drafted: {drafted}), or leave it to an expert; then delete `pending`")
            yield Remark("pending", indicator.id, says.format(text=indicator.pending, drafted=drafted))
        elif not indicator.note:
            yield Remark("orphan", indicator.id, _("has no rule; write one, or say in `note` why there is none"))
    used = {indicator.point for indicator in ruleset.indicators}
    for point in ruleset.points:
        if point.id not in used:
            yield Remark("orphan", point.id, _("a heading without any indicator"))
