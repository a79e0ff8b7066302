"""An assessment in the terminal: one screen or two that an assessor can read."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cityrubric.assessment import Assessment, Finding, Provincial
from cityrubric.canonical import decimal_text
from cityrubric.language import translate as _
from cityrubric.outcomes import GroupScore, ResultRecord, Scores
from cityrubric.report.deciding import veto_ids
from cityrubric.report.figures import RATE_DECIMALS, figure, score_text
from cityrubric.report.onsite import on_site
from cityrubric.report.screen import Fitting, indented, rows, with_note
from cityrubric.report.words import (
    basis_word,
    decision_word,
    declared_text,
    kind_word,
    override_text,
    points_word,
    severity_word,
    status_word,
    verdict_word,
)

_SHOWN_SETTLING = 10
_TOLD_KINDS = ("weakness", "recommendation", "veto", "highlight", "inconsistency", "aspect")
_COLOURS = {"pass": "green", "fail": "red", "undetermined": "yellow"}


def summary(assessment: Assessment) -> RenderableType:
    """Return the summary of an assessment: scores, verdicts, findings, conclusion and what would settle it."""
    parts: list[RenderableType] = [
        *(_heading(assessment), _scores(assessment.scores), _conclusion(assessment), *_overrides(assessment)),
    ]
    for kind in _TOLD_KINDS:
        findings = [finding for finding in assessment.findings if finding.kind == kind]
        if findings:
            parts.append(_findings(kind, findings))
    parts += [*on_site(assessment), _gaps(assessment), *_settling(assessment), *_failures(assessment)]
    if assessment.provincial is not None:
        parts.append(provincial_summary(assessment.provincial))
    return Group(*parts)


def _heading(assessment: Assessment) -> RenderableType:
    ruleset, city = assessment.ruleset, assessment.city
    title = Text(f"{city.name}  {ruleset.title}  {ruleset.stage}", style="bold")
    dates = _("assessment year {year}, reference date {date}").format(
        year=assessment.assessment_year, date=city.reference_date
    )
    if city.dates_basis:
        dates = with_note(dates, city.dates_basis)
    left_out = [_("left out on request: plugin '{name}'").format(name=name) for name in assessment.left_out]
    notes = [Text(note, style="yellow") for note in (ruleset.notice, *left_out)]
    return Group(title, Text(dates, style="dim"), *notes)


def _scores(scores: Scores) -> RenderableType:
    """Points and verdicts of every group; where it is narrow, the verdicts below the points."""
    below = [indented(f"{group.id}  {_counts(group)}") for group in scores.groups if group.verdicts]
    below += [indented(f"{result.id}  {_levels(result)}") for result in scores.results if result.levels]
    return Fitting(_score_table(scores, 5), Group(_score_table(scores, 4), *below))


def _score_table(scores: Scores, columns: int) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False)
    table.add_column(_("group"), no_wrap=True)
    for heading in (_("points"), _("applicable"), _("rate %")):
        table.add_column(heading, justify="right", no_wrap=True)
    if columns > len(table.columns):
        table.add_column(_("verdicts"), overflow="fold")
    for row in _score_rows(scores):
        table.add_row(*row[:columns])
    return table


def _score_rows(scores: Scores) -> Iterator[tuple[str | Text, ...]]:
    for group in scores.groups:
        points = (score_text(group.score), figure(group.applicable), score_text(group.rate, RATE_DECIMALS))
        told = points if group.max_score and group.role != "veto" else ("—",) * 3
        yield f"{group.id} {group.title}", *told, _counts(group)
    total = (score_text(scores.total), figure(scores.applicable), score_text(scores.rate, RATE_DECIMALS))
    total = total if scores.scored else ("—",) * 3  # a rule set whose points are not known adds nothing up
    yield tuple(Text(text, style="bold") for text in (_("base total"), *total))
    if scores.bonus_ceiling is not None:
        yield _("bonus"), score_text(scores.bonus), figure(scores.bonus_ceiling)
    for result in scores.results:
        points = (score_text(result.score), figure(result.most), result.unit)
        yield f"{result.id} {result.title}", *points, _levels(result)


def _counts(group: GroupScore) -> str:
    words = (f"{verdict_word(code, veto=group.role == 'veto')} {n}" for code, n in group.verdicts.items())
    return " · ".join(words)


def _levels(result: ResultRecord) -> str:
    return "..".join(dict.fromkeys(result.levels))


def _conclusion(assessment: Assessment) -> RenderableType:
    conclusion = assessment.conclusion
    heading = _("Conclusion: {verdict}").format(verdict=decision_word(conclusion.verdict))
    line = Text(heading, style=f"bold {_COLOURS[conclusion.verdict]}")
    rule = _("pass line {line} % of what applies ({status}: {source}); every veto must be known not triggered")
    basis = conclusion.line_basis
    parts: list[RenderableType] = ["", line]
    parts += [indented(finding.says) for finding in assessment.findings if finding.kind == "conclusion"]
    words = {"line": decimal_text(conclusion.line), "status": status_word(basis.status), "source": basis.source}
    parts.append(indented(rule.format(**words), "dim"))
    for one in conclusion.requires:
        says = _("{result} must reach {line} ({status}: {source})")
        words = {"result": one.result, "line": decimal_text(one.at_least)}
        words |= {"status": status_word(one.basis.status), "source": one.basis.source}
        parts.append(indented(says.format(**words), "dim"))
    if conclusion.declared:
        said = conclusion.declared
        parts.append(indented(declared_text(said)))
        parts += [indented(f"{said.under}: {said.says}", "dim")] if said.compared == "other" else []
    return Group(*parts)


def _overrides(assessment: Assessment) -> Iterator[RenderableType]:
    """What somebody decided instead, beside what was computed."""
    told = assessment.overridden
    if told is None:
        return
    heading = _("Overrides ({n}); nothing above includes them").format(n=len(assessment.city.overrides))
    yield indented(heading, "yellow")
    for one in assessment.city.overrides:
        stands = "" if one["id"] in told.applied else "  " + _("no longer stands")
        yield indented(f"{one['indicator']} {override_text(one)}{stands}", by=4)
    words = {"points": score_text(told.total), "most": figure(told.applicable), "verdict": decision_word(told.verdict)}
    yield indented(_("with them: {points} / {most}, {verdict}").format(**words), "yellow")


def _findings(kind: str, findings: list[Finding]) -> RenderableType:
    table = rows(2)
    for finding in findings:
        notes = [word for word in (severity_word(finding.severity), basis_word(finding.basis)) if word]
        about = f"  [{', '.join(finding.about)}]" if finding.about else ""
        table.add_row(" · ".join(notes), Text.assemble(finding.says, (about, "dim"), (_action(finding), "cyan")))
    return Group("", Text(with_note(kind_word(kind), len(findings)), style="bold"), Padding(table, (0, 0, 0, 2)))


def _action(finding: Finding) -> str:
    if finding.action is None:
        return ""
    words = {"who": "、".join(finding.action.departments), "effort": finding.action.effort}
    return "  " + _("{who}, effort {effort}, until {date}").format(**words, date=finding.action.deadline)


def _gaps(assessment: Assessment) -> RenderableType:
    gaps = [finding for finding in assessment.findings if finding.kind == "gap"]
    ids = [id_ for finding in gaps for id_ in finding.about]
    text = Text(", ".join(ids), style="dim")
    heading = _("Gaps ({n}): items that cannot be judged; the stored assessment names the facts").format(n=len(gaps))
    return Group("", Text(heading, style="bold"), Padding(text, (0, 0, 0, 2))) if gaps else Text("")


def _settling(assessment: Assessment) -> Iterator[RenderableType]:
    settling = assessment.conclusion.would_settle
    if not settling:
        return
    yield ""
    if assessment.scores.scored:
        yield Text(_("What would settle it (most valuable first)"), style="bold")
    else:
        yield Text(_("What items wait for; without points nothing settles the conclusion"), style="bold")
    vetoes = veto_ids(assessment.outcomes)
    table = rows(3)
    for one in settling[:_SHOWN_SETTLING]:
        worth = points_word(one.points) if vetoes.isdisjoint(one.items) else _("decides")
        kind = _("clearance record") if one.kind == "clearance" else one.id.partition(":")[2]
        table.add_row(
            Text(worth, style="yellow"), f"{one.title}", Text(f"{kind} → {', '.join(one.items)}", style="dim")
        )
    yield Padding(table, (0, 0, 0, 2))
    if len(settling) > _SHOWN_SETTLING:
        yield indented(_("… and {n} more in the stored assessment").format(n=len(settling) - _SHOWN_SETTLING), "dim")


def _failures(assessment: Assessment) -> Iterator[RenderableType]:
    failed = [f"{one.id} {one.title}: {one.failure}" for one in assessment.outcomes if one.failure]
    failed += [f"{one.id} {one.title}: {one.failure}" for one in assessment.scores.results if one.failure]
    if failed:
        yield ""
        yield Text(_("Failed: no conclusion rests on these items"), style="bold red")
        for told in failed:
            yield indented(told, "red")


def provincial_summary(ledger: Provincial) -> RenderableType:
    """Return what the province's own rules say, apart from the national ledger and after it."""
    rules, conclusion = ledger.overlay, ledger.conclusion
    heading = _("By the province's own rules: {title}").format(title=rules.title)
    parts: list[RenderableType] = ["", Text(heading, style="bold"), Text(rules.notice, style="yellow")]
    parts.append(_scores(ledger.scores))
    for outcome in ledger.outcomes:
        stricter = _("; national line tightened") if outcome.id in ledger.tightened else ""
        points = f"{score_text(outcome.score)} / {figure(outcome.applicable)}"
        parts.append(indented(f"{outcome.id} {outcome.title}: {verdict_word(outcome.verdict)} {points}{stricter}"))
    for kind in _TOLD_KINDS:
        findings = [finding for finding in ledger.findings if finding.kind == kind]
        if findings:
            parts.append(_findings(kind, findings))
    alone = _("Province alone: {verdict}").format(verdict=decision_word(conclusion.verdict))
    rule = _("pass line {line} % of these items ({status}: {source})")
    basis = conclusion.line_basis
    words = {"line": decimal_text(conclusion.line), "status": status_word(basis.status), "source": basis.source}
    both = _("Nation and province together: {verdict}").format(verdict=decision_word(ledger.verdict))
    parts += [Text(alone), indented(rule.format(**words), "dim")]
    parts.append(Text(both, style=f"bold {_COLOURS[ledger.verdict]}"))
    return Group(*parts)
