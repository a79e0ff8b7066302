"""Codes and points -> outcomes: each with what was measured, what it rests on, and where its lines come from."""

from __future__ import annotations

import math

from cityrubric.assessment import BandRecord, End, Outcome, PartRecord
from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.lines import rounded
from cityrubric.records import STANDINGS, Standing, State, Verdict
from cityrubric.rubric.model import Band, Indicator, Part
from cityrubric.telling.findings import basis
from cityrubric.telling.knowledge import Knowledge
from cityrubric.telling.missing import missing_facts


def tell_outcomes(results: Results, known: Knowledge) -> tuple[Outcome, ...]:
    """Return the outcome of every indicator for one city."""
    told, first = [], 0
    for number, indicator in enumerate(known.plan.ruleset.indicators):
        rows = range(first, first + len(indicator.parts))
        told.append(_tell(indicator, number, rows, results, known))
        first = rows.stop
    return tuple(told)


def points(thousandths: int) -> float:
    """Return thousandths of a point as points."""
    return int(thousandths) / 1000


def _tell(indicator: Indicator, number: int, rows: range, results: Results, known: Knowledge) -> Outcome:
    column, outcomes = known.column, results.outcomes
    verdict = Verdict(int(outcomes.verdicts[number, column]))
    floor, ceiling, most = (points(some) for some in outcomes.points[:, number, column])
    contradicts = any(results.measured.bits[row, column] & State.CONFLICTING.bit for row in rows)
    is_open = STANDINGS[verdict] is Standing.OPEN or floor < ceiling
    return Outcome(
        id=indicator.id,
        title=indicator.title,
        group=indicator.group,
        point=indicator.point,
        clause=indicator.clause,
        note=indicator.note,
        verdict=verdict.code,
        score=(floor, ceiling),
        max_score=points(indicator.max_score),
        applicable=most,
        parts=tuple(_part(part, row, results, known) for part, row in zip(indicator.parts, rows, strict=True)),
        because=known.because(indicator),
        rests_on=known.rests_on(indicator),
        missing=missing_facts(indicator, known, contradicts=contradicts) if is_open else (),
        considers=tuple(f"fact:{key}" for key in indicator.considers if key in known.facts),
        failure=_failure(indicator, rows, results, known),
        provenance={"title": basis(indicator.provenance), "max_score": basis(indicator.max_provenance)},
    )


def _failure(indicator: Indicator, rows: range, results: Results, known: Knowledge) -> str:
    """Which plugin's measure failed on this city, and how."""
    measures = known.plan.ruleset.offers.measures
    failed = [
        f"{measures[indicator.parts[fault.part - rows.start].measure].plugin}: "
        f"{indicator.parts[fault.part - rows.start].measure} {fault.why}"
        for fault in results.measured.faults
        if fault.part in rows and fault.city == known.column
    ]
    return "; ".join(failed)


def _part(part: Part, row: int, results: Results, known: Knowledge) -> PartRecord:
    low, high = results.measured.ends[:, row, known.column]
    return PartRecord(
        operator=part.operator,
        reads=known.reads(part),
        measure=part.measure,
        unit=part.unit,
        window=f"{part.window.reducer}:{part.window.years}",
        low=end(low),
        high=end(high),
        points=points(part.points),
        points_basis=basis(part.provenance),
        line=basis(part.line) if part.line else None,
        each=points(part.each),
        each_basis=basis(part.each_provenance) if part.each_provenance else None,
        cleared_by=part.cleared_by,
        bands=tuple(_band(band) for band in part.bands),
    )


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
    return float(rounded(value)) if math.isfinite(value) else None
