"""Sums -> claims on the facts that sheets feed, and the record of what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from cityrubric.catalogue import FactSpec
from cityrubric.fieldwork.inspections.cells import UNKNOWN_COUNT
from cityrubric.fieldwork.inspections.rowcodes import RowCodes
from cityrubric.fieldwork.inspections.sums import Mean, Sums, means_by_fact, means_by_type, point_scores
from cityrubric.fieldwork.wilson import wilson
from cityrubric.inspected import FactRate, RowRate, TypeScore
from cityrubric.records import Claim, Period
from cityrubric.rubric.onsite import InspectionTerms
from cityrubric.states import Speaker, State

if TYPE_CHECKING:
    from polars import DataFrame

_PERCENT = "%"
Ends = tuple[float, float]
Lines = list[dict[str, Any]]


@frozen(eq=False)
class Teller:
    """Tells sums as claims and records.

    Attributes:
        source: id of the source that claims name.
        year: which the inspections speak of.
        disputed: (row, mode) -> whether tables differ on it at some point.
    """

    terms: InspectionTerms
    codes: RowCodes
    catalogue: Mapping[str, FactSpec]
    source: str
    year: int
    disputed: frozenset[str]

    def facts(self, sums: Sums) -> Iterator[tuple[tuple[Claim, ...], FactRate | None]]:
        """Yield the claims on each fact, two where inspectors' tables differ, and on what they rest."""
        fed: dict[str, Lines] = {}
        for line in sums.rows.iter_rows(named=True):
            for key in self.codes.by_row[line["row"]][1].feeds:
                fed.setdefault(key, []).append(line)
        means = means_by_fact(sums.classes, self.codes, [k for k in fed if self.catalogue[k].unit == _PERCENT])
        for key, lines in sorted(fed.items()):
            yield self._fact(self.catalogue[key], lines, means.get(key))

    def _fact(self, spec: FactSpec, lines: Lines, mean: Mean | None) -> tuple[tuple[Claim, ...], FactRate | None]:
        missing = _missing(lines)
        if missing is not None:
            reason = self.terms.words["not_applicable" if missing is State.NOT_OCCURRING else "not_inspected"]
            return (self._claim(spec, missing, (spec.low, spec.high), reason=reason),), None
        ends = _percent(mean) if mean else _truth(lines) if spec.kind == "bool" else _count(lines)
        differs = any(line["row"] in self.disputed for line in lines)
        parted = ends[0] < ends[1] and (differs or spec.kind == "bool")
        claims = tuple(
            self._claim(spec, State.KNOWN, one) for one in (((end, end) for end in ends) if parted else [ends])
        )
        points = mean.count if mean else max(_per_row(lines).values())
        sampling = self._sampling(mean.low, mean.high, mean.count) if mean else None
        return claims, FactRate(spec.key, points, (ends[0], ends[1] if ends[1] < inf else None), sampling)

    def _claim(self, spec: FactSpec, state: State, ends: Ends, reason: str = "") -> Claim:
        return Claim(
            key=spec.key,
            state=state,
            low=ends[0],
            high=ends[1],
            period=Period(self.year, self.year) if spec.period != "none" else None,
            speaker=Speaker.VERIFIED,
            given=_given(spec, ends) if state is State.KNOWN else "",
            source=self.source,
            reason=reason,
        )

    def row_rates(self, sums: Sums) -> Iterator[RowRate]:
        """Yield the pass rate of each row, by mode and district."""
        for line in sums.rows.sort("row", "mode", "district").iter_rows(named=True):
            count, passed = line["inspected"], (line["passed_low"], line["passed_high"])
            rates = [Fraction(some, count) for some in passed] if count else []
            yield RowRate(
                row=line["row"],
                mode=line["mode"],
                district=line["district"],
                inspected=count,
                passed=passed,
                rate=_both(_in_percent, rates),
                sampling=self._sampling(rates[0], rates[1], count) if rates else None,
                occurrences=line["found"],
            )

    def type_scores(self, sums: Sums) -> Iterator[TypeScore]:
        """Yield the score of each business type and mode."""
        scores = point_scores(sums.classes, self.codes)
        means, visits = means_by_type(scores), dict(_visits(scores))
        for (type_, mode), points in sorted(visits.items()):
            lines = [e for e in sums.rows.to_dicts() if e["mode"] == mode and self._sheet(e).type == type_]
            mean = means.get((type_, mode))
            found = sum(line["found"] for line in lines)
            lost = sum(line["cost_low"] * self.codes.by_row[line["row"]][1].each for line in lines) / 1000
            yield TypeScore(
                type=type_,
                mode=mode,
                title=next(sheet.title for sheet in self.terms.sheets if sheet.type == type_),
                points=points,
                scored=mean.count if mean else 0,
                score=_percent(mean) if mean else None,
                sampling=self._sampling(mean.low, mean.high, mean.count) if mean else None,
                occurrences=found,
                per_point=_digits(found / points),
                lost=lost,
                lost_per_point=_digits(lost / points),
            )

    def _sheet(self, line: Mapping[str, Any]) -> Any:
        return self.codes.by_row[line["row"]][0]

    def _sampling(self, low: Fraction, high: Fraction, count: int) -> Ends:
        """Return the interval around a rate, in percent; around both ends where the rate is not exact."""
        least, most = (wilson(end, count, self.terms.confidence) for end in (low, high))
        return _digits(least[0] * 100), _digits(most[1] * 100)


def _visits(scores: DataFrame) -> Iterator[tuple[tuple[str, str], int]]:
    for type_, mode, points in scores.group_by("type", "mode").agg(pl.col("alike").sum()).iter_rows():
        yield (type_, mode), points


def _missing(lines: Lines) -> State | None:
    """Why nothing is known, if nothing is: no row applies anywhere, or none was inspected."""
    if any(line["inspected"] for line in lines):
        return None
    return State.NOT_INSPECTED if any(line["unseen"] for line in lines) else State.NOT_OCCURRING


def _per_row(lines: Lines) -> dict[str, int]:
    counts: dict[str, int] = {}
    for line in lines:
        counts[line["row"]] = counts.get(line["row"], 0) + line["inspected"]
    return counts


def _percent(mean: Mean) -> Ends:
    return _in_percent(mean.low), _in_percent(mean.high)


def _in_percent(rate: Fraction) -> float:
    return float(rate * 100)


def _both(function: Callable[[Fraction], float], rates: list[Fraction]) -> Ends | None:
    return (function(rates[0]), function(rates[1])) if rates else None


def _truth(lines: Lines) -> Ends:
    """True where every point says so, false where none may."""
    seen, unseen = (sum(line[name] for line in lines) for name in ("inspected", "unseen"))
    low, high = (sum(line[name] for line in lines) for name in ("passed_low", "passed_high"))
    return float(low == seen and not unseen), float(high + unseen > 0)


def _count(lines: Lines) -> Ends:
    """Occurrences that cost; open above where a point was not inspected."""
    low, high = (sum(line[name] for line in lines) for name in ("cost_low", "cost_high"))
    return float(low), inf if high >= UNKNOWN_COUNT else float(high)


def _digits(number: float) -> float:
    return float(f"{number:.12g}")


def _given(spec: FactSpec, ends: Ends) -> str:
    """How a claim is told; the same in every language."""
    if spec.kind == "bool":
        return "true" if ends[0] else "false"
    low, high = (f"{end:.12g}" for end in ends)
    number = low if low == high else f"≥{low}" if ends[1] == inf else f"{low}..{high}"
    return f"{number} {spec.unit}"
