"""Records on vetoes that do not fit the figures, or each other: told as findings, stopping nothing."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template

from cityrubric.assessment import Finding
from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.block import CLEARED, FOUND
from cityrubric.evaluate.columns import is_valid
from cityrubric.outcomes import Basis
from cityrubric.rubric.model import Indicator
from cityrubric.states import Verdict
from cityrubric.telling.inconsistencies import KIND
from cityrubric.telling.knowledge import Knowledge

AGAINST, OPEN, DIFFER = "clearance_against", "clearance_open", "clearances_differ"
_SEVERITY = "serious"  # a veto decides the whole assessment
_OURS = Basis("reconstructed", "")


def tell_clearances(results: Results, known: Knowledge) -> list[Finding]:
    """Return one finding per contradiction between the records on a veto and the figures, and among the records."""
    return [_finding(word, indicator, known) for indicator, word in _contradictions(results, known)]


def _contradictions(results: Results, known: Knowledge) -> Iterator[tuple[Indicator, str]]:
    """A record that speaks against a figure decides nothing: the figure does, or the veto stays open.

    So a veto that is triggered although a record clears it was triggered by a figure, and one that is open although a
    record reports it was held open by one.
    """
    if not known.city.clearances:
        return
    indicators = known.plan.ruleset.indicators
    recorded = [n for n, one in enumerate(indicators) if any(part.cleared_by == "record" for part in one.parts)]
    for row, number in enumerate(recorded):
        verdict = Verdict(int(results.outcomes.verdicts[number, known.column]))
        says = int(known.block.cleared[row, known.column])
        if says == CLEARED and verdict is Verdict.NOT_MET:
            yield indicators[number], AGAINST
        if says == FOUND and verdict is Verdict.UNDETERMINED:
            yield indicators[number], OPEN
        if says == FOUND and not all(_found(indicators[number].id, known)):
            yield indicators[number], DIFFER


def _found(veto: str, known: Knowledge) -> Iterator[bool]:
    return (one.found for one in known.city.clearances if one.veto == veto and is_valid(one, known.city))


def _finding(word: str, indicator: Indicator, known: Knowledge) -> Finding:
    texts = known.plan.ruleset.texts
    words = {"title": indicator.title, "years": "", "why": texts.get(word, texts["conflicting"])}
    because, _speaker = known.rests_on(indicator)
    return Finding(
        id=f"I.{word}/{indicator.id}",
        rule=f"I.{word}",
        kind=KIND,
        severity=_SEVERITY,
        basis="computed",
        title=indicator.title,
        says=Template(texts["inconsistency"]).substitute(words),
        about=(indicator.id,),
        because=because,
        provenance=_OURS,
    )
