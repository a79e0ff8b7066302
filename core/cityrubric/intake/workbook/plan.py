"""A workbook before it is written: its sheets, their columns and rows, and the mark by which it is known again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from attrs import asdict, field, frozen
from attrs.validators import deep_mapping, instance_of

from cityrubric.canonical import fingerprint
from cityrubric.catalogue import FactSpec
from cityrubric.documents import Document
from cityrubric.intake.entries import Entry, entries_of
from cityrubric.intake.merge import listed
from cityrubric.intake.rulings import claim_text, disputes
from cityrubric.intake.workbook import words
from cityrubric.intake.workbook.columns import Column, fact_columns, table_columns
from cityrubric.intake.workbook.questions import Part, homes_of, rows_of, sheet_titles, users_of
from cityrubric.intake.workbook.texts import Texts, entry_texts, table_texts
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset

SPARE_FACTS, SPARE_ROWS = 20, 40
"""Empty rows at the end of a sheet."""


@frozen
class Row:
    """One row.

    Attributes:
        texts: of its cells, by column; what is shown only, too.
        base: what it said when the workbook was written; empty for nothing.
        spec: of the fact it asks, whose range it accepts.
        number: the value, where it is a plain number.
        spare: it asks nothing: what is locked elsewhere may be filled in.
    """

    texts: Texts
    base: str = ""
    spec: FactSpec | None = None
    number: float | None = None
    spare: bool = False


@frozen
class Sheet:
    """One sheet.

    Attributes:
        section: a group's id after `facts/`, or a section of a city file.
    """

    title: str
    section: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@frozen
class Mark:
    """What a workbook was made for.

    Attributes:
        number: the template's: the same for the same city, rules, part and assessor.
        sheets: title -> section.
        rows: title -> how many rows said something when it was written.
    """

    format: int = field(validator=instance_of(int))
    number: str = field(validator=instance_of(str))
    city: str = field(validator=instance_of(str))
    version: str = field(validator=instance_of(str))
    hash: str = field(validator=instance_of(str))
    part: str = field(validator=instance_of(str))
    assessor: str = field(validator=instance_of(str))
    sheets: dict[str, str] = field(factory=dict, validator=deep_mapping(instance_of(str), instance_of(str)))
    rows: dict[str, int] = field(factory=dict, validator=deep_mapping(instance_of(str), instance_of(int)))


@frozen
class WorkbookPlan:
    """A whole workbook."""

    mark: Mark
    sheets: tuple[Sheet, ...]


def plan_workbook(city: City, document: Document, ruleset: Ruleset, part: Part, assessor: str) -> WorkbookPlan:
    """Lay out a workbook.

    Args:
        city: as read.
        document: the same as parsed, its evidence among its sections.
        ruleset: what is asked for.
        part: what of it.
        assessor: who will fill it in; empty if the workbook shall ask.
    """
    sheets = (*_fact_sheets(city, document, ruleset, part), *_tables(city, document, ruleset))
    about = [words.FORMAT, city.id, document, ruleset.hash, part.name, assessor]
    mark = Mark(
        format=words.FORMAT,
        number=fingerprint(about)[:12],
        city=city.id,
        version=ruleset.version,
        hash=ruleset.hash,
        part=part.name,
        assessor=assessor,
        sheets={sheet.title: sheet.section for sheet in sheets},
        rows={sheet.title: sum(1 for row in sheet.rows if row.base) for sheet in sheets},
    )
    return WorkbookPlan(mark, sheets)


def base_of(value: Entry | Document) -> str:
    """Return what a row says as its hidden cell keeps it."""
    said = value if isinstance(value, dict) else {k: v for k, v in asdict(value).items() if v not in ("", (), None)}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_from(base: str) -> Entry:
    """Return the entry that a hidden cell keeps."""
    said: dict[str, Any] = json.loads(base)
    lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    return Entry(**{**said, **lists})


def _fact_sheets(city: City, document: Document, ruleset: Ruleset, part: Part) -> Iterator[Sheet]:
    columns = fact_columns(city, ruleset)
    users = users_of(ruleset)
    homes = homes_of(users, ruleset)
    order = {indicator.id: n for n, indicator in enumerate(ruleset.indicators)}
    stated: dict[str, list[Entry]] = {}
    for entry in entries_of(document.get("facts", {})):
        stated.setdefault(entry.key, []).append(entry)
    for group, title in sheet_titles(ruleset).items():
        keys = [key for key, home in homes.items() if home == group and part.has_fact(home, users.get(key, ()))]
        keys.sort(key=lambda key: order[users[key][0]] if key in users else len(order))
        rows = [
            _fact_row(entry, ruleset.offers.catalogue[key], "、".join(users.get(key, ())), columns)
            for key in keys
            for entry in rows_of(ruleset.offers.catalogue[key], stated.get(key, ()), city, ruleset, part)
        ]
        if rows:
            spare = (Row({}, spare=True),) * SPARE_FACTS
            yield Sheet(title, f"facts/{group}", columns, (*rows, *spare))


def _fact_row(entry: Entry, spec: FactSpec, items: str, columns: tuple[Column, ...]) -> Row:
    is_stated = bool(entry.missing) or entry.value is not None
    texts = {**entry_texts(entry, spec, columns), "title": spec.title, "items": items}
    if not is_stated:
        texts["by"] = ""
    number = entry.value if isinstance(entry.value, (int, float)) and not isinstance(entry.value, bool) else None
    return Row(texts, base_of(entry) if is_stated else "", spec, number)


def _tables(city: City, document: Document, ruleset: Ruleset) -> Iterator[Sheet]:
    catalogue = ruleset.offers.catalogue
    for section, title in words.SHEETS.items():
        columns = table_columns(section, city, ruleset)
        rows = []
        for entry in listed(section, document.get(section)):
            texts = table_texts(entry, columns)
            if "fact" in entry and entry["fact"] in catalogue:
                texts["title"] = catalogue[entry["fact"]].title
            rows.append(Row(texts, base_of(entry)))
        if section == "deliberations":
            rows += _disputed(city, ruleset, columns)
        yield Sheet(title, section, columns, (*rows, *((Row({}, spare=True),) * SPARE_ROWS)))


def _disputed(city: City, ruleset: Ruleset, columns: tuple[Column, ...]) -> Iterator[Row]:
    """What is to be settled: the disputed claims, and room for what counts instead."""
    for claims in disputes(city.claims):
        first, spec = claims[0], ruleset.offers.catalogue[claims[0].key]
        entry = {
            "fact": first.key,
            "area": first.area or "",
            "period": str(first.period or ""),
            "by": first.speaker.value,
            "heard": sorted({claim_text(claim, ruleset.texts) for claim in claims}),
            "unit": spec.unit,
        }
        entry = {key: value for key, value in entry.items() if value}
        yield Row({**table_texts(entry, columns), "title": spec.title}, base_of(entry))
