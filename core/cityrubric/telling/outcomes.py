"""Codes and points -> outcomes: each with what was measured, what it rests on, and where its lines come from."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.lines import DIGITS, rounded
from cityrubric.evaluate.measures import PartFault
from cityrubric.evaluate.plan import Plan
from cityrubric.outcomes import BandRecord, End, Outcome, PartRecord
from cityrubric.rubric.model import Band, Indicator, Part
from cityrubric.states import STANDINGS, Standing, State, Verdict
from cityrubric.telling.findings import basis
from cityrubric.telling.knowledge import Knowledge
from cityrubric.telling.missing import missing_facts

_WHOLE = 10.0**DIGITS


def tell_outcomes(results: Results, known: Knowledge) -> tuple[Outcome, ...]:
    """Return the outcome of every indicator for one city."""
    codes, told, first = _codes(results, known.column), [], 0
    for number, wording in enumerate(_wordings(known.plan)):
        rows = slice(first, first + len(wording.parts))
        told.append(_tell(wording, number, rows, codes, known))
        first = rows.stop
    return tuple(told)


@frozen(eq=False)
class _Codes:
    """What is said of one city, as numbers of Python: numpy is slow to hand them out one by one."""

    verdicts: Sequence[int]
    points: Sequence[Sequence[int]]
    bits: Sequence[int]
    lows: Sequence[float]
    highs: Sequence[float]
    faults: Sequence[PartFault]


def _codes(results: Results, column: int) -> _Codes:
    measured, outcomes = results.measured, results.outcomes
    return _Codes(
        verdicts=outcomes.verdicts[:, column].tolist(),
        points=outcomes.points[:, :, column].T.tolist(),
        bits=measured.bits[:, column].tolist(),
        lows=measured.ends[0, :, column].tolist(),
        highs=measured.ends[1, :, column].tolist(),
        faults=[fault for fault in outcomes.faults if fault.city == column],
    )


@frozen(eq=False)
class _Wording:
    """What is the same for every city: an indicator, its entries, and the entries of each of its parts."""

    indicator: Indicator
    entries: Mapping[str, Any]
    parts: Sequence[Mapping[str, Any]]


@functools.lru_cache(maxsize=16)
def _wordings(plan: Plan) -> tuple[_Wording, ...]:
    measures = plan.ruleset.offers.measures
    return tuple(
        _Wording(
            indicator,
            {
                "id": indicator.id,
                "title": indicator.title,
                "group": indicator.group,
                "point": indicator.point,
                "clause": indicator.clause,
                "note": indicator.note,
                "max_score": points(indicator.max_score),
                "provenance": {"title": basis(indicator.provenance), "max_score": basis(indicator.max_provenance)},
            },
            [_part(part, measures[part.measure].reads if part.measure else part.facts) for part in indicator.parts],
        )
        for indicator in plan.ruleset.indicators
    )


def points(thousandths: int) -> float:
    """Return thousandths of a point as points."""
    return int(thousandths) / 1000


def _tell(wording: _Wording, number: int, rows: slice, codes: _Codes, known: Knowledge) -> Outcome:
    indicator, verdict = wording.indicator, Verdict(codes.verdicts[number])
    floor, ceiling, most = map(points, codes.points[number])
    contradicts = any(bits & State.CONFLICTING.bit for bits in codes.bits[rows])
    because, rests_on = known.rests_on(indicator)
    is_open = STANDINGS[verdict] is Standing.OPEN or floor < ceiling
    return Outcome(
        **wording.entries,
        verdict=verdict.code,
        score=(floor, ceiling),
        applicable=most,
        parts=tuple(
            PartRecord(**entries, low=end(low), high=end(high))
            for entries, low, high in zip(wording.parts, codes.lows[rows], codes.highs[rows], strict=True)
        ),
        because=because,
        rests_on=rests_on,
        missing=missing_facts(indicator, known, contradicts=contradicts) if is_open else (),
        considers=tuple(f"fact:{key}" for key in indicator.considers if key in known.facts),
        failure=_failure(rows, codes),
    )


def _failure(rows: slice, codes: _Codes) -> str:
    """Which plugin's measure or operator failed on this city, and how."""
    faults = (fault for fault in codes.faults if rows.start <= fault.part < rows.stop)
    return "; ".join(f"{fault.plugin}: {fault.why}" for fault in faults)


def _part(part: Part, reads: tuple[str, ...]) -> dict[str, Any]:
    return {
        "operator": part.operator,
        "reads": reads,
        "measure": part.measure,
        "unit": part.unit,
        "window": f"{part.window.reducer}:{part.window.years}",
        "points": points(part.points),
        "points_basis": basis(part.provenance),
        "line": basis(part.line) if part.line else None,
        "each": points(part.each),
        "each_basis": basis(part.each_provenance) if part.each_provenance else None,
        "cleared_by": part.cleared_by,
        "bands": tuple(_band(band) for band in part.bands),
    }


def _band(band: Band) -> BandRecord:
    return BandRecord(
        verdict=band.verdict.code,
        score=points(band.score),
        at_least=band.at_least,
        above=band.above,
        at_most=band.at_most,
        below=band.below,
        line=basis(band.line),
        score_basis=basis(band.score_provenance),
    )


def end(value: float) -> End:
    """Return one end of an interval as it is stored: as it met a line, or None where it is open."""
    if abs(value) < _WHOLE and value.is_integer():  # has no digits to lose
        return value
    return float(rounded(value)) if math.isfinite(value) else None
