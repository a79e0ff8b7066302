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
_DOUBTED = 0.2  # share of rows that another pair judges for itself
_UNSEEN = 0.05  # share of these that it does not get to see
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


def fictional_visits(visits: Visits, ruleset: Ruleset, *, again: bool = False) -> Iterator[tuple[str, ...]]:
    """Yield the headings, then rows point by point, until there are as many as wanted and the last point is whole.

    Args:
        visits: what is to be made up.
        ruleset: whose sheets are filled in.
        again: whether another pair went to the same points; now and then they saw something else.

    Raises:
        CityrubricError: if the rule set has no sheets.
    """
    terms = ruleset.inspections
    if terms is None:
        raise CityrubricError(_("rule set '{version}' has no inspection sheets").format(version=ruleset.version))
    yield tuple(terms.columns.values())
    dice, others = random.Random(visits.seed), random.Random(f"again {visits.seed}")
    asked = [(sheet, mode) for sheet in terms.sheets for mode in sheet.modes]
    number = made = 0
    while made < visits.rows:
        number += 1
        sheet, mode = dice.choice(asked)
        same = _point(number, sheet, mode, visits, dice)
        for row in sheet.asked(mode):
            seen = [*_row(row, same["point"], terms, dice)]
            if again and others.random() < _DOUBTED:
                seen = _seen_again(row, same["point"], terms, others)
            made += len(seen)
            for cells in seen:
                entry = {**same, "row": row.id, **cells}
                yield tuple(entry.get(name, "") for name in terms.columns)


def _point(number: int, sheet: Sheet, mode: str, visits: Visits, dice: random.Random) -> dict[str, str]:
    day = visits.last_day - timedelta(days=dice.randrange(_SEASON))
    return {
        "point": f"V{visits.seed:05}{number:09}",
        "type": sheet.type,
        "mode": mode,
        "district": dice.choice(visits.districts),
        "time": f"{day} {dice.randrange(9, 18):02}:{dice.randrange(60):02}",
        "inspector": _INSPECTORS[0],
        "second": _INSPECTORS[1],
    }


def _seen_again(row: SheetRow, point: str, terms: InspectionTerms, dice: random.Random) -> list[dict[str, str]]:
    """What another pair says of a row: mostly the usual, sometimes something else, sometimes nothing."""
    if dice.random() < _UNSEEN:
        return [{"result": terms.words["not_inspected"], "note": "虚构的理由"}]
    return [*_row(row, point, terms, dice)]


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
