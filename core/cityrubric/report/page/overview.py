"""The page of many cities, made from what is left of each; what the intervals leave open is not ranked apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from cityrubric.language import translate as _
from cityrubric.ledger.compare import possible_places
from cityrubric.report.editions import Edition
from cityrubric.report.figures import RATE_DECIMALS, score_text
from cityrubric.report.page.page import FILE_NAME as CITY_PAGE
from cityrubric.report.page.shell import render
from cityrubric.report.rows import Row

FILE_NAME = "overview.html"
_CODES = ("met", "partly_met", "not_met", "undetermined", "not_assessed", "not_applicable", "out_of_scope", "error")


@frozen
class _Standing:
    """A city with its best and worst possible place; None where the cities cannot be ranked."""

    row: Row
    place: tuple[int, int] | None
    href: str


@frozen
class _Weakness:
    """A weakness and whose it is."""

    id: str
    says: str
    cities: tuple[str, ...]


def overview(rows: Sequence[Row], edition: Edition) -> Mapping[str, bytes]:
    """Return the page of many cities by its name; it links to the page of each, in the folder of its city."""
    standings = _standings(rows, edition)
    items = list(dict.fromkeys(id_ for row in rows for id_ in row.verdicts))
    has_scores = any(row.verdicts for row in rows)
    text = render(
        "overview.html",
        scripts=("vendor/echarts.js", "radar.js", "overview.js") if has_scores else (),
        data=_data(standings, items) if has_scores else {},
        standings=standings,
        items=items,
        codes=_CODES,
        counts={id_: Counter(row.verdicts.get(id_, "") for row in rows) for id_ in items},
        titles={id_: title for row in rows for id_, title in row.titles.items()},
        decisions=Counter(row.decision for row in rows),
        weaknesses=_weaknesses(rows),
        rulesets=list(dict.fromkeys(row.ruleset for row in rows)),
        has_scores=has_scores,
        edition=edition,
        code="",
    )
    return {FILE_NAME: text.encode()}


def _standings(rows: Sequence[Row], edition: Edition) -> list[_Standing]:
    rates = [row.rate for row in rows if row.rate is not None]
    alike = len(rates) == len(rows) and len({row.rules for row in rows}) == 1
    places = [possible_places(row.rate, rates) if alike and row.rate else None for row in rows]
    made = [
        _Standing(row, place, f"../{row.id}/{edition.audience.value}/{CITY_PAGE}")
        for row, place in zip(rows, places, strict=True)
    ]
    return sorted(made, key=lambda one: (one.place or (0, 0), one.row.name))


def _weaknesses(rows: Sequence[Row]) -> list[_Weakness]:
    """Every weakness, the most frequent first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        for id_ in row.weaknesses:
            found.setdefault(id_, []).append(row)
    made = [_Weakness(id_, some[0].titles[id_], tuple(row.name for row in some)) for id_, some in found.items()]
    return sorted(made, key=lambda one: (-len(one.cities), one.id))


def _data(standings: Sequence[_Standing], items: Sequence[str]) -> dict[str, Any]:
    """What the scripts draw and say."""
    groups = list(dict.fromkeys(group for one in standings for group in one.row.groups))
    titles = {id_: title for one in standings for id_, title in one.row.titles.items()}
    return {
        "words": {"same": _("no item differs")},
        "fixed": 0,
        "axes": [f"{id_} {title}" for id_, title in groups],
        "items": [[id_, titles[id_]] for id_ in items],
        "cities": [_city(one, groups, items) for one in standings],
    }


def _city(one: _Standing, groups: Sequence[tuple[str, str]], items: Sequence[str]) -> dict[str, Any]:
    rates = [one.row.groups.get(group) for group in groups]
    return {
        "name": one.row.name,
        "href": one.href,
        "rates": rates,
        "told": [score_text(rate, RATE_DECIMALS) for rate in rates],
        "verdicts": [_CODES.index(one.row.verdicts[id_]) if id_ in one.row.verdicts else None for id_ in items],
    }
