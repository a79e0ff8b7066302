"""The dossier of one indicator: clause, facts, calculation, reasons, disputes and overrides, as one file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from cityrubric.assessment import Assessment
from cityrubric.canonical import decimal_text
from cityrubric.explain.records import Explanation, Node
from cityrubric.language import translate as _
from cityrubric.outcomes import FactRecord, Outcome, PartRecord
from cityrubric.report.figures import figure, measured_text, score_text
from cityrubric.report.tree import node_text
from cityrubric.report.words import (
    decision_word,
    operator_word,
    override_text,
    overruled_text,
    ruling_word,
    source_text,
    speaker_word,
    state_word,
    verdict_word,
    window_word,
)

_INDENT = "　"
_SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}


@frozen
class Section:
    """A heading with its lines; one that says nothing says so."""

    heading: str
    lines: tuple[str, ...]


@frozen
class Dossier:
    """Everything about one indicator of one city, in the order in which it is read."""

    city: str
    ruleset: str
    notice: str
    title: str
    sections: tuple[Section, ...]


def dossier(assessment: Assessment, explanation: Explanation) -> Dossier:
    """Gather the dossier of an indicator.

    Args:
        assessment: the complete record.
        explanation: of the indicator, from the same facts and rules.
    """
    outcome = next(one for one in assessment.outcomes if one.id == explanation.id)
    keys = {key.partition(":")[2].partition("@")[0] for key in (*outcome.because, *outcome.considers)}
    keys |= {key for part in outcome.parts for key in part.reads}
    facts = [fact for fact in assessment.facts if fact.key in keys]
    parts = {
        _("Clause"): _clause(outcome),
        _("Result"): _result(outcome, assessment),
        _("Facts, claims and sources"): (_fact(fact, assessment) for fact in facts),
        _("Calculation"): (line for part in outcome.parts for line in _part(part)),
        _("Why"): _trace(explanation.tree, 0),
        _("What is missing"): (one.says for one in outcome.missing),
        _("Disputes and how they were settled"): _disputes(outcome.id, keys, assessment),
        _("Overrides"): _overrides(outcome.id, assessment),
    }
    ruleset = assessment.ruleset
    return Dossier(
        city=f"{assessment.city.name} · {assessment.assessment_year} · {assessment.city.reference_date}",
        ruleset=f"{ruleset.title} · {ruleset.stage} · {ruleset.hash[:12]}",
        notice=ruleset.notice,
        title=f"{outcome.id} {outcome.title}",
        sections=tuple(Section(heading, tuple(lines)) for heading, lines in parts.items()),
    )


def dossier_page(told: Dossier) -> bytes:
    """Return a dossier as a page."""
    from cityrubric.report.page.shell import render  # templates are for those who ask for a page

    return render("dossier.html", (), {}, dossier=told).encode()


def dossier_word(told: Dossier) -> bytes:
    """Return a dossier as a Word file; equal dossiers have equal text."""
    from docx import Document  # only those who ask for Word need it

    document = Document()
    document.add_heading(told.title, 0)
    for line in (told.city, told.ruleset, told.notice):
        document.add_paragraph(line)
    for section in told.sections:
        document.add_heading(section.heading, 1)
        for line in section.lines or (_("none"),):
            document.add_paragraph(line)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _clause(outcome: Outcome) -> Iterator[str]:
    yield from (text for text in (outcome.clause, outcome.note) if text)
    for what, basis in ((_("title"), outcome.provenance["title"]), (_("points"), outcome.provenance["max_score"])):
        yield f"{what}: {_basis(basis.status, basis.source)}"


def _result(outcome: Outcome, assessment: Assessment) -> Iterator[str]:
    yield f"{verdict_word(outcome.verdict)}, {score_text(outcome.score)} / {figure(outcome.applicable)}"
    if outcome.rests_on:
        yield f"{_('rests on')}: {speaker_word(outcome.rests_on)}"
    if outcome.failure:
        yield outcome.failure
    yield f"{_('conclusion')}: {decision_word(assessment.conclusion.verdict)}"


def _fact(fact: FactRecord, assessment: Assessment) -> str:
    sources = {source["id"]: source["title"] for source in assessment.city.sources}
    areas = {area["id"]: area["name"] for area in assessment.city.areas}
    value = fact.given or state_word(fact.state)
    where = " ".join(word for word in (fact.period or "", areas.get(fact.area or "", "")) if word)
    source = " ".join(word for word in (sources.get(fact.source, fact.source), fact.at) if word)
    further = [fact.person, fact.reason, fact.note, *fact.evidence, overruled_text(fact.overruled)]
    words = [f"{fact.title}（{fact.key}）", where, value, speaker_word(fact.by), source, *further]
    return "；".join(word for word in words if word)


def _part(part: PartRecord) -> Iterator[str]:
    measured = "..".join(dict.fromkeys("" if end is None else measured_text(end) for end in (part.low, part.high)))
    words = [operator_word(part.operator), part.measure or ", ".join(part.reads), window_word(part.window)]
    yield "；".join([*words, f"{_('measured')} {measured} {part.unit}".strip(), f"{figure(part.points)} {_('points')}"])
    for band in part.bands:
        ends = ((sign, getattr(band, name)) for name, sign in _SIGNS.items())
        limits = " ".join(f"{sign} {decimal_text(end)}" for sign, end in ends if end is not None)
        line = _basis(band.line.status, band.line.source)
        yield f"{_INDENT}{limits or _('otherwise')}: {verdict_word(band.verdict)}, {figure(band.score)}（{line}）"


def _trace(node: Node, depth: int, above: Node | None = None) -> Iterator[str]:
    yield _INDENT * depth + node_text(node, above)
    for child in node.children:
        yield from _trace(child, depth + 1, node)


def _disputes(id_: str, keys: set[str], assessment: Assessment) -> Iterator[str]:
    """Contradictions that were found, appeals and deliberations, with what became of them."""
    for finding in assessment.findings:
        about = {reason.partition(":")[2].partition("@")[0] for reason in finding.because}
        if finding.kind == "inconsistency" and about & keys:
            yield finding.says
    for one in assessment.city.appeals:
        if one["item"] == id_:
            names = ("id", "claim", "on", "decision", "decided_on", "reason", "fact", "given")
            yield _told({**one, "decision": ruling_word(one.get("decision", ""))}, names, ("reviewers",))
    for one in assessment.city.deliberations:
        if one["fact"] in keys:
            yield _told(one, ("id", "fact", "period", "by", "given", "on", "reason"), ("members",))


def _told(record: Mapping[str, Any], names: tuple[str, ...], lists: tuple[str, ...]) -> str:
    words = [str(record[name]) for name in names if record.get(name)]
    words += ["、".join(record[name]) for name in lists if record.get(name)]
    return "；".join(words)


def _overrides(id_: str, assessment: Assessment) -> Iterator[str]:
    told = assessment.overridden
    for one in assessment.city.overrides:
        if one["indicator"] == id_ and told is not None:
            yield override_text(one) + ("" if one["id"] in told.applied else f"（{_('no longer stands')}）")
            yield _("no result of this dossier includes it")


def _basis(status: str, source: str) -> str:
    return source_text(status, source, bracketed=False)
