"""What does not fit together in what is stated of one city: told as findings, stopping nothing."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from operator import or_
from string import Template

import numpy as np

from cityrubric.assessment import Finding
from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.claims import CLAIMS_DIFFER
from cityrubric.evaluate.plan import Plan
from cityrubric.outcomes import Basis
from cityrubric.records import Period
from cityrubric.rubric.model import Indicator, Part
from cityrubric.states import KNOWN_BITS, State
from cityrubric.telling.knowledge import Knowledge, fact_id
from cityrubric.telling.missing import spoken

_TOLD = {
    State.DISPUTED.bit: "disputed",
    State.CONFLICTING.bit: "conflicting",
    State.OTHER_UNIT.bit: "other_unit",
    CLAIMS_DIFFER: "claims_differ",
}
_TOLD_BITS = sum(_TOLD)
KIND, SEVERITY = "inconsistency", "moderate"
_OURS = Basis("reconstructed", "")


def tell_inconsistencies(results: Results, known: Knowledge) -> list[Finding]:
    """Return one finding per contradiction: within claims, between ways to one figure, and between years."""
    found = [*_of_claims(known), *_of_ratios(known), *_of_years(known), *_of_measures(results, known)]
    return list({finding.id: finding for finding in reversed(found)}.values())[::-1]


def _of_claims(known: Knowledge) -> Iterator[Finding]:
    """Disputes, contradicting claims, figures in a unit of another quantity."""
    for key, periods in sorted(known.facts.items()):
        bits = functools.reduce(or_, (one.bits for one in periods.values()), 0)
        for bit, word in _TOLD.items() if bits & _TOLD_BITS else ():
            where = sorted((period for period, one in periods.items() if one.bits & bit), key=str)
            if where:
                yield _finding(word, key, where, known.plan.ruleset.texts[word], known)


def _of_ratios(known: Knowledge) -> Iterator[Finding]:
    """Published percentages that contradict their own counts."""
    layout, last = known.plan.layout, known.city.assessment_year
    for spec in layout.specs:
        if spec.ratio:
            back = [year for year in range(layout.years) if known.state(spec.key, year) is State.CONFLICTING]
            if back:
                years = [Period(last - year, last - year) for year in back]
                yield _finding("conflicting", spec.key, years, known.plan.ruleset.texts["conflicting"], known)


def _of_years(known: Knowledge) -> Iterator[Finding]:
    """Stocks of another year that stand in a ratio with figures of the year itself."""
    for keys, years in _together(known.plan):
        for key in keys:
            yield from _of_lent_years(key, keys, years, known)


@functools.lru_cache(maxsize=16)
def _together(plan: Plan) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Facts that stand in one figure with others, and over how many years."""
    offers = plan.ruleset.offers
    found: list[tuple[tuple[str, ...], int]] = []
    for part in (part for indicator in plan.ruleset.indicators for part in indicator.parts):
        reads = offers.measures[part.measure].reads if part.measure else part.facts
        together = [reads] if part.measure else []
        together += [ratio for key in reads if (ratio := offers.catalogue[key].ratio)]
        found += [(keys, part.window.years) for keys in together]
    return tuple(dict.fromkeys(reversed(found)))[::-1]  # told at their last place


def _of_lent_years(key: str, keys: Sequence[str], years: int, known: Knowledge) -> Iterator[Finding]:
    if key not in known.facts:
        return
    own = sorted(p.first for p, one in known.facts[key].items() if p and p.first == p.last and one.is_known)
    others = [other for other in keys if other != key]
    lent = [
        known.city.assessment_year - back
        for back in range(years)
        if known.city.assessment_year - back not in own
        and known.state(key, back).bit & KNOWN_BITS
        and any(known.state(other, back).bit & KNOWN_BITS for other in others)
    ]
    if own and lent:
        says = Template(known.plan.ruleset.texts["other_year"]).substitute(
            years="、".join(spoken(Period(year, year), known) for year in own)
        )
        used = [Period(year, year) for year in own]
        yield _finding("other_year", key, [Period(year, year) for year in lent], says, known, used)


def _of_measures(results: Results, known: Knowledge) -> Iterator[Finding]:
    """Ways to one figure that contradict each other: in a measure, or what is said of a span and of its years."""
    parts = [(indicator, part) for indicator in known.plan.ruleset.indicators for part in indicator.parts]
    for number in np.flatnonzero(results.measured.bits[:, known.column] & State.CONFLICTING.bit).tolist():
        indicator, part = parts[number]
        if part.measure or not _is_told(part, known):
            yield _of_measure(indicator, part, known)


def _is_told(part: Part, known: Knowledge) -> bool:
    """Whether the contradiction is within a fact of one year, which is told of the fact."""
    years = range(part.window.years)
    return any(known.state(key, year) is State.CONFLICTING for key in part.facts for year in years)


def _of_measure(indicator: Indicator, part: Part, known: Knowledge) -> Finding:
    why = known.plan.ruleset.texts["conflicting"]
    says = Template(known.plan.ruleset.texts["inconsistency"]).substitute(title=indicator.title, years="", why=why)
    because = tuple(sorted(f"fact:{key}" for key in known.reads(part) if key in known.facts))
    id_ = f"I.conflicting/{part.measure or part.facts[0]}"
    return Finding(
        id_, "I.conflicting", KIND, SEVERITY, "computed", indicator.title, says, (indicator.id,), because, _OURS
    )


def _finding(
    word: str,
    key: str,
    periods: Sequence[Period | None],
    why: str,
    known: Knowledge,
    used: Sequence[Period | None] | None = None,
) -> Finding:
    """Say what is wrong with a fact in some periods; `used` are the periods it rests on, if those are others."""
    texts, title = known.plan.ruleset.texts, known.spec(key).title
    years = "、".join(spoken(period, known) for period in sorted(periods, key=str) if period)
    return Finding(
        id=f"I.{word}/{key}",
        rule=f"I.{word}",
        kind=KIND,
        severity=SEVERITY,
        basis="computed",
        title=title,
        says=Template(texts["inconsistency"]).substitute(title=title, years=years, why=why),
        about=known.users(key),
        because=tuple(sorted(fact_id(key, period) for period in (periods if used is None else used))),
        provenance=_OURS,
    )
