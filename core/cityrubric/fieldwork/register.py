"""The register from which points are drawn: read, checked row by row, and frozen by a hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from attrs import frozen

from cityrubric.canonical import fingerprint
from cityrubric.errors import did_you_mean
from cityrubric.fieldwork.plan import Exclusion, Plan
from cityrubric.fieldwork.tables import RowFaults, locate, read_table
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset

_REQUIRED = ("id", "name", "district", "type")
_OPTIONAL = ("credit", "address")


@frozen
class Row:
    """One enterprise.

    Attributes:
        number: of the row in the file; the headings are row 1.
        type: an id of the rule set's domain `type`.
        credit: its credit level, empty if the register has none.
        address: empty if the register has none.
    """

    number: int
    id: str
    name: str
    district: str
    type: str
    credit: str = ""
    address: str = ""


@frozen
class Register:
    """All enterprises.

    Attributes:
        rows: in the order of their ids.
        hash: of what the rows say, whatever their order and the kind of file.
        document: the file, as in messages.
    """

    rows: tuple[Row, ...]
    hash: str
    document: str


def read_register(path: Path, plan: Plan, ruleset: Ruleset) -> Register:
    """Read and check a register.

    Args:
        path: a CSV file in UTF-8, a Parquet file or a workbook.
        plan: its columns, districts, weights and declared number of rows; every row must belong to it.
        ruleset: whose business types (ids or titles) the rows name.

    Raises:
        Faults: every faulty row, the first hundred by number.
    """
    faults = RowFaults(path.as_posix())
    rows = _rows(path, plan, ruleset, faults)
    if abs(len(rows) - plan.declared) > plan.difference:
        says = _("{n} rows, but {declared} enterprises are declared; explain or mend the difference")
        faults.add(None, says.format(n=len(rows), declared=plan.declared))
    for row, says in _wrong(rows, plan, ruleset):
        faults.add(row.number, says)
    _check_exclusions(rows, plan, faults)
    faults.check()
    ordered = tuple(sorted(rows, key=lambda row: row.id))
    texts = [[row.id, row.name, row.district, row.type, row.credit, row.address] for row in ordered]
    return Register(ordered, fingerprint(texts), path.as_posix())


def exclusion_of(row: Row, plan: Plan) -> Exclusion | None:
    """Return the first exclusion that says of this row, if any."""
    for exclusion in plan.exclusions:
        if (
            exclusion.id in {"", row.id}
            and exclusion.type in {"", row.type}
            and exclusion.district in {"", row.district}
        ):
            return exclusion
    return None


def _rows(path: Path, plan: Plan, ruleset: Ruleset, faults: RowFaults) -> list[Row]:
    table = read_table(path, faults, plan.sheet)
    at = locate(table, dict(plan.columns), faults)
    if len(at) < len(plan.columns):
        faults.check()
    ids = {title: id_ for id_, title in ruleset.domains.get("type", {}).items()}
    rows = []
    for number, cells in enumerate(table.rows, 2):
        given = {name: cells[position] for name, position in at.items()}
        given["type"] = ids.get(given["type"], given["type"])
        rows.append(Row(number, **given))
    return rows


def _wrong(rows: list[Row], plan: Plan, ruleset: Ruleset) -> Iterator[tuple[Row, str]]:
    """Yield what is wrong in each row: what lacks, ids that are there twice, words that nobody knows, no stratum."""
    first: dict[str, int] = {}
    types = ruleset.domains.get("type", {})
    drawn = {type_ for course in plan.courses for _district, type_ in course.minimums}
    for row in rows:
        for name in _REQUIRED:
            if not getattr(row, name):
                yield row, _("nothing stands in the column '{name}'").format(name=plan.columns[name])
        earlier = first.setdefault(row.id, row.number)
        if row.id and earlier != row.number:
            yield row, _("the id '{id}' stands in row {n} already").format(id=row.id, n=earlier)
        yield from ((row, says) for says in _unknown_words(row, plan, types))
        if row.type in types and row.type not in drawn and not exclusion_of(row, plan):
            says = _("'{id}' is in no stratum: {type} is neither drawn nor excluded")
            yield row, says.format(id=row.id, type=f"{row.type} {types[row.type]}")


def _unknown_words(row: Row, plan: Plan, types: Mapping[str, str]) -> Iterator[str]:
    if row.district and row.district not in plan.districts:
        known = dict.fromkeys(plan.districts, "")
        yield _unknown(_("'{word}' is none of the plan's districts"), row.district, known)
    if row.type and row.type not in types:
        names = {**types, **dict.fromkeys(types.values(), "")}
        yield _unknown(_("'{word}' is no business type of the rule set"), row.type, names)
    if plan.weights and row.credit not in plan.weights:
        yield _unknown(_("credit level '{word}' has no weight"), row.credit, plan.weights)


def _unknown(says: str, word: str, known: Mapping[str, object]) -> str:
    return says.format(word=word) + _hint(word, tuple(known))


@cache
def _hint(word: str, known: tuple[str, ...]) -> str:
    return did_you_mean(word, known)


def _check_exclusions(rows: list[Row], plan: Plan, faults: RowFaults) -> None:
    ids = {row.id for row in rows}
    for exclusion in plan.exclusions:
        if exclusion.id and exclusion.id not in ids:
            faults.add(None, _("'{id}' is excluded, but stands in no row").format(id=exclusion.id))
