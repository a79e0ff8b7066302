"""Rows of the other sheets that come back -> what they change in the sections of a city file."""

from __future__ import annotations

import json

from attrs import define, field

from cityrubric.canonical import fingerprint
from cityrubric.documents import Document
from cityrubric.intake.merge import TableChange
from cityrubric.intake.rulings import CHANGED
from cityrubric.intake.workbook.places import Place
from cityrubric.intake.workbook.texts import Texts, same, table_entry, table_texts
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset

_FROM_CONTENT = frozenset({"observations", "interviews", "surveys", "deliberations"})
"""Sections in which an entry without a number gets one that follows from what it says."""
_DECIDED = ("reviewers", "decided_on", "reason")
_NEEDED_BY = {
    "upheld": _DECIDED,
    CHANGED: (*_DECIDED, "fact", "value", "source", "evidence", "evidence_date"),
}
"""What a decision on an appeal needs beside it."""
_SIGNED = frozenset({"observations", "interviews"})


@define
class TableRows:
    """Reads the rows of the sheets beside those of facts.

    Attributes:
        assessor: who fills in the workbook.
        sources: titles -> ids, with those that the workbook adds.
        changes: what the rows say that they did not say before.
    """

    ruleset: Ruleset
    assessor: str
    sources: dict[str, str]
    changes: list[TableChange] = field(factory=list)

    def read(self, place: Place, section: str, texts: Texts, base_text: str) -> None:
        """Read one row: its cells, and what it said when it was written."""
        try:
            base: Document | None = json.loads(base_text) if base_text else None
        except ValueError:
            place.spot().fault(_("the hidden column of this row was changed; write the workbook anew"))
            return
        asked = {column.name for column in place.columns if not column.shown}
        if base is not None and same(texts, table_texts(base, place.columns), place.columns):
            self._know(section, base)
            return
        if not any(texts[name] for name in asked):
            if base is not None:
                self.changes.append(TableChange(section, base, None, place.cell()))
            return
        before = len(place.log.faults)
        entry = table_entry(texts, place.columns, self.ruleset.offers.catalogue, place.spots())
        self._sign(section, entry)
        needed = _NEEDED_BY.get(entry.get("decision", ""), ())
        faulty = len(place.log.faults) > before
        for column in place.columns if not faulty else ():
            if (column.needed or column.name in needed) and column.name not in entry:
                place.spot(column.name).fault(_("'{heading}' is missing").format(heading=column.heading))
        if len(place.log.faults) == before:
            self._know(section, entry)
            row = place.cell()
            self.changes.append(TableChange(section, base, entry, row, place.cells()))

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
