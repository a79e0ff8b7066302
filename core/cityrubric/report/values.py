"""What is known, in the words of a rule set's documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from string import Template

from attrs import frozen

from cityrubric.outcomes import FactRecord, Outcome, Score
from cityrubric.report.audience import View
from cityrubric.report.figures import POINT_DECIMALS, figure
from cityrubric.report.texts import Texts

_RANKS = {"verified": 0, "department": 1, "self": 2}
_DECIMALS = 12


@frozen
class Stated:
    """What is stated of one fact: for each period the one value that counts, the earliest first."""

    facts: tuple[FactRecord, ...]

    @property
    def latest(self) -> FactRecord:
        """The value of the last period."""
        return self.facts[-1]


def stated_facts(facts: Iterable[FactRecord]) -> dict[str, Stated]:
    """Return what can be said of each fact of the whole city: where equally good claims differ, nothing."""
    claims: dict[str, dict[str, list[FactRecord]]] = {}
    for fact in facts:
        if fact.area is None and fact.state == "known" and not fact.overruled:
            claims.setdefault(fact.key, {}).setdefault(fact.period or "", []).append(fact)
    stated = {key: Stated(tuple(_agreed(periods))) for key, periods in claims.items()}
    return {key: one for key, one in stated.items() if one.facts}


def _agreed(periods: Mapping[str, list[FactRecord]]) -> Iterable[FactRecord]:
    for _period, claims in sorted(periods.items(), key=lambda entry: entry[0].split("..")[-1]):
        best = min(_RANKS[claim.by] for claim in claims)
        first, *others = [claim for claim in claims if _RANKS[claim.by] == best]
        if all((one.low, one.high, one.content) == (first.low, first.high, first.content) for one in others):
            yield first


def value_text(fact: FactRecord, words: Mapping[str, str]) -> str:
    """Return a value with its unit, such as `82.5分` or `4批次/千人以上`; never more exact than what is known."""
    if fact.content:
        return words["list"].join(fact.content)
    if fact.kind in {"grade", "date"}:
        return fact.given
    if fact.kind == "bool" and fact.low == fact.high:
        return words["yes" if fact.low else "no"]
    unit = fact.unit
    if fact.low is not None and fact.low == fact.high:
        return figure(fact.low, _DECIMALS) + unit
    ends = {"low": fact.low, "high": fact.high}
    told = {name: figure(end, _DECIMALS) for name, end in ends.items() if end is not None}
    form = "between" if len(told) == 2 else "at_least" if "low" in told else "at_most"
    return Template(words[form]).substitute(told, unit=unit)


def when_text(fact: FactRecord, words: Mapping[str, str]) -> str:
    """Return the years of a value, such as `2019年至2021年`; empty where the source names none."""
    if not fact.period:
        return ""
    first, _dots, last = fact.period.partition("..")
    return Template(words["years" if last else "year"]).substitute(year=first, first=first, last=last)


def all_text(stated: Stated, words: Mapping[str, str]) -> str:
    """Return the values of every period, each with its year."""
    return words["list"].join(when_text(fact, words) + value_text(fact, words) for fact in stated.facts)


def span_text(score: Score | None, words: Mapping[str, str], decimals: int = POINT_DECIMALS, unit: str = "") -> str:
    """Return an interval of points or of a rate, such as `36～158`."""
    if score is None:
        return words["none"]
    low, high = (figure(end, decimals) + unit for end in score)
    return low if low == high else Template(words["span"]).substitute(low=low, high=high)


def date_text(day: date, words: Mapping[str, str]) -> str:
    """Return a day, such as `2022年3月1日`."""
    return Template(words["dated"]).substitute(year=day.year, month=day.month, day=day.day)


def verdict_text(outcome: Outcome, view: View, texts: Texts, code: str = "") -> str:
    """Return an item's verdict, or another one of it, in words; of a veto, "met" means that it is not triggered."""
    roles = {group.id: group.role for group in view.scores.groups} if view.scores else {}
    code, verdicts = code or outcome.verdict, texts.names["verdicts"]
    told = verdicts.get(f"veto_{code}") if roles.get(outcome.group) == "veto" else None
    return told or verdicts[code]
