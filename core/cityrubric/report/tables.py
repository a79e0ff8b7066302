"""The tables behind documents and in workbooks, as rows of words; only from what the audience may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from string import Template

from cityrubric.assessment import Finding
from cityrubric.canonical import decimal_text
from cityrubric.outcomes import BandRecord, Basis, Outcome, PartRecord
from cityrubric.report.audience import View
from cityrubric.report.document import Table
from cityrubric.report.figures import figure, measured_text
from cityrubric.report.filed import filed_rows
from cityrubric.report.inspecting import occurrence_rows, photo_rows, robust_rows, type_rows
from cityrubric.report.texts import Texts
from cityrubric.report.values import span_text, verdict_text

Row = tuple[str, ...]

IF_ANY = {"inspections", "robustness", "occurrences", "filed", "photos"}
"""Tables that a city without inspections, interviews, appeals and the like does not have."""
_MOST_ROWS = 500  # on paper; the workbook has all
_OPEN = {"undetermined", "not_assessed", "error"}
_SIGNS = {"at_least": "≥", "above": "＞", "at_most": "≤", "below": "＜"}


def make_table(name: str, view: View, texts: Texts) -> Table:
    """Return one of the tables that a rule set's texts name."""
    annex, rows = texts.annexes[name], [*_ROWS[name](view, texts)]
    if len(rows) > _MOST_ROWS and name in IF_ANY:
        more = Template(texts.names["words"]["more_rows"]).substitute(n=len(rows) - _MOST_ROWS)
        rows[_MOST_ROWS:] = [(more, *[""] * (len(annex.columns) - 1))]
    confidence = figure(view.inspections.confidence) if view.inspections else ""
    note = Template(annex.note).safe_substitute(confidence=confidence)
    return Table(name, annex.title, annex.columns, tuple(rows), note)


def has_table(name: str, view: View, texts: Texts) -> bool:
    """Tell whether there is anything for a table that stands behind a document only then."""
    return (
        name not in IF_ANY
        or next(_ROWS[name](view, texts), None) is not None
        or (name == "photos" and bool(view.photos))
    )


def reason_text(outcome: Outcome, view: View, texts: Texts) -> str:
    """Return why an item does not earn all it could, and what somebody decided instead."""
    return "；".join(text for text in (_reason(outcome, texts), *_overrides(outcome, view, texts)) if text)


def _overrides(outcome: Outcome, view: View, texts: Texts) -> Iterator[str]:
    words = texts.names["words"]
    for one in view.city.overrides:
        if one["indicator"] == outcome.id and view.overridden:
            told = {name: verdict_text(outcome, view, texts, str(one[name])) for name in ("old", "new")}
            told["told"] = "，".join(str(one[name]) for name in ("by", "on", "reason") if one[name])
            stale = one["id"] in view.overridden.stale
            yield Template(words["overridden"]).substitute(one, **told) + (words["no_longer"] if stale else "")


def _reason(outcome: Outcome, texts: Texts) -> str:
    """What was measured, or what is missing."""
    if outcome.missing:
        return "；".join(one.says for one in outcome.missing)
    if outcome.score[1] >= outcome.applicable and outcome.score[0] == outcome.score[1]:
        return outcome.note
    measured = [text for text in map(_measured, outcome.parts) if text]
    told = [texts.names["words"]["measured"] + "、".join(measured)] if measured else []
    return "；".join([*told, *([outcome.note] if outcome.note else [])])


def line_text(band: BandRecord) -> str:
    """Return the limits of a band, such as `≥80`."""
    ends = ((sign, getattr(band, name)) for name, sign in _SIGNS.items())
    return "，".join(f"{sign}{decimal_text(end)}" for sign, end in ends if end is not None)


def is_open(outcome: Outcome) -> bool:
    """Whether an item is not settled."""
    return outcome.verdict in _OPEN


def _measured(part: PartRecord) -> str:
    low, high = ("" if end is None else measured_text(end) for end in (part.low, part.high))
    if not low and not high:
        return ""
    return (low if low == high else f"{low}..{high}") + part.unit


def _scores(view: View, texts: Texts) -> Iterator[Row]:
    for one in view.outcomes:
        points = (span_text(one.score, texts.names["words"]), figure(one.applicable)) if one.earns else ("", "")
        yield (one.id, one.title, verdict_text(one, view, texts), *points, reason_text(one, view, texts))


def _gaps(view: View, texts: Texts) -> Iterator[Row]:
    for one in view.outcomes:
        if is_open(one):
            missing = "；".join(each.says for each in one.missing) or texts.names["words"]["none"]
            yield one.id, one.title, missing


def _rectification(view: View, texts: Texts) -> Iterator[Row]:
    none = texts.names["words"]["none"]
    for n, (problem, measures) in enumerate(problems(view), 1):
        says = "；".join(one.says for one in measures) or none
        departments = dict.fromkeys(d for one in measures if one.action for d in one.action.departments)
        deadlines = [one.action.deadline for one in measures if one.action]
        who = "、".join(departments) or none
        yield str(n), problem.says, says, who, min(deadlines, default=none)


def problems(view: View) -> Iterator[tuple[Finding, list[Finding]]]:
    """Yield each weakness and triggered or open veto with the recommendations that rest on it, or on its items."""
    findings = [*view.findings, *(view.provincial.findings if view.provincial else ())]
    advice = [one for one in findings if one.kind == "recommendation"]
    for one in findings:
        if one.kind in {"weakness", "veto"}:
            id_ = f"finding:{one.id}"
            direct = [each for each in advice if id_ in each.because]
            yield one, direct or [each for each in advice if set(each.about) & set(one.about)]


def line_rows(view: View, texts: Texts) -> Iterator[Row]:
    """Yield where general terms and lines come from."""
    statuses, terms = texts.names["statuses"], texts.names["terms"]
    for name, basis in view.ruleset.terms.items():
        value = f"{figure(view.conclusion.line)}%" if name == "pass_line" else ""
        yield "", terms.get(name, name), value, statuses[basis.status], basis.source
    for one in view.outcomes:
        for line, basis in _lines(one):
            yield one.id, one.title, line, statuses[basis.status], basis.source


def _lines(outcome: Outcome) -> Iterator[tuple[str, Basis]]:
    """Every line of an item once; where no band says it, what is asked for."""
    seen = set()
    for part in outcome.parts:
        lines = [(line_text(band) + part.unit, band.line) for band in part.bands if line_text(band)]
        for line in lines or ([("", part.line)] if part.line else []):
            if line[0] not in seen:
                seen.add(line[0])
                yield line


def _support(view: View, texts: Texts) -> Iterator[Row]:
    for document in view.documents:
        for block in document.blocks:
            for sentence in block.sentences:
                if sentence.because:
                    yield sentence.says, "、".join(sentence.because), sentence.by


_ROWS: Mapping[str, Callable[[View, Texts], Iterator[Row]]] = {
    "scores": _scores,
    "gaps": _gaps,
    "rectification": _rectification,
    "provenance": line_rows,
    "support": _support,
    "inspections": type_rows,
    "robustness": robust_rows,
    "occurrences": occurrence_rows,
    "filed": filed_rows,
    "photos": photo_rows,
}
