"""Inspections that never took place, from a seed and of any size: tables to try sheets on and to measure with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from attrs import frozen

from cityrubric.errors import CityrubricError
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset
from cityrubric.rubric.onsite import InspectionTerms, Sheet, SheetRow

_INSPECTORS = ("虚构检查员甲", "虚构检查员乙")
_FOUND = 0.06  # share of rows in which something is wrong
_EXEMPT = 0.02
_SEASON = 28  # days over which visits are spread


@frozen
class Visits:
    """What is to be made up.

    Attributes:
        seed: any whole number; the same one makes the same visits.
        rows: how many, at least.
        districts: names of the areas that are visited.
        last_day: of the season.
    """

    seed: int
    rows: int
    districts: tuple[str, ...]
    last_day: date


def fictional_visits(visits: Visits, ruleset: Ruleset) -> Iterator[tuple[str, ...]]:
    """Yield the headings, then rows point by point, until there are as many as wanted and the last point is whole.

    Raises:
        CityrubricError: if the rule set has no sheets.
    """
    terms = ruleset.inspections
    if terms is None:
        raise CityrubricError(_("rule set '{version}' has no inspection sheets").format(version=ruleset.version))
    yield tuple(terms.columns.values())
    dice = random.Random(visits.seed)
    asked = [(sheet, mode) for sheet in terms.sheets for mode in sheet.modes]
    number = made = 0
    while made < visits.rows:
        number += 1
        sheet, mode = dice.choice(asked)
        for row in _point(number, sheet, mode, visits, terms, dice):
            made += 1
            yield row


def _point(
    number: int, sheet: Sheet, mode: str, visits: Visits, terms: InspectionTerms, dice: random.Random
) -> Iterator[tuple[str, ...]]:
    day = visits.last_day - timedelta(days=dice.randrange(_SEASON))
    same = {
        "point": f"V{visits.seed:05}{number:09}",
        "type": sheet.type,
        "mode": mode,
        "district": dice.choice(visits.districts),
        "time": f"{day} {dice.randrange(9, 18):02}:{dice.randrange(60):02}",
        "inspector": _INSPECTORS[0],
        "second": _INSPECTORS[1],
    }
    for row in sheet.asked(mode):
        for cells in _row(row, same["point"], terms, dice):
            entry = {**same, "row": row.id, **cells}
            yield tuple(entry.get(name, "") for name in terms.columns)


def _row(row: SheetRow, point: str, terms: InspectionTerms, dice: random.Random) -> Iterator[dict[str, str]]:
    chance = dice.random()
    if chance < _EXEMPT and not row.item:
        yield {"result": terms.words["not_applicable"], "approver": "虚构省级评审组", "note": "虚构的理由"}
    elif chance < _EXEMPT + _FOUND and row.operator == "deduct":
        for n in range(dice.choice((1, 1, 1, 2))):
            evidence = {"photos": "虚构.jpg", "confirmed": "是"}
            yield {"result": terms.words["fail"], "occurrence": f"{point}-{row.id}-{n}", **evidence}
    elif chance < _EXEMPT + _FOUND:
        share = {"earned": f"{row.points / 2000:g}"} if row.operator == "award_proportional" else {}
        yield {"result": terms.words["fail"], **share}
    else:
        yield {"result": terms.words["pass"]}
