"""Results -> a workbook: scores beside what the city claims and what was verified, gaps, findings, facts, provenance.

What the city claims (自评) and what was verified (省级认定) are the figures themselves: a score follows from the
claims that the rule set lets count, and no document computes another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import compress

from attrs import evolve

from cityrubric.outcomes import FactRecord, Outcome
from cityrubric.report.audience import Audience, View
from cityrubric.report.books import Cell, Column, Sheet, write_book
from cityrubric.report.figures import RATE_DECIMALS, figure
from cityrubric.report.filed import evidence_rows, filed_rows
from cityrubric.report.inspecting import check_rows, occurrence_rows, robust_rows, type_rows
from cityrubric.report.sentences import fact_id
from cityrubric.report.tables import is_open, line_rows, reason_text
from cityrubric.report.texts import Texts
from cityrubric.report.values import date_text, span_text, value_text, verdict_text, when_text

Row = tuple[Cell, ...]

WIDTHS: Mapping[str, Sequence[float]] = {
    "cover": (16, 100),
    "scores": (10, 28, 30, 30, 14, 10, 10, 10, 10, 44, 44, 12),
    "gaps": (10, 34, 80, 14),
    "findings": (12, 10, 12, 26, 60, 24, 20, 14, 50),
    "facts": (34, 34, 14, 12, 44, 12, 36, 16, 16, 36),
    "inspections": (36, 10, 16, 16, 18, 10, 12, 12),
    "robustness": (10, 40, 14, 14, 16, 20),
    "checks": (14, 10, 14, 12, 12, 16, 18, 10),
    "occurrences": (26, 20, 20, 20, 18, 50),
    "filed": (14, 14, 30, 50, 50),
    "evidence": (14, 34, 20, 12, 26, 40, 18, 30),
    "provenance": (10, 34, 22, 10, 70),
}
_ON_SITE = ("inspections", "robustness", "checks", "occurrences")
_FOR_ALL_BUT_THE_PUBLIC = ("cover", "scores", "gaps", "findings", "facts", *_ON_SITE, "filed", "evidence", "provenance")
SHEETS = {
    Audience.PUBLIC: ("cover", "findings", "facts", "provenance"),
    Audience.CITY: _FOR_ALL_BUT_THE_PUBLIC,
    Audience.INTERNAL: _FOR_ALL_BUT_THE_PUBLIC,
}
_IF_ANY = {*_ON_SITE, "filed", "evidence"}
"""Sheets that a city without inspections, interviews, appeals and the like does not have."""
_COLOURS = {
    "met": "C6E7CE",
    "partly_met": "FFE9A8",
    "not_met": "F8C9C4",
    "undetermined": "E3E3E3",
    "not_assessed": "E3E3E3",
    "error": "F8C9C4",
    "veto_met": "C6E7CE",
    "veto_not_met": "F8C9C4",
}
_NUMBERS = {"inspections": {3, 5, 6, 7}, "checks": {3, 4, 5, 7}}
"""Columns of figures that rows of words hold, counted from 0."""
_COLOURED = {"scores": (9, "verdicts", _COLOURS), "provenance": (4, "statuses", {"reconstructed": "FFE9A8"})}
"""Sheet -> the column that is coloured, what its words are called, and the colour of each."""


def tables_file(view: View, texts: Texts, issued: date | None) -> dict[str, bytes]:
    """Return the workbook of results; sheets that an audience may not see do not exist, nor are any hidden."""
    mark = view.documents[0].mark if view.documents else view.code
    made = [(name, _sheet(name, view, texts)) for name in SHEETS[view.audience] if name != "cover"]
    sheets = [sheet for name, sheet in made if sheet.rows or name not in _IF_ANY]
    if view.audience is Audience.PUBLIC:
        sheets = [_without_empty_columns(sheet) for sheet in sheets]  # of what is withheld not even the heading
    cover = Sheet(texts.sheets["cover"].title, _columns("cover", texts), tuple(_cover(view, texts, mark, issued)))
    return {"tables.xlsx": write_book([cover, *sheets], mark)}


def _sheet(name: str, view: View, texts: Texts) -> Sheet:
    numbers = _NUMBERS.get(name, set())
    rows = ([_number(cell) if n in numbers else cell for n, cell in enumerate(row)] for row in _ROWS[name](view, texts))
    return Sheet(texts.sheets[name].title, _columns(name, texts), tuple(map(tuple, rows)))


def _without_empty_columns(sheet: Sheet) -> Sheet:
    told = [any(cell not in ("", None) for cell in column) for column in zip(*sheet.rows, strict=True)]
    rows = tuple(tuple(compress(row, told)) for row in sheet.rows)
    return evolve(sheet, columns=tuple(compress(sheet.columns, told)), rows=rows) if rows else sheet


def _number(cell: Cell) -> Cell:
    """A figure as a number, by which a spreadsheet can sort; a span stays a text."""
    try:
        return float(cell)
    except ValueError:
        return cell


def _columns(name: str, texts: Texts) -> tuple[Column, ...]:
    number, words, colours = _COLOURED.get(name, (0, "verdicts", {}))
    told = {texts.names[words][code]: colour for code, colour in colours.items()}
    titles = texts.sheets[name].columns
    return tuple(
        Column(title, width, colours=told if n == number else {})
        for n, (title, width) in enumerate(zip(titles, WIDTHS[name], strict=True), 1)
    )


def _cover(view: View, texts: Texts, mark: str, issued: date | None) -> Iterator[Row]:
    names, words, conclusion = texts.names["cover"], texts.names["words"], view.conclusion
    yield names["city"], view.city.name
    yield names["year"], str(view.assessment_year)
    yield names["reference_date"], date_text(date.fromisoformat(view.city.reference_date), words)
    yield names["ruleset"], view.ruleset.title
    yield names["mark"], "  ".join([mark, *([date_text(issued, words)] if issued else [])])
    yield names["notice"], view.ruleset.notice
    if not view.verifiable:
        yield names["masked"], words["masked"]
    yield names["conclusion"], texts.names["decisions"][conclusion.verdict]
    if view.joint is not None:
        yield names["joint"], f"{view.joint.title}：{texts.names['decisions'][view.joint.verdict]}"
    if view.left_out:
        yield names["left_out"], words["list"].join(view.left_out)
    basis = conclusion.line_basis
    yield names["line"], f"{figure(conclusion.line)}%（{texts.names['statuses'][basis.status]}：{basis.source}）"
    if view.scores is not None and view.scores.scored:
        rate = span_text(view.scores.rate, words, RATE_DECIMALS, "%")
        yield names["score"], f"{span_text(view.scores.total, words)} / {figure(view.scores.applicable)}（{rate}）"
        yield names["score_note"], texts.annexes["scores"].note


def _scores(view: View, texts: Texts) -> Iterator[Row]:
    claims: dict[str, list[FactRecord]] = {}
    for fact in view.facts:
        claims.setdefault(fact_id(fact), []).append(fact)
    for one in view.outcomes:
        facts = [fact for id_ in one.because for fact in claims.get(id_, ())]
        yield (
            one.id,
            one.title,
            _claims(facts, {"self"}, texts),
            _claims(facts, {"verified"}, texts),
            _difference(facts, texts),
            *((*one.score, one.applicable) if one.earns else (None,) * 3),
            verdict_text(one, view, texts),
            reason_text(one, view, texts),
            _evidence(one, facts),
            texts.names["speakers"].get(one.rests_on, ""),
        )


def _claims(facts: Sequence[FactRecord], speakers: set[str], texts: Texts) -> str:
    words = texts.names["words"]
    told = (
        f"{fact.title} {when_text(fact, words)} {value_text(fact, words)}".replace("  ", " ")
        for fact in facts
        if fact.by in speakers and fact.state in {"known", "other_unit"} and not fact.overruled
    )
    return "\n".join(dict.fromkeys(told))


def _difference(facts: Sequence[FactRecord], texts: Texts) -> str:
    """By how much verified figures differ from the city's own, where both are exact and of one period and area."""
    exact: dict[tuple[str, str | None, str | None], dict[str, FactRecord]] = {}
    for fact in facts:
        is_exact = fact.low is not None and fact.low == fact.high
        if fact.kind == "number" and fact.state == "known" and is_exact and not fact.overruled:
            exact.setdefault((fact.key, fact.period, fact.area), {})[fact.by] = fact
    told = []
    for by in exact.values():
        if "self" in by and "verified" in by:
            own, verified = by["self"].low or 0.0, by["verified"].low or 0.0
            if own != verified:
                sign = "+" if verified > own else "-"
                told.append(f"{sign}{figure(abs(round(verified - own, 9)), 9)}{by['self'].unit}")
    return "\n".join(told)


def _evidence(outcome: Outcome, facts: Sequence[FactRecord]) -> str:
    evidence = dict.fromkeys(id_ for fact in facts for id_ in fact.evidence)
    return "\n".join([*evidence, *outcome.because])


def _gaps(view: View, texts: Texts) -> Iterator[Row]:
    for one in view.outcomes:
        if is_open(one):
            missing = "\n".join(each.says for each in one.missing) or texts.names["words"]["none"]
            yield one.id, one.title, missing, round(one.score[1] - one.score[0], 3)


def _findings(view: View, texts: Texts) -> Iterator[Row]:
    names = texts.names
    for one in view.findings:
        action = one.action
        yield (
            names["kinds"][one.kind],
            names["severities"].get(one.severity, ""),
            names["bases"][one.basis],
            one.title,
            one.says,
            names["words"]["list"].join(one.about),
            names["words"]["list"].join(action.departments) if action else "",
            action.deadline if action else "",
            "\n".join(one.because),
        )


def _facts(view: View, texts: Texts) -> Iterator[Row]:
    words, sources = texts.names["words"], {source["id"]: source["title"] for source in view.city.sources}
    areas = {area["id"]: area["name"] for area in view.city.areas}
    for fact in view.facts:
        known = fact.state in {"known", "other_unit"}
        ruled = f"{words['overruled']}（{fact.overruled}）" if fact.overruled else ""
        yield (
            fact.key,
            fact.title,
            when_text(fact, words),
            areas.get(fact.area or "", ""),
            (value_text(fact, words) if fact.state == "known" else fact.given) if known else fact.reason or fact.state,
            texts.names["speakers"][fact.by],
            sources.get(fact.source, ""),
            fact.at,
            words["list"].join(fact.evidence),
            "；".join(text for text in (ruled, fact.note) if text),
        )


_ROWS: Mapping[str, Callable[[View, Texts], Iterator[tuple[str, ...]] | Iterator[Row]]] = {
    "scores": _scores,
    "gaps": _gaps,
    "findings": _findings,
    "facts": _facts,
    "inspections": type_rows,
    "robustness": robust_rows,
    "checks": check_rows,
    "occurrences": occurrence_rows,
    "filed": filed_rows,
    "evidence": evidence_rows,
    "provenance": line_rows,
}
