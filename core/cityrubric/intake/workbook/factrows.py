"""Rows of facts that come back -> the entries they add and take back, compared with what they were made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, evolve, field

from cityrubric.errors import did_you_mean
from cityrubric.intake.entries import Entry
from cityrubric.intake.evidence import split_list
from cityrubric.intake.merge import atoms
from cityrubric.intake.workbook import words
from cityrubric.intake.workbook.places import Place
from cityrubric.intake.workbook.plan import entry_from
from cityrubric.intake.workbook.texts import Texts, chosen, entry_texts, labelled, read_written, same, value_text
from cityrubric.intake.workbook.typed import typed_years
from cityrubric.intake.workbook.writing import ASSESSOR_CELL
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset

_ASKED = ("key", "area", "period")
_ANSWERS = ("qualifier", "upper", "reason", "request", "elsewhere", "note")
_NEEDED = {
    "withheld": ("reason",),
    "not_inspected": ("reason",),
    "not_occurring": ("reason",),
    "not_supplied": ("request",),
    "included_elsewhere": ("elsewhere",),
}
"""What a reason for there being no value needs beside it."""


@define
class FactRows:
    """Reads the rows of facts of one workbook.

    Attributes:
        assessor: who fills it in.
        sources: titles -> ids; the workbook's own sheet may add some.
        based: what the rows said when they were written.
        stated: what they say now.
        removed: what they take back.
        added: what they say that they did not say before.
        places: the cells of what they say.
        unanswered: cells of rows with a source, and neither value nor reason.
    """

    ruleset: Ruleset
    assessor: str
    sources: Mapping[str, str]
    based: set[Entry] = field(factory=set)
    stated: set[Entry] = field(factory=set)
    removed: set[Entry] = field(factory=set)
    added: set[Entry] = field(factory=set)
    places: dict[Entry, Mapping[str, str]] = field(factory=dict)
    unanswered: list[str] = field(factory=list)

    def read(self, place: Place, texts: Texts, base_text: str) -> None:
        """Read one row: its cells, and what it said when it was written."""
        base = self._base(place, texts, base_text)
        if base is not None:
            self.based |= atoms([base])
        if base_text and base is None:
            return
        spec = self.ruleset.offers.catalogue.get(texts["key"])
        if spec is None:
            self._unknown(place, texts)
        elif base is not None and same(texts, entry_texts(base, spec, place.columns), place.columns):
            self.stated |= atoms([base])
        elif not texts["value"] and not texts["missing"]:
            self._cleared(place, texts, base)
        else:
            self._answered(place, self._entry(place, texts), base, texts)

    def _unknown(self, place: Place, texts: Texts) -> None:
        if texts["key"]:
            says = _("no such fact: '{key}'").format(key=texts["key"])
            place.spot("key").fault(says + did_you_mean(texts["key"], self.ruleset.offers.catalogue))
        elif any(texts.values()):
            heading = next(column.heading for column in place.columns if column.name == "key")
            place.spot("key").fault(_("'{heading}' is missing").format(heading=heading))

    def _base(self, place: Place, texts: Texts, text: str) -> Entry | None:
        """What the row said; whoever sorts what is seen alone gives it what another row said."""
        try:
            base = entry_from(text) if text else None
        except (ValueError, TypeError):
            place.spot("key").fault(_("the hidden column of this row was changed; write the workbook anew"))
            return None
        asked = {
            column.name: texts[column.name] for column in place.columns if column.name in ("key", "area", "period")
        }
        if base is None or asked == labelled(dict(zip(asked, base.slot, strict=True)), place.columns):
            return base
        says = _("this row was made for another fact, area or year; undo any sorting, or write the workbook anew")
        place.spot("key").fault(says)
        return None

    def _cleared(self, place: Place, texts: Texts, base: Entry | None) -> None:
        if base is None:
            if any(texts[name] for name in _ANSWERS):
                place.spot("value").fault(_("a value or a reason for none is needed"))
            elif texts["source"] or texts["evidence"]:
                self.unanswered.append(place.cell("value"))
        elif base.entered_by in ("", self.assessor):
            self.removed |= atoms([base])
        else:
            says = _("{other} entered this; only {other} takes it back: enter what you hold instead, or leave it")
            place.spot("value").fault(says.format(other=base.entered_by))

    def _answered(self, place: Place, entry: Entry | None, base: Entry | None, texts: Texts) -> None:
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
                place.spot("entered_by").fault(says.format(heading=words.ASSESSOR, cell=cell))
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

    def _entry(self, place: Place, texts: Texts) -> Entry | None:
        spec = self.ruleset.offers.catalogue[texts["key"]]
        before = len(place.log.faults)
        said: dict[str, Any] = {}
        for column in place.columns:
            text = texts[column.name]
            if column.shown or column.name in ("value", "qualifier", "upper") or not text:
                continue
            said[column.name] = chosen(text, column, place.spot(column.name)) if column.choices else text
            if column.kind == "list":
                said[column.name] = tuple(split_list(text))
        if texts["value"]:
            said["value"] = self._value(place, texts)
            said["value"] = tuple(said["value"]) if isinstance(said["value"], list) else said["value"]
        said["period"] = typed_years(texts["period"])
        said["source"] = self.sources.get(said.get("source", ""), said.get("source", ""))
        if said.get("unit") == spec.unit and spec.kind != "number":
            said.pop("unit", None)
        needed = ("by", "source", *_NEEDED.get(said.get("missing", ""), ()))
        for column in place.columns:
            if column.name in needed and not texts[column.name]:
                place.spot(column.name).fault(_("'{heading}' is missing").format(heading=column.heading))
        return Entry(**said) if len(place.log.faults) == before else None

    def _value(self, place: Place, texts: Texts) -> Any:
        spec = self.ruleset.offers.catalogue[texts["key"]]
        value = read_written(texts["value"], texts["unit"], spec)
        qualifier, upper = texts["qualifier"], texts["upper"]
        if texts["missing"]:
            place.spot("missing").fault(_("a value and a reason for none: keep one of them"))
        if bool(upper) != (qualifier == words.BETWEEN):
            says = _("'{between}' needs an upper end, and nothing else has one").format(between=words.BETWEEN)
            place.spot("upper").fault(says)
        elif qualifier == words.BETWEEN:
            return f"{value_text(value).removesuffix('%')}..{value_text(read_written(upper, texts['unit'], spec))}"
        elif qualifier in words.QUALIFIERS:
            return f"{words.QUALIFIERS[qualifier]}{value_text(value)}"
        elif qualifier:
            says = _("'{text}' is not one of: {choices}")
            place.spot("qualifier").fault(says.format(text=qualifier, choices="、".join(words.QUALIFIERS)))
        return value


def _content(entry: Entry) -> Entry:
    """An entry without who entered and checked it."""
    return evolve(entry, entered_by="", checked_by=())
