"""Inspections in the terminal: scores by business type, occurrences per point, and what another draw might change."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cityrubric.assessment import Assessment
from cityrubric.inspected import Inspections, TypeScore
from cityrubric.language import translate as _
from cityrubric.report.figures import RATE_DECIMALS, figure, score_text
from cityrubric.report.screen import Fitting, indented
from cityrubric.report.words import decision_word, id_word, verdict_word


def on_site(assessment: Assessment) -> Iterator[RenderableType]:
    """Yield what inspections found, if there are any."""
    inspections = assessment.inspections
    if inspections is None:
        return
    rows = sum(table.rows for table in inspections.tables)
    points = sum(one.points for one in inspections.types)
    heading = _("On site: {points} points, {rows} rows").format(points=points, rows=rows)
    yield ""
    yield Text(heading, style="bold")
    yield Padding(_types(inspections), (0, 0, 0, 2))
    fragile = [one for one in assessment.robustness if not one.same]
    if assessment.robustness and not fragile:
        yield indented(_("every verdict on inspected items would be the same with another draw"), "green")
    for one in fragile:
        word = decision_word if one.id == "conclusion" else verdict_word
        says = _(
            "{id}: {verdict} is not robust; with another draw it might be another one (at {confidence} % confidence)"
        )
        told = says.format(id=id_word(one.id), verdict=word(one.verdict), confidence=f"{inspections.confidence:g}")
        yield indented(told, "yellow")
    still = [one for one in inspections.disputes if not one.settled_by]
    if still:
        rows_ = ", ".join(f"{one.point} {one.row}" for one in still)
        yield indented(_("inspectors differ, unsettled: {rows}").format(rows=rows_), "yellow")
    if inspections.not_visited:
        ids = ", ".join(inspections.not_visited)
        says = _("drawn, not visited ({n}): {ids}").format(n=len(inspections.not_visited), ids=ids)
        yield indented(says, "yellow")


def _types(inspections: Inspections) -> RenderableType:
    wide = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False)
    wide.add_column(_("type"), no_wrap=True)
    headings = (
        _("scored/visited"),
        _("score %"),
        _("another draw %"),
        _("occurrences"),
        _("per point"),
        _("lost per point"),
    )
    for heading in headings:
        wide.add_column(heading, justify="right", no_wrap=True)
    below: list[RenderableType] = []
    for one in inspections.types:
        name = f"{one.type} {one.mode} {one.title}"
        figures = (score_text(one.score, RATE_DECIMALS), score_text(one.sampling, RATE_DECIMALS))
        found = (str(one.occurrences), figure(one.per_point, RATE_DECIMALS), figure(one.lost_per_point, RATE_DECIMALS))
        wide.add_row(name, f"{one.scored}/{one.points}", *figures, *found)
        below += [Text(name), indented(_in_a_line(one))]
    return Fitting(wide, Group(*below))


def _in_a_line(one: TypeScore) -> str:
    """The same of one business type and mode; where nothing was found wrong, nothing is said of it."""
    words = {"scored": one.scored, "points": one.points, "score": score_text(one.score, RATE_DECIMALS)}
    says = _("scored {scored} of {points}: {score} %; another draw: {sampling} %")
    told = says.format(**words, sampling=score_text(one.sampling, RATE_DECIMALS))
    if not one.occurrences:
        return told
    found = _("; {n} occurrences, {each} per point, {lost} lost per point")
    return told + found.format(
        n=one.occurrences, each=figure(one.per_point, RATE_DECIMALS), lost=figure(one.lost_per_point, RATE_DECIMALS)
    )
