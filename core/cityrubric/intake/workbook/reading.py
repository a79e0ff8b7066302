"""A workbook that comes back -> what it says, with sheet and cell of everything that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import define, field

from cityrubric.documents import Document
from cityrubric.errors import UNSEEN, FaultLog, did_you_mean
from cityrubric.intake.merge import Submission, listed
from cityrubric.intake.workbook import words
from cityrubric.intake.workbook.columns import Column, fact_columns, table_columns
from cityrubric.intake.workbook.factrows import FactRows
from cityrubric.intake.workbook.file import Grid, filled, read_grids
from cityrubric.intake.workbook.places import Place
from cityrubric.intake.workbook.plan import Mark
from cityrubric.intake.workbook.tablerows import TableRows
from cityrubric.intake.workbook.texts import Texts
from cityrubric.intake.workbook.writing import ASSESSOR_CELL, HEADING_ROW
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset

_MERGE_SAYS_NOTHING = frozenset({"value", "upper", "missing", "id", "key"})
"""Columns in which cells merged over rows may mean a sum, or the first row only."""


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
    row, column = int(ASSESSOR_CELL[1:]), ord(ASSESSOR_CELL[0]) - ord("A") + 1
    assessor = grids.get(words.INTRODUCTION, Grid()).rows.get(row, {}).get(column, "")
    sources = {entry["title"]: entry["id"] for entry in listed("sources", document.get("sources"))}
    facts, tables = FactRows(ruleset, assessor, sources), TableRows(ruleset, assessor, sources)
    return _Reader(path.name, city, ruleset, log, mark, facts, tables).read(grids)


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


@define
class _Reader:
    """Reads one workbook; gathers what it says."""

    name: str
    city: City
    ruleset: Ruleset
    log: FaultLog
    mark: Mark
    facts: FactRows
    tables: TableRows
    remarks: list[str] = field(factory=list)

    def read(self, grids: Mapping[str, Grid]) -> Submission:
        """Read the sheets: the lists first, since facts name what stands in them."""
        if self.mark.hash != self.ruleset.hash:
            says = _("the rule set has changed since this workbook was written; each value is checked anew")
            self.remarks.append(says)
        sheets = sorted(self.mark.sheets.items(), key=lambda sheet: sheet[1].startswith("facts/"))
        for title, section in sheets:
            if title not in grids:
                self.log.add(
                    self.name, title, _("the sheet is missing") + did_you_mean(title, grids.keys() - self.mark.sheets)
                )
                continue
            self._sheet(title, section, grids[title])
        facts = self.facts
        if facts.unanswered:
            says = _("{n} rows without a value or a reason were not read, such as {cell}")
            self.remarks.append(says.format(n=len(facts.unanswered), cell=facts.unanswered[0]))
        return Submission(
            self.name,
            frozenset(facts.removed - facts.stated),
            frozenset(facts.added - facts.based),
            tuple(self.tables.changes),
            facts.places,
            tuple(self.remarks),
        )

    def _sheet(self, title: str, section: str, grid: Grid) -> None:
        facts = section.startswith("facts/")
        columns = fact_columns(self.city, self.ruleset) if facts else table_columns(section, self.city, self.ruleset)
        if not self._has_headings(title, grid, columns):
            return
        bases = set()
        for number, cells in filled(grid, HEADING_ROW + 1):
            place = Place(self.name, self.log, title, number, columns)
            texts = {column.name: cells.get(n, "") for n, column in enumerate(columns, 1)}
            base = cells.get(len(columns) + 1, "")
            bases |= {base} if base else set()
            if self._is_legible(place, grid, texts):
                self.facts.read(place, texts, base) if facts else self.tables.read(place, section, texts, base)
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
            heading = Place(self.name, self.log, title, HEADING_ROW, tuple(columns)).spot(columns[n - 1].name)
            heading.fault(says.format(wanted=columns[n - 1].heading, found=found.get(n, "")))
        return not wrong

    def _is_legible(self, place: Place, grid: Grid, texts: Texts) -> bool:
        """Note cells that have no text, and values that are merged over several rows."""
        legible = True
        for n, column in enumerate(place.columns, 1):
            if UNSEEN.search(texts[column.name]):
                says = _("holds a character that cannot be shown; delete it")
                place.spot(column.name).fault(says)
                legible = False
            elif (place.row, n) in grid.faulty:
                says = _("'{found}' is a formula without a result; write the value")
                place.spot(column.name).fault(says.format(found=grid.faulty[place.row, n]))
                legible = False
            elif (place.row, n) in grid.merged and column.name in _MERGE_SAYS_NOTHING and texts[column.name]:
                says = _("cells merged over several rows: write the value into each row that it is meant for")
                place.spot(column.name).fault(says)
                legible = False
        return legible
