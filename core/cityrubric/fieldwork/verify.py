"""Draw again and compare: whatever does not follow from register, plan, public string and secret is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from cityrubric.errors import CityrubricError
from cityrubric.fieldwork.commitment import Frozen, freeze, seed_of
from cityrubric.fieldwork.draw import draw_points, sort_into_strata
from cityrubric.fieldwork.plan import Course, Plan
from cityrubric.fieldwork.record import Point, Record, count_outside, current_points, make_record, replace
from cityrubric.fieldwork.register import Register
from cityrubric.fieldwork.tables import RowFaults, Table, locate
from cityrubric.language import translate as _


def course_of(plan: Plan, mode: str) -> Course:
    """Return the plan's draw of this mode.

    Raises:
        CityrubricError: if there is none.
    """
    for course in plan.courses:
        if course.mode == mode:
            return course
    known = ", ".join(course.mode for course in plan.courses)
    raise CityrubricError(_("the plan has no draw '{mode}'; it has: {known}").format(mode=mode, known=known))


def check_frozen(frozen: Frozen, register: Register, plan: Plan, secret: str | None) -> list[str]:
    """Return every way in which register and plan are not what was frozen."""
    found = []
    if register.hash != frozen.register_hash:
        says = _(
            "{file} was changed after freezing ({now} rows, {then} when frozen); take the register that was frozen"
        )
        found.append(says.format(file=register.document, now=len(register.rows), then=frozen.rows))
    if plan.hash != frozen.plan_hash:
        found.append(_("the plan was changed after freezing"))
    if not found:
        again = freeze(register, plan, secret or "-" * 64)
        same_modes = again.commitments.keys() == frozen.commitments.keys()
        if not same_modes or evolve(again, commitments=frozen.commitments) != frozen:
            found.append(_("what was published does not say of register and plan what they say"))
    return found


def run_draw(
    frozen: Frozen, register: Register, plan: Plan, course: Course, public: str, secret: str | None = None
) -> Record:
    """Draw the points of one mode from what was frozen.

    Raises:
        CityrubricError: if register, plan or secret are not what was frozen.
        Faults: if a stratum is too small.
    """
    changed = check_frozen(frozen, register, plan, secret)
    if changed:
        raise CityrubricError("\n".join(changed))
    seed = seed_of(frozen, course, public, secret)
    strata = sort_into_strata(register, plan, course)
    drawn = draw_points(strata, course, plan.weights, seed)
    return make_record(frozen, course, public, drawn, count_outside(register, plan, course))


def verify(record: Record, frozen: Frozen, register: Register, plan: Plan, secret: str | None = None) -> list[str]:
    """Repeat a draw and return everything in its record that does not follow; nothing if all does.

    Args:
        record: of the draw.
        frozen: as it was published before the draw, not as the record repeats it.
        register: as it was frozen.
        plan: as it was frozen.
        secret: of a covert draw, if the record does not hold it yet.

    Raises:
        CityrubricError: if register, plan or secret are not what was frozen.
        Faults: if a stratum is too small.
    """
    again = run_draw(frozen, register, plan, course_of(plan, record.mode), record.public, record.secret or secret)
    found = [*_not_drawn(record, again), *_wrong_outside(record, again)]
    if not found and evolve(record, secret="", replaced=()) != again:
        found.append(_("the record differs from the draw in what it says of mode, strata, order, teams or rows"))
    if record.secret and not record.covert:
        found.append(_("an open draw has no secret"))
    return [*found, *_wrong_replacements(record, again)]


def check_list(
    table: Table, record: Record, headings: dict[str, str], types: Mapping[str, str], document: str
) -> RowFaults:
    """Compare a list of points with its record.

    Args:
        table: the list.
        record: of the draw.
        headings: column -> heading of the list.
        types: titles of the business types.
        document: the list's file.

    Returns:
        Every row that is not a point of this draw, by number, and points that are missing.
    """
    faults = RowFaults(document)
    at = locate(table, {name: headings[name] for name in ("mode", "number", "type", *_SHOWN)}, faults)
    if faults.count:
        return faults
    points = {point.id: point for point in current_points(record)}
    rows = [{name: row[place] for name, place in at.items()} for row in table.rows]
    for number, says in _misplaced(rows, record, points, types):
        faults.add(number, says)
    for id_ in sorted(points.keys() - {row["id"] for row in rows}):
        faults.add(None, _("'{id}' was drawn, but is missing").format(id=id_))
    return faults


def _misplaced(
    rows: list[dict[str, str]], record: Record, points: Mapping[str, Point], types: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    """Yield every row of a list that is not the point that it should be, by number."""
    places = {id_: {"number": str(n), "type": types[point.type]} for n, (id_, point) in enumerate(points.items(), 1)}
    seen = set()
    for number, row in enumerate(rows, 2):
        id_ = row["id"]
        if row["mode"] != record.mode:
            says = _("'{id}' is a point of {mode}; take it out of this list")
            yield number, says.format(id=id_, mode=row["mode"])
            continue
        if id_ in seen:
            yield number, _("'{id}' stands here twice").format(id=id_)
        elif id_ not in points:
            yield number, _("'{id}' was not drawn").format(id=id_)
        elif any(row[name] != getattr(points[id_], name) for name in _SHOWN) or any(
            row[name] != said for name, said in places[id_].items()
        ):
            yield number, _("'{id}' is described otherwise in the record").format(id=id_)
        seen.add(id_)


_SHOWN = ("id", "name", "district", "address", "credit", "team")


def _not_drawn(record: Record, again: Record) -> Iterator[str]:
    said = [point.id for drawn in record.strata for point in drawn.points]
    right = [point.id for drawn in again.strata for point in drawn.points]
    for id_ in sorted(set(said) - set(right)):
        yield _("'{id}' was not drawn").format(id=id_)
    for id_ in sorted(set(right) - set(said)):
        yield _("'{id}' was drawn, but is missing").format(id=id_)


def _wrong_outside(record: Record, again: Record) -> Iterator[str]:
    said, right = (
        {(part.reason, part.district, part.type): part.rows for part in one.outside} for one in (record, again)
    )
    for key in sorted(said.keys() | right.keys()):
        if said.get(key, 0) != right.get(key, 0):
            says = _("outside the draw, {what}: {said} rows in the record, {right} in the register")
            what = " ".join(filter(None, key))
            yield says.format(what=what, said=said.get(key, 0), right=right.get(key, 0))


def _wrong_replacements(record: Record, again: Record) -> Iterator[str]:
    for replacement in record.replaced:
        try:
            again = replace(again, replacement.out, replacement.reason)
        except CityrubricError as error:
            yield _("replacement of '{id}': {why}").format(id=replacement.out, why=error)
            return
        if again.replaced[-1] != replacement:
            says = _("replacement of '{id}': '{into}' is not the next reserve, '{next}' is")
            yield says.format(id=replacement.out, into=replacement.into, next=again.replaced[-1].into)
            return
