"""What a new version changes for cities, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cityrubric.language import translate as _
from cityrubric.report.diffs import drafts_warning
from cityrubric.report.figures import RATE_DECIMALS, figure, score_text
from cityrubric.report.screen import indented, rows
from cityrubric.report.words import decision_word, verdict_word
from cityrubric.versions.impact import Collect, Impact, Run

_THOUSAND = 1000
_SHOWN = 20


def impact_tables(
    impacts: Sequence[Impact], collect: Sequence[Collect], versions: tuple[str, str], unconfirmed: int
) -> RenderableType:
    """Return each city before and after with the parts of the difference, who turns, and what to collect first.

    Args:
        impacts: of each city.
        collect: facts, those first that most cities need.
        versions: the old one and the new one.
        unconfirmed: how many relations between their items no person has confirmed.
    """
    parts: list[RenderableType] = [Text(" → ".join(versions), style="bold"), *drafts_warning(unconfirmed)]
    parts += [Text(text, style="yellow") for text in _without_points(impacts[:1], versions)]
    for one in impacts:
        parts += ["", *_city(one)]
    turned = [one for one in impacts if one.turned_at]
    parts += ["", Text(_("Conclusions that change ({n})").format(n=len(turned)), style="bold")]
    parts += [indented(f"{one.name}: {_turn(one)}") for one in turned]
    if collect:
        parts += ["", Text(_("New facts to collect first"), style="bold"), _collect(collect)]
    return Group(*parts)


def _without_points(impacts: Sequence[Impact], versions: tuple[str, str]) -> Iterator[str]:
    says = _("{version} has no points: there is no total under it, and no difference of points")
    for one in impacts:
        ends = zip(versions, (one.runs[0], one.runs[-1]), strict=True)
        yield from (says.format(version=version) for version, run in ends if run.points is None)


def _city(one: Impact) -> Iterator[RenderableType]:
    yield Text(one.name, style="bold")
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="dim")
    for heading in ("", _("points"), _("rate %"), _("conclusion")):
        table.add_column(heading, justify="left" if heading == "" else "right")
    table.add_row(_("before"), *_run(one.runs[0]))
    for part in one.parts:
        table.add_row("  " + step_word(part.step), _difference(part.points), _difference(part.rate), "")
    table.add_row(_("after"), *_run(one.runs[-1]))
    yield table
    for judged in one.judged:
        ids = judged.new if judged.old == judged.new else f"{judged.old} → {judged.new}"
        words = f"{verdict_word(judged.before)} → {verdict_word(judged.after)}"
        yield indented(f"{ids} {judged.title}: {words}")
    for version, unknown in one.left:
        says = _("under {version} nothing stands for {ids}; what its files say of them is left out there")
        yield indented(says.format(version=version, ids=", ".join(unknown)), "yellow")


def step_word(code: str) -> str:
    """Return what a step of the difference is called."""
    return {
        "facts": _("other facts"),
        "applicability": _("what applies"),
        "rules": _("other rules"),
        "weights": _("other weights"),
    }[code]


def _run(run: Run) -> tuple[str, str, str]:
    rate = None if run.rate is None else (run.rate[0] / _THOUSAND, run.rate[1] / _THOUSAND)
    points = "—"
    if run.points is not None and run.applicable:
        ends = run.points[0] / _THOUSAND, run.points[1] / _THOUSAND
        points = f"{score_text(ends)} / {figure(run.applicable / _THOUSAND)}"
    return points, score_text(rate, RATE_DECIMALS), decision_word(run.decision)


def _difference(ends: tuple[int, int] | None) -> str:
    """Floor and ceiling apart, each with its sign, to the thousandth; a dash where there is nothing to compare."""
    if ends is None:
        return "—"
    low, high = (f"{end / _THOUSAND:+g}" if end else "0" for end in ends)
    return low if low == high else f"{low} .. {high}"


def _turn(one: Impact) -> str:
    words = (decision_word(one.runs[0].decision), decision_word(one.runs[-1].decision))
    return _("{before} → {after}, by {step}").format(before=words[0], after=words[1], step=step_word(one.turned_at))


def _collect(collect: Sequence[Collect]) -> Table:
    table = rows(3)
    for one in collect[:_SHOWN]:
        table.add_row("  " + _("{n} cities").format(n=one.cities), one.title, Text(one.key, style="dim"))
    return table
