"""Entries <-> the texts of their cells. Everything in a cell is a text here; what kind it is, its column says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.documents import Document
from cityrubric.errors import Spot, did_you_mean
from cityrubric.intake.entries import Entry
from cityrubric.intake.evidence import split_list
from cityrubric.intake.toml import digits
from cityrubric.intake.workbook import words
from cityrubric.intake.workbook.columns import Column
from cityrubric.intake.workbook.typed import clean, typed_day, typed_number, typed_years
from cityrubric.language import translate as _

Texts = dict[str, str]

_IS_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DATES = frozenset({"on", "asked_on", "deadline", "answered_on", "valid_until", "evidence_date", "decided_on"})
_DISPLAYED = ("title", "items", "qualifier", "upper", "key", "area", "period", "value", "unit")


def entry_texts(entry: Entry, spec: FactSpec, columns: tuple[Column, ...]) -> Texts:
    """Return the cells of an entry that is there."""
    texts = {name: getattr(entry, name) for name in ("key", "area", "period", "missing", "by")}
    texts |= {column.name: getattr(entry, column.name) for column in columns if column.name not in _DISPLAYED}
    texts["unit"] = entry.unit or spec.unit
    texts["value"] = value_text(entry.value)
    return labelled(texts, columns)


def table_texts(entry: Document, columns: tuple[Column, ...]) -> Texts:
    """Return the cells of an entry of another sheet."""
    texts = {c.name: entry.get(c.name, "") for c in columns if not c.shown}
    if "value" in texts:
        texts["value"] = value_text(entry.get("value"))
    return labelled(texts, columns)


def value_text(value: Any) -> str:
    """Return a fact's value as its cell shows it."""
    if isinstance(value, bool):
        return words.YES if value else words.NO
    if isinstance(value, (list, tuple)):
        return "\n".join(value)
    return "" if value is None else value if isinstance(value, str) else digits(value)


def labelled(values: Mapping[str, Any], columns: tuple[Column, ...]) -> Texts:
    """Return the cells of what is said, by column."""
    texts = {}
    for column in columns:
        if column.shown or column.name not in values:
            continue
        value = values[column.name]
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, (int, float)):
            value = digits(value)
        if not isinstance(value, str):
            value = ("\n" if column.kind == "lines" else "、").join(value)
        texts[column.name] = column.choices.get(value, value)
    return texts


def table_entry(texts: Texts, columns: tuple[Column, ...], catalogue: Mapping[str, FactSpec], spot: Spot) -> Document:
    """Return what the cells of a row say; what they cannot say is noted at its column."""
    entry: Document = {}
    for column in columns:
        text = texts.get(column.name, "")
        if column.shown or not text:
            continue
        here = spot.at(column.name)
        if column.choices:
            entry[column.name] = chosen(text, column, here)
        else:
            entry[column.name] = _read(text, column, here)
        if column.kind == "truth":
            entry[column.name] = entry[column.name] == "true"
    if "value" in entry:
        spec = catalogue.get(texts.get("fact", ""))
        entry["value"] = read_written(entry["value"], texts.get("unit", ""), spec) if spec else entry["value"]
    return {key: value for key, value in entry.items() if value != ""}


def chosen(text: str, column: Column, spot: Spot) -> str:
    """Return the code of a label; a word that is none is noted."""
    codes = {label: code for code, label in column.choices.items()}
    if text in codes:
        return codes[text]
    if text in column.choices:
        return text
    choices = "、".join(codes)
    says = _("'{text}' is not one of: {choices}").format(text=text, choices=choices)
    spot.fault(says + did_you_mean(text, codes))
    return ""


def read_written(text: str, unit: str, spec: FactSpec) -> Any:
    """Return a value as a city file writes it: a number where it is one, a truth, a text, or a list of texts."""
    if spec.kind == "number":
        return typed_number(text, unit or spec.unit)
    if spec.kind in PRESENCE_KINDS:
        if text in (words.YES, words.THERE):
            return True
        if text in (words.NO, words.NOT_THERE):
            return False
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        return lines if len(lines) > 1 or spec.kind == "list" else text
    if spec.kind == "bool":
        return {words.YES: True, words.NO: False, words.THERE: True, words.NOT_THERE: False}.get(text, text)
    return typed_day(text) if spec.kind == "date" else text


def _read(text: str, column: Column, spot: Spot) -> Any:
    if column.kind == "list":
        return split_list(text, column.name)
    if column.kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if column.kind in ("number", "whole"):
        number = typed_number(text)
        if isinstance(number, str) or (column.kind == "whole" and number != int(number)):
            spot.fault(_("'{text}' stands where a number belongs").format(text=text))
            return ""
        return int(number) if column.kind == "whole" else number
    if column.name not in _DATES:
        return typed_years(text) if column.name == "period" else text
    day = typed_day(text)
    if not _IS_DAY.fullmatch(day):
        spot.fault(_("{written} is no date of the form 2021-12-31").format(written=f"'{text}'"))
    return day


def same(texts: Texts, before: Texts, columns: Sequence[Column]) -> bool:
    """Tell whether the cells of a row say what they said before."""
    return all(texts[c.name] == clean(before.get(c.name, "")) for c in columns if not c.shown)
