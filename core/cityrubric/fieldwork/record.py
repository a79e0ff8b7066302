"""The record of a draw: all that is needed to repeat it, and who replaced whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import asdict, evolve, frozen

from cityrubric.documents import Document
from cityrubric.errors import CityrubricError
from cityrubric.fieldwork.commitment import Frozen
from cityrubric.fieldwork.draw import Stratum
from cityrubric.fieldwork.plan import Course, Plan
from cityrubric.fieldwork.register import Register, Row, exclusion_of
from cityrubric.language import translate as _


@frozen
class Point:
    """A row that was drawn, or follows as a reserve; without its row number, which another file may have otherwise."""

    id: str
    name: str
    district: str
    type: str
    credit: str
    address: str
    team: str


@frozen
class Drawn:
    """One stratum of the record; `Stratum` says what its entries mean."""

    district: str
    type: str
    size: int
    minimum: int
    points: tuple[Point, ...]
    reserves: tuple[Point, ...]


@frozen
class Replacement:
    """A point that could not be inspected, and the reserve that took its place."""

    out: str
    into: str
    reason: str


@frozen
class Outside:
    """Rows of the register from which nothing was drawn.

    Attributes:
        reason: the plan's, if it excludes them.
        district, type: of rows that are in no stratum of this draw; empty otherwise.
        rows: how many.
    """

    reason: str
    district: str
    type: str
    rows: int


@frozen
class Record:
    """One draw.

    Attributes:
        mode, covert, total: as in the plan.
        frozen: what was published before.
        public: the public string.
        secret: of a covert draw, after the last visit; empty before.
        strata: what was drawn; never changed by a replacement.
        replaced: in order.
        outside: what of the register is in no stratum; with the sizes of the strata it is the whole register.
    """

    mode: str
    covert: bool
    total: int
    frozen: Frozen
    public: str
    secret: str
    strata: tuple[Drawn, ...]
    replaced: tuple[Replacement, ...] = ()
    outside: tuple[Outside, ...] = ()


def count_outside(register: Register, plan: Plan, course: Course) -> tuple[Outside, ...]:
    """Count the rows from which nothing can be drawn, by reason."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in register.rows:
        exclusion = exclusion_of(row, plan)
        if exclusion:
            counts[exclusion.reason, "", ""] += 1
        elif (row.district, row.type) not in course.minimums:
            counts["", row.district, row.type] += 1
    return tuple(Outside(*key, count) for key, count in sorted(counts.items()))


def make_record(
    frozen: Frozen, course: Course, public: str, strata: Sequence[Stratum], outside: tuple[Outside, ...]
) -> Record:
    """Record a draw; each district's points are dealt to its teams in turn."""
    turn = dict.fromkeys(course.districts, 0)
    drawn = []
    for stratum in strata:
        teams = [team.name for team in course.teams if stratum.district in team.districts]
        start = turn[stratum.district]
        turn[stratum.district] += len(stratum.points)
        points = tuple(_point(row, teams[(start + n) % len(teams)]) for n, row in enumerate(stratum.points))
        reserves = tuple(_point(row, "") for row in stratum.reserves)
        drawn.append(Drawn(stratum.district, stratum.type, stratum.size, stratum.minimum, points, reserves))
    return Record(course.mode, course.covert, course.total, frozen, public.strip(), "", tuple(drawn), outside=outside)


def _point(row: Row, team: str) -> Point:
    return Point(row.id, row.name, row.district, row.type, row.credit, row.address, team)


def replace(record: Record, out: str, reason: str) -> Record:
    """Put the next reserve of its stratum in a point's place.

    Raises:
        CityrubricError: if there is no reason, no such point on the list, or no reserve left.
    """
    if not reason.strip():
        raise CityrubricError(_("a replacement needs a reason"))
    listed = {point.id: point for point in current_points(record)}
    if out not in listed:
        raise CityrubricError(_("'{id}' is not on the list of this draw").format(id=out))
    used = {replacement.into for replacement in record.replaced}
    here = listed[out].district, listed[out].type
    stratum = next(drawn for drawn in record.strata if (drawn.district, drawn.type) == here)
    for reserve in stratum.reserves:
        if reserve.id not in used:
            return evolve(record, replaced=(*record.replaced, Replacement(out, reserve.id, reason.strip())))
    says = _("{district} {type} has no reserve left")
    raise CityrubricError(says.format(district=here[0], type=here[1]))


def current_points(record: Record) -> list[Point]:
    """Return the points to be inspected, each replacement in the place and with the team of the point it replaced."""
    points = [point for drawn in record.strata for point in drawn.points]
    reserves = {point.id: point for drawn in record.strata for point in drawn.reserves}
    for replacement in record.replaced:
        for position, point in enumerate(points):
            if point.id == replacement.out and replacement.into in reserves:
                points[position] = evolve(reserves[replacement.into], team=point.team)
    return points


def to_document(record: Record | Frozen) -> Document:
    """Return a record as JSON's types."""
    return {"schema_version": 1, **asdict(record, value_serializer=_plain)}


def _plain(_instance: object, _attribute: object, value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def frozen_from(document: Mapping[str, object]) -> Frozen:
    """Make the record of a document that its schema found right."""
    return Frozen(**{key: value for key, value in document.items() if key != "schema_version"})  # type: ignore[arg-type]


def record_from(document: Document) -> Record:
    """Make the record of a document that its schema found right."""
    simple = {key: document[key] for key in ("mode", "covert", "total", "public", "secret")}
    return Record(
        **simple,
        frozen=frozen_from(document["frozen"]),
        strata=tuple(_drawn(entry) for entry in document["strata"]),
        replaced=tuple(Replacement(**entry) for entry in document["replaced"]),
        outside=tuple(Outside(**entry) for entry in document["outside"]),
    )


def _drawn(entry: Document) -> Drawn:
    return Drawn(**{**entry, "points": _points(entry["points"]), "reserves": _points(entry["reserves"])})


def _points(entries: Iterable[Document]) -> tuple[Point, ...]:
    return tuple(Point(**entry) for entry in entries)
