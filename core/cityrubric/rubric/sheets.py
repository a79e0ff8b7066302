"""Inspection sheets of a rule set: which rows are asked of which business type, and which facts they feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from cityrubric.catalogue import FactSpec
from cityrubric.documents import Document
from cityrubric.errors import Spot, did_you_mean
from cityrubric.language import translate as _
from cityrubric.rubric.model import Indicator
from cityrubric.rubric.numbers import points, provenance
from cityrubric.rubric.onsite import InspectionTerms, Sheet, SheetRow


@frozen
class SheetReader:
    """Reads the sheets of one rule set.

    Attributes:
        head: the rule set's main document.
        catalogue: the facts that rows may feed.
        read_by: keys of the facts that indicators look at.
    """

    head: Document
    catalogue: Mapping[str, FactSpec]
    read_by: frozenset[str]

    def terms(self, sheets: Iterable[Sheet], spot: Spot) -> InspectionTerms:
        """Return how inspections are scored; `spot` is the section of the main document."""
        section = self.head["inspections"]
        sheets = tuple(sheets)
        _check_once(_("sheet of type"), [sheet.type for sheet in sheets], spot)
        _check_once(_("sheet row"), [row.id for sheet in sheets for row in sheet.rows], spot)
        return InspectionTerms(
            sheets=sheets,
            once=section["same_occurrence"]["rule"] == "once",
            once_provenance=provenance(section["same_occurrence"]["provenance"]),
            confidence=section["confidence"]["percent"] / 100,
            confidence_provenance=provenance(section["confidence"]["provenance"]),
            words=section["words"],
            columns=section["columns"],
        )

    def sheet(self, entry: Document, spot: Spot) -> Sheet:
        """Read one sheet."""
        self._known("type", entry["type"], spot.at("type"))
        for n, mode in enumerate(entry["modes"]):
            self._known("mode", mode, spot.at("modes", n))
        rows = tuple(self._row(row, entry, spot.at("rows", n)) for n, row in enumerate(entry["rows"]))
        for item in {row.item: 0 for row in rows if row.item}:
            if not any(row.points for row in rows if row.item == item):
                spot.fault(_("item '{item}' has no row that earns points").format(item=item))
        return Sheet(
            type=entry["type"],
            title=entry["title"],
            modes=tuple(entry["modes"]),
            rows=rows,
            provenance=provenance(entry["provenance"]),
            note=entry.get("note", ""),
        )

    def _row(self, row: Document, sheet: Document, spot: Spot) -> SheetRow:
        most, most_provenance = points(row.get("points", self.head["inspections"]["row_points"]), spot.at("points"))
        each, each_provenance = points(row["each"], spot.at("each")) if "each" in row else (0, None)
        modes = tuple(row["modes"] if "modes" in row else sheet["modes"])
        for n, mode in enumerate(modes):
            if mode not in sheet["modes"]:
                spot.at("modes", n).fault(_("'{mode}' is none of the sheet's modes").format(mode=mode))
        if not most and not (row["operator"] == "deduct" and row.get("item")):
            spot.fault(_("earns no points; only a deduction from the other rows of its item may earn none"))
        for n, key in enumerate(row["feeds"]):
            self._check_feed(key, row, sheet["type"], most, spot.at("feeds", n))
        return SheetRow(
            id=row["id"],
            asks=row["asks"],
            operator=row["operator"],
            points=most,
            points_provenance=most_provenance,
            each=each,
            each_provenance=each_provenance,
            item=row.get("item", ""),
            modes=modes,
            feeds=tuple(row["feeds"]),
            provenance=provenance(row["provenance"] if "provenance" in row else sheet["provenance"]),
        )

    def _check_feed(self, key: str, row: Document, type_: str, most: int, spot: Spot) -> None:
        spec = self.catalogue.get(key)
        if spec is None:
            spot.fault(_("no plugin offers the fact '{name}'").format(name=key) + did_you_mean(key, self.catalogue))
            return
        own = dict(spec.tags).get("type", type_)
        if own != type_:
            spot.fault(
                _("the fact '{key}' is about type {own}, the sheet about {type}").format(key=key, own=own, type=type_)
            )
        if key not in self.read_by:
            spot.fault(_("no indicator looks at the fact '{key}'").format(key=key))
        if not _fits(spec, row["operator"], most):
            spot.fault(
                _(
                    "a row '{operator}' cannot feed '{key}': rates and truths come from awards, counts from deductions"
                ).format(operator=row["operator"], key=key)
            )

    def _known(self, domain: str, word: str, spot: Spot) -> None:
        known = self.head["domains"].get(domain, {})
        if word not in known:
            says = _("'{word}' is not in domains.{domain}").format(word=word, domain=domain)
            spot.fault(says + did_you_mean(word, known))


def _fits(spec: FactSpec, operator: str, most: int) -> bool:
    """Whether what a row says is of the fact's kind: a percentage, a truth, or a count of occurrences."""
    if spec.kind == "bool":
        return operator == "award"
    if spec.kind != "number":
        return False
    return most > 0 if spec.unit == "%" else operator == "deduct"


def _check_once(what: str, ids: list[str], spot: Spot) -> None:
    for id_ in dict.fromkeys(ids):
        if ids.count(id_) > 1:
            spot.fault(_("{what} '{id}' stands there {n} times").format(what=what, id=id_, n=ids.count(id_)))


def facts_read(indicators: Iterable[Indicator], reads_of: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the keys of all facts that indicators look at; `reads_of` are those of each measure."""
    parts = [part for indicator in indicators for part in indicator.parts]
    return frozenset(key for part in parts for key in (*part.facts, *reads_of.get(part.measure, ())))
