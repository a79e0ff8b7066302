"""Cases that write themselves: a value below, on and above each line, judged by the lines as written."""

from __future__ import annotations

from collections.abc import Iterator

from cityrubric.authoring.cases import Case
from cityrubric.canonical import decimal_text
from cityrubric.rubric.model import Part, Ruleset, Window
from cityrubric.states import Verdict

_NEAR = 0.01


def boundary_cases(ruleset: Ruleset) -> Iterator[Case]:
    """Yield a case for each side of each line of the indicators that look at one figure of one year."""
    for indicator in ruleset.indicators:
        part = indicator.parts[0]
        if len(indicator.parts) == 1 and _is_plain(part, ruleset):
            for value in _values(part, ruleset):
                verdict = next((band.verdict for band in part.bands if band.holds(value)), Verdict.NOT_MET)
                name = f"{indicator.id} {part.facts[0]} = {decimal_text(value)}"
                yield Case(name, {"facts": {part.facts[0]: value}}, {"verdicts": {indicator.id: verdict.code}})


def _is_plain(part: Part, ruleset: Ruleset) -> bool:
    number = bool(part.facts) and ruleset.offers.catalogue[part.facts[0]].kind == "number"
    return part.operator == "bands" and number and part.window == Window()


def _values(part: Part, ruleset: Ruleset) -> list[float]:
    spec = ruleset.offers.catalogue[part.facts[0]]
    limits = [limit for band in part.bands for limit in (band.at_least, band.above, band.at_most, band.below)]
    near = {round(limit + step, 6) for limit in limits if limit is not None for step in (-_NEAR, 0.0, _NEAR)}
    return sorted(value for value in near if spec.low <= value <= spec.high)
