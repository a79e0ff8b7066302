"""The draw itself: a lottery that anyone can repeat, on any machine and in any year.

Each row gets as many tickets as it has weight. A ticket is the SHA-256 of the seed, the row's id and the ticket's
number; the row stands where its lowest ticket stands. That is exactly drawing rows one after another, each with a
chance in proportion to its weight: whole numbers compared with whole numbers, no rounding, no generator's state.
A row's place depends on nothing but the seed, its id and its weight, so other rows and their order change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from heapq import nsmallest

from attrs import frozen

from cityrubric.errors import Fault, Faults
from cityrubric.fieldwork.plan import Course, Plan
from cityrubric.fieldwork.register import Register, Row, exclusion_of
from cityrubric.language import translate as _

Key = tuple[str, str]
"""A stratum: district and business type."""
_ROWS_SHOWN = 10


@frozen
class Stratum:
    """What was drawn of one stratum.

    Attributes:
        size: rows that could be drawn.
        minimum: the least number of points.
        points: the rows drawn, in order.
        reserves: the rows that follow them, in order.
    """

    district: str
    type: str
    size: int
    minimum: int
    points: tuple[Row, ...]
    reserves: tuple[Row, ...]


def place_of(seed: str, id_: str, weight: int) -> bytes:
    """Return where a row stands in the draw; the lowest comes first.

    Args:
        seed: of the draw.
        id_: of the row.
        weight: number of its tickets, 1 or more.
    """
    return min(sha256(f"{seed}\n{ticket}\n{id_}".encode()).digest() for ticket in range(weight))


def sort_into_strata(register: Register, plan: Plan, course: Course) -> dict[Key, list[Row]]:
    """Return the rows that can be drawn, stratum by stratum.

    Raises:
        Faults: every stratum smaller than its minimum, with its rows; a total larger than all strata.
    """
    strata: dict[Key, list[Row]] = {key: [] for key in course.minimums}
    for row in register.rows:
        key = row.district, row.type
        if key in strata and not exclusion_of(row, plan):
            strata[key].append(row)
    faults = [
        _too_small(register, course, key, strata[key])
        for key, least in course.minimums.items()
        if len(strata[key]) < least
    ]
    available = sum(map(len, strata.values()))
    if available < course.total:
        says = _("{mode}: {total} points are to be drawn, but all strata together hold {n} rows")
        faults.append(Fault(register.document, "", says.format(mode=course.mode, total=course.total, n=available)))
    if faults:
        raise Faults(faults)
    return strata


def check_strata(register: Register, plan: Plan) -> None:
    """See before anything is promised that every draw of a plan can be made.

    Raises:
        Faults: what `sort_into_strata` finds, of all draws.
    """
    faults: list[Fault] = []
    for course in plan.courses:
        try:
            sort_into_strata(register, plan, course)
        except Faults as found:
            faults += found.faults
    if faults:
        raise Faults(faults)


def draw_points(
    strata: Mapping[Key, Iterable[Row]], course: Course, weights: Mapping[str, int], seed: str
) -> tuple[Stratum, ...]:
    """Draw: in each stratum its minimum, then the rest of the total from all rows that remain.

    Args:
        strata: the rows that can be drawn.
        course: minimums, total and number of reserves.
        weights: credit level -> tickets of a row; empty if all are equal.
        seed: from `commitment.seed_of`.
    """
    ranked = {key: _rank(rows, weights, seed) for key, rows in strata.items()}
    taken = {key: course.minimums[key] for key in strata}
    remaining = ((place, id_, key) for key, rows in ranked.items() for place, id_, _row in rows[taken[key] :])
    for _place, _id, key in nsmallest(course.total - sum(taken.values()), remaining):
        taken[key] += 1
    return tuple(_stratum(key, ranked[key], taken[key], course) for key in sorted(strata))


def _rank(rows: Iterable[Row], weights: Mapping[str, int], seed: str) -> list[tuple[bytes, str, Row]]:
    placed = [(place_of(seed, row.id, weights[row.credit] if weights else 1), row.id, row) for row in rows]
    return sorted(placed, key=lambda entry: entry[:2])


def _stratum(key: Key, ranked: list[tuple[bytes, str, Row]], taken: int, course: Course) -> Stratum:
    rows = tuple(row for _place, _id, row in ranked[: taken + course.reserves])
    return Stratum(*key, len(ranked), course.minimums[key], rows[:taken], rows[taken:])


def _too_small(register: Register, course: Course, key: Key, rows: list[Row]) -> Fault:
    numbers = ", ".join(str(row.number) for row in rows[:_ROWS_SHOWN]) or "-"
    says = _("{mode}: {district} {type} holds {n} rows (row {rows}), fewer than its minimum of {least}")
    least = course.minimums[key]
    filled = says.format(mode=course.mode, district=key[0], type=key[1], n=len(rows), rows=numbers, least=least)
    return Fault(register.document, "", filled)
