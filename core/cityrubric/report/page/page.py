"""The page of one city, made from what its audience may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from attrs import frozen

from cityrubric.assessment import Finding
from cityrubric.language import translate as _
from cityrubric.outcomes import FactRecord, GroupScore, Outcome
from cityrubric.report.audience import View
from cityrubric.report.deciding import rests_on_reconstruction, veto_ids
from cityrubric.report.editions import Edition
from cityrubric.report.figures import RATE_DECIMALS, score_text
from cityrubric.report.page.shell import render
from cityrubric.report.photos import Photo
from cityrubric.report.rows import Row, row_of

FILE_NAME = "page.html"
_PHOTO_BYTES = 300_000
"""Of all photos together; in the page they take a third more. Word has the others."""
_MOST_ROWS, _MOST_NAMED = 300, 30
_KINDS = ("weakness", "veto", "inconsistency", "recommendation", "highlight", "gap")


@frozen
class Group:
    """A group with its items, point by point."""

    score: GroupScore
    points: tuple[tuple[str, tuple[Outcome, ...]], ...]


def page(view: View, edition: Edition) -> Mapping[str, bytes]:
    """Return the page of one city by its name: it needs no network and no other file."""
    has_scores, city = view.scores is not None, view.city
    shown, unseen = _photos(view)
    text = render(
        "page.html",
        scripts=("vendor/echarts.js", "radar.js", "page.js") if has_scores else ("page.js",),
        data=_data(view, edition),
        view=view,
        edition=edition,
        code=view.code,
        groups=_groups(view),
        facts=_by_key(view.facts),
        findings={kind: found for kind in _KINDS if (found := [f for f in view.findings if f.kind == kind])},
        areas={area["id"]: area["name"] for area in view.city.areas},
        titles=_titles(view),
        tells=_tells(view.findings),
        reconstructed={one.id for one in view.outcomes if rests_on_reconstruction(one)},
        vetoes=veto_ids(view.outcomes),
        shown=shown,
        unseen=unseen,
        most_rows=_MOST_ROWS,
        most_named=_MOST_NAMED,
        has_filed=any((city.appeals, city.overrides, city.deliberations, city.interviews, city.surveys, city.evidence)),
    )
    return {FILE_NAME: text.encode()}


def _groups(view: View) -> list[Group]:
    """Every group with its items; items of one point stand together, as the rule set orders them."""
    scores = view.scores.groups if view.scores else ()
    items = {group.id: [one for one in view.outcomes if one.group == group.id] for group in scores}
    return [
        Group(one, tuple((id_, tuple(some)) for id_, some in groupby(items[one.id], lambda item: item.point)))
        for one in scores
    ]


def _photos(view: View) -> tuple[list[Photo], dict[str, list[Photo]]]:
    """Photos that the page has room for, and the others by why they are not shown."""
    shown: list[Photo] = []
    unseen: dict[str, list[Photo]] = {}
    room = _PHOTO_BYTES
    for one in view.photos:
        room -= len(one.small)
        if one.why or room < 0:
            unseen.setdefault(one.why or "no_room", []).append(one)
        else:
            shown.append(one)
    return shown, unseen


def _by_key(facts: Iterable[FactRecord]) -> dict[str, list[FactRecord]]:
    found: dict[str, list[FactRecord]] = {}
    for fact in facts:
        found.setdefault(fact.key, []).append(fact)
    return found


def _titles(view: View) -> dict[str, str]:
    """What everything is called that something may rest on, by the id of its place in the page."""
    titles = {f"fact:{fact.key}": fact.title for fact in view.facts}
    titles |= {f"outcome:{one.id}": one.title for one in view.outcomes}
    titles |= {f"finding:{one.id}": one.says for one in view.findings}
    titles |= {f"observation:{one['id']}": str(one["says"]) for one in view.observations}
    titles |= {f"source:{one['id']}": one["title"] for one in view.city.sources}
    titles |= {f"clearance:{one['veto']}": str(one.get("letter", "")) for one in view.city.clearances}
    return titles | {"conclusion:total": _("Conclusion"), "score:total": _("base total")}


def _tells(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The findings about each item, but for gaps, which the item tells itself."""
    told: dict[str, list[Finding]] = {}
    for finding in findings:
        for id_ in finding.about if finding.kind != "gap" else ():
            told.setdefault(id_, []).append(finding)
    return told


def _data(view: View, edition: Edition) -> dict[str, Any]:
    """What the scripts draw and say."""
    words = {"shown": _("{n} of {all} shown"), "none": _("none of them fits; change the filters")}
    if view.scores is None:
        return {"words": words}
    own = row_of(view)
    axes = [group for group, rate in own.groups.items() if rate is not None]
    return {
        "words": words,
        "fixed": 1,
        "axes": [" ".join(axis) for axis in axes],
        "cities": [_rates(row, axes) for row in (own, *(row for row in edition.beside if row.id != own.id))],
    }


def _rates(row: Row, axes: Sequence[tuple[str, str]]) -> dict[str, Any]:
    rates = [row.groups.get(axis) for axis in axes]
    return {"name": row.name, "rates": rates, "told": [score_text(rate, RATE_DECIMALS) for rate in rates]}
