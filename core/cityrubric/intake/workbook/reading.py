"""A workbook that comes back -> what it says, with sheet and cell of everything that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, frozen

from cityrubric.canonical import fingerprint
from cityrubric.documents import Document
from cityrubric.errors import UNSEEN, FaultLog, Spot, did_you_mean
from cityrubric.intake.entries import Entry
from cityrubric.intake.merge import Submission, TableChange, atoms, listed
from cityrubric.intake.workbook import words
from cityrubric.intake.workbook.columns import Column, fact_columns, table_columns
from cityrubric.intake.workbook.file import Grid, filled, read_grids
from cityrubric.intake.workbook.plan import Mark, entry_from
from cityrubric.intake.workbook.texts import Texts, chosen, clean, entry_texts, read_written, table_entry, table_texts
from cityrubric.intake.workbook.writing import ASSESSOR_CELL, HEADING_ROW
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset

_ANSWERS = ("qualifier", "upper", "reason", "request", "elsewhere", "note")
_MERGE_SAYS_NOTHING = frozenset({"value", "upper", "missing", "id", "key"})
"""Columns in which cells merged over rows may mean a sum, or the first row only."""
_NEEDED = {
    "withheld": ("reason",),
    "not_inspected": ("reason",),
    "not_occurring": ("reason",),
    "not_supplied": ("request",),
    "included_elsewhere": ("elsewhere",),
}
"""What a reason for there being no value needs beside it."""
_FROM_CONTENT = frozenset({"observations", "interviews", "surveys", "deliberations"})
"""Sections in which an entry without a number gets one that follows from what it says."""
_SIGNED = frozenset({"observations", "interviews"})


def read_workbook(path: Path, city: City, document: Document, ruleset: Ruleset, log: FaultLog) -> Submission | None:
    """Read a workbook that was made for a city.

    Args:
        path: the file.
        city: for which it must have been made.
        document: of the city, as parsed.
        ruleset: under which it must have been made.
        log: where faults are noted, with sheet and cell.
    """
    grids = read_grids(path, log)
    if grids is None:
        return None
    mark = _mark(grids, path.name, city, ruleset, log)
    if mark is None:
        return None
    reader = _Reader(path.name, city, document, ruleset, log, mark)
    intro = grids.get(words.INTRODUCTION, Grid())
    row, column = int(ASSESSOR_CELL[1:]), ord(ASSESSOR_CELL[0]) - ord("A") + 1
    reader.assessor = intro.rows.get(row, {}).get(column, "")
    return reader.read(grids)


def _mark(grids: Mapping[str, Grid], name: str, city: City, ruleset: Ruleset, log: FaultLog) -> Mark | None:
    try:
        said = json.loads(grids[words.TEMPLATE].rows[1][1])
        mark = Mark(**said)
        for section in mark.sheets.values():
            if not section.startswith("facts/"):
                table_columns(section, city, ruleset)  # a KeyError, if there is no such section
    except (KeyError, ValueError, TypeError):
        log.add(name, "", _("is no workbook of this program; write one with `cityrubric workbook`"))
        return None
    if mark.format != words.FORMAT:
        log.add(name, "", _("was written by another version of this program; write the workbook anew"))
    elif mark.city != city.id:
        log.add(name, "", _("was made for the city '{other}', not for '{city}'").format(other=mark.city, city=city.id))
    elif mark.version != ruleset.version:
        says = _("was made for the rule set {other}, not for {version}")
        log.add(name, "", says.format(other=mark.version, version=ruleset.version))
    else:
        return mark
    return None


@frozen
class _Place:
    """One row of a sheet, by which faults name their cells."""

    sheet: str
    row: int
    columns: tuple[Column, ...]

    def cell(self, name: str) -> str:
        """Return a cell as in `能力建设!D17`."""
        from openpyxl.utils import get_column_letter

        number = next((n for n, column in enumerate(self.columns, 1) if column.name == name), 1)
        return f"{self.sheet}!{get_column_letter(number)}{self.row}"

    def cells(self) -> dict[str, str]:
        """Return all of them, by name."""
        return {column.name: self.cell(column.name) for column in self.columns}


@define
class _Reader:
    """Reads one workbook; gathers what it says."""

    name: str
    city: City
    document: Document
    ruleset: Ruleset
    log: FaultLog
    mark: Mark
    assessor: str = ""
    sources: dict[str, str] = field(factory=dict)
    based: set[Entry] = field(factory=set)
    stated: set[Entry] = field(factory=set)
    removed: set[Entry] = field(factory=set)
    added: set[Entry] = field(factory=set)
    places: dict[Entry, Mapping[str, str]] = field(factory=dict)
    tables: list[TableChange] = field(factory=list)
    unanswered: list[str] = field(factory=list)
    remarks: list[str] = field(factory=list)

    def read(self, grids: Mapping[str, Grid]) -> Submission:
        """Read the sheets: the lists first, since facts name what stands in them."""
        if self.mark.hash != self.ruleset.hash:
            says = _("the rule set has changed since this workbook was written; each value is checked anew")
            self.remarks.append(says)
        self.sources = {entry["title"]: entry["id"] for entry in listed("sources", self.document.get("sources"))}
        sheets = sorted(self.mark.sheets.items(), key=lambda sheet: sheet[1].startswith("facts/"))
        for title, section in sheets:
            if title not in grids:
                self.log.add(self.name, title, _("the sheet is missing"))
                continue
            self._sheet(title, section, grids[title])
        if self.unanswered:
            says = _("{n} rows without a value or a reason were not read, such as {cell}")
            self.remarks.append(says.format(n=len(self.unanswered), cell=self.unanswered[0]))
        return Submission(
            self.name,
            frozenset(self.removed - self.stated),
            frozenset(self.added - self.based),
            tuple(self.tables),
            self.places,
            tuple(self.remarks),
        )

    def _sheet(self, title: str, section: str, grid: Grid) -> None:
        facts = section.startswith("facts/")
        columns = fact_columns(self.city, self.ruleset) if facts else table_columns(section, self.city, self.ruleset)
        if not self._has_headings(title, grid, columns):
            return
        bases = set()
        for number, cells in filled(grid, HEADING_ROW + 1):
            place = _Place(title, number, columns)
            texts = {column.name: cells.get(n, "") for n, column in enumerate(columns, 1)}
            base = cells.get(len(columns) + 1, "")
            bases |= {base} if base else set()
            if self._is_legible(place, grid, texts):
                (self._fact if facts else self._table)(place, section, texts, base)
            if any(n > len(columns) + 1 for n in cells):
                says = _("{sheet}: what stands right of the table in row {n} is not read")
                self.remarks.append(says.format(sheet=title, n=number))
        gone = self.mark.rows.get(title, 0) - len(bases)
        if gone > 0:
            says = _("{n} rows that were there are gone; clear a row to take it back, never delete it")
            self.log.add(self.name, title, says.format(n=gone))

    def _has_headings(self, title: str, grid: Grid, columns: Sequence[Column]) -> bool:
        found = grid.rows.get(HEADING_ROW, {})
        wrong = [n for n, column in enumerate(columns, 1) if found.get(n, "") != column.heading]
        for n in wrong:
            says = _("the heading must be '{wanted}', not '{found}'; columns keep their places")
            cell = _Place(title, HEADING_ROW, tuple(columns)).cell(columns[n - 1].name)
            self.log.add(self.name, cell, says.format(wanted=columns[n - 1].heading, found=found.get(n, "")))
        return not wrong

    def _is_legible(self, place: _Place, grid: Grid, texts: Texts) -> bool:
        """Note cells that have no text, and values that are merged over several rows."""
        legible = True
        for n, column in enumerate(place.columns, 1):
            if UNSEEN.search(texts[column.name]):
                says = _("holds a character that cannot be shown; delete it")
                self._spot(place, column.name).fault(says)
                legible = False
            elif (place.row, n) in grid.faulty:
                says = _("'{found}' is a formula without a result; write the value")
                self._spot(place, column.name).fault(says.format(found=grid.faulty[place.row, n]))
                legible = False
            elif (place.row, n) in grid.merged and column.name in _MERGE_SAYS_NOTHING and texts[column.name]:
                says = _("cells merged over several rows: write the value into each row that it is meant for")
                self._spot(place, column.name).fault(says)
                legible = False
        return legible

    def _spot(self, place: _Place, name: str) -> Spot:
        return _CellSpot(self.name, self.log, (place.cell(name),))

    def _fact(self, place: _Place, _section: str, texts: Texts, base_text: str) -> None:
        """Read one row of facts."""
        base = self._base(place, base_text)
        if base is not None:
            self.based |= atoms([base])
        if base_text and base is None:
            return
        spec = self.ruleset.offers.catalogue.get(texts["key"])
        if spec is None:
            if any(texts.values()):
                says = _("no such fact: '{key}'").format(key=texts["key"])
                self._spot(place, "key").fault(says + did_you_mean(texts["key"], self.ruleset.offers.catalogue))
            return
        if base is not None and _same(texts, entry_texts(base, spec, place.columns), place.columns):
            self.stated |= atoms([base])
        elif not texts["value"] and not texts["missing"]:
            self._cleared(place, texts, base)
        else:
            self._answered(place, self._entry(place, texts), base, texts)

    def _base(self, place: _Place, text: str) -> Entry | None:
        try:
            return entry_from(text) if text else None
        except (ValueError, TypeError):
            self._spot(place, "key").fault(_("the hidden column of this row was changed; write the workbook anew"))
            return None

    def _cleared(self, place: _Place, texts: Texts, base: Entry | None) -> None:
        if base is None:
            if any(texts[name] for name in _ANSWERS):
                self._spot(place, "value").fault(_("a value or a reason for none is needed"))
            elif texts["source"] or texts["evidence"]:
                self.unanswered.append(place.cell("value"))
        elif base.entered_by in ("", self.assessor):
            self.removed |= atoms([base])
        else:
            says = _("{other} entered this; only {other} takes it back: enter what you hold instead, or leave it")
            self._spot(place, "value").fault(says.format(other=base.entered_by))

    def _answered(self, place: _Place, entry: Entry | None, base: Entry | None, texts: Texts) -> None:
        if entry is None:
            return
        checked = entry.checked_by
        if base is not None and _content(entry) == _content(base):
            entry = evolve(entry, entered_by=texts["entered_by"] or base.entered_by)
        else:
            entry = evolve(entry, entered_by=self._who(texts, base))
            checked = () if base is not None and checked == base.checked_by else checked
            if not entry.entered_by:
                says = _("who entered this? fill in '{heading}' here, or in {cell} for all")
                cell = f"{words.INTRODUCTION}!{ASSESSOR_CELL}"
                self._spot(place, "entered_by").fault(says.format(heading=words.ASSESSOR, cell=cell))
        now = atoms([evolve(entry, checked_by=checked)])
        self.stated |= now
        self.added |= now
        self.places |= dict.fromkeys(now, place.cells())
        if base is not None and base.entered_by in ("", entry.entered_by):
            self.removed |= atoms([base])

    def _who(self, texts: Texts, base: Entry | None) -> str:
        """Whoever the row names; but if it names who entered what stood there before, whoever fills in the workbook."""
        named = texts["entered_by"]
        if base is not None and named == base.entered_by and self.assessor:
            return self.assessor
        return named or self.assessor

    def _entry(self, place: _Place, texts: Texts) -> Entry | None:
        spec = self.ruleset.offers.catalogue[texts["key"]]
        before = len(self.log.faults)
        said: dict[str, Any] = {}
        for column in place.columns:
            text = texts[column.name]
            if column.shown or column.name in ("value", "qualifier", "upper") or not text:
                continue
            said[column.name] = chosen(text, column, self._spot(place, column.name)) if column.choices else text
            if column.kind == "list":
                said[column.name] = tuple(
                    part.strip() for part in text.replace(";", "、").replace("；", "、").split("、")
                )
        if texts["value"]:
            said["value"] = self._value(place, texts)
            said["value"] = tuple(said["value"]) if isinstance(said["value"], list) else said["value"]
        said["source"] = self.sources.get(said.get("source", ""), said.get("source", ""))
        if said.get("unit") == spec.unit and spec.kind != "number":
            said.pop("unit", None)
        needed = ("by", "source", *_NEEDED.get(said.get("missing", ""), ()))
        for column in place.columns:
            if column.name in needed and not texts[column.name]:
                self._spot(place, column.name).fault(_("'{heading}' is missing").format(heading=column.heading))
        return Entry(**said) if len(self.log.faults) == before else None

    def _value(self, place: _Place, texts: Texts) -> Any:
        spec = self.ruleset.offers.catalogue[texts["key"]]
        value = read_written(texts["value"], texts["unit"], spec)
        qualifier, upper = texts["qualifier"], texts["upper"]
        if texts["missing"]:
            self._spot(place, "missing").fault(_("a value and a reason for none: keep one of them"))
        if bool(upper) != (qualifier == words.BETWEEN):
            says = _("'{between}' needs an upper end, and nothing else has one").format(between=words.BETWEEN)
            self._spot(place, "upper").fault(says)
        elif qualifier == words.BETWEEN:
            return f"{texts['value'].removesuffix('%')}..{upper}"
        elif qualifier in words.QUALIFIERS:
            return f"{words.QUALIFIERS[qualifier]}{texts['value']}"
        elif qualifier:
            says = _("'{text}' is not one of: {choices}")
            self._spot(place, "qualifier").fault(says.format(text=qualifier, choices="、".join(words.QUALIFIERS)))
        return value

    def _table(self, place: _Place, section: str, texts: Texts, base_text: str) -> None:
        """Read one row of another sheet."""
        try:
            base: Document | None = json.loads(base_text) if base_text else None
        except ValueError:
            self._spot(place, place.columns[0].name).fault(
                _("the hidden column of this row was changed; write the workbook anew")
            )
            return
        asked = {column.name for column in place.columns if not column.shown}
        if base is not None and _same(texts, table_texts(base, place.columns), place.columns):
            self._know(section, base)
            return
        if not any(texts[name] for name in asked):
            if base is not None:
                self.tables.append(TableChange(section, base, None, place.cell(place.columns[0].name)))
            return
        before = len(self.log.faults)
        entry = table_entry(
            texts, place.columns, self.ruleset.offers.catalogue, _RowSpot(self.name, self.log, place=place)
        )
        self._sign(section, entry)
        for column in place.columns:
            if column.needed and column.name not in entry and len(self.log.faults) == before:
                self._spot(place, column.name).fault(_("'{heading}' is missing").format(heading=column.heading))
        if len(self.log.faults) == before:
            self._know(section, entry)
            row = place.cell(place.columns[0].name)
            self.tables.append(TableChange(section, base, entry, row, place.cells()))

    def _sign(self, section: str, entry: Document) -> None:
        if section in _SIGNED and self.assessor:
            entry.setdefault("person", self.assessor)
        if section in _FROM_CONTENT and "id" not in entry:
            about = {key: entry.get(key) for key in ("fact", "area", "period", "by", "heard")}
            said = about if section == "deliberations" else entry
            prefix = "H" if section == "deliberations" else self.assessor or "N"
            entry["id"] = f"{prefix}-{fingerprint(said)[:8]}"

    def _know(self, section: str, entry: Document) -> None:
        if section == "sources":
            self.sources[entry["title"]] = entry["id"]


@frozen
class _CellSpot(Spot):
    """A cell: whatever is wrong further in is wrong there."""

    def at(self, *_steps: str | int) -> Spot:
        """Return the cell itself."""
        return self

    def fault(self, says: str) -> None:
        """Note what is wrong in the cell."""
        self.log.add(self.document, str(self.steps[0]), says)


@frozen
class _RowSpot(Spot):
    """A row, whose places are its columns."""

    place: _Place | None = None

    def at(self, *steps: str | int) -> Spot:
        """Return a cell."""
        assert self.place is not None
        return _CellSpot(self.document, self.log, (self.place.cell(str(steps[0])),))


def _content(entry: Entry) -> Entry:
    """An entry without who entered and checked it."""
    return evolve(entry, entered_by="", checked_by=())


def _same(texts: Texts, before: Texts, columns: Sequence[Column]) -> bool:
    return all(texts[c.name] == clean(before.get(c.name, "")) for c in columns if not c.shown)
