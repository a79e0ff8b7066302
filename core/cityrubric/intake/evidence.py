"""The evidence ledger (佐证台账), `evidence.csv`: a table that any spreadsheet opens, and that runs nothing there."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cityrubric.documents import Document, read_content
from cityrubric.errors import UNSEEN, FaultLog, did_you_mean
from cityrubric.language import translate as _

EVIDENCE_FILE = "evidence.csv"
HEADINGS = {
    "id": "佐证编号",
    "title": "名称",
    "department": "部门",
    "date": "日期",
    "indicators": "评价内容",
    "files": "文件",
    "hashes": "SHA-256",
    "point": "点位编号",
    "note": "备注",
}
"""Our names -> the ledger's headings."""
NO_HASH = "-"
"""Stands for the hash of a file that was not at hand."""
LISTS = frozenset({"indicators", "files", "hashes"})
_SEPARATOR = re.compile(r"[;；、,，\n]")
_OF_FILES = re.compile(r"[;；、\n]")
_STARTS_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def read_ledger(path: Path, name: str, log: FaultLog) -> list[Document]:
    """Read a ledger; cells that were escaped are what they were.

    Args:
        path: UTF-8, with or without a mark, or GB18030; headings in any order, those not needed may lack.
        name: how to call it in messages.
        log: where faults are noted.
    """
    text = _text(path, name, log)
    if text is None:
        return []
    try:
        rows = list(csv.reader(io.StringIO(unicodedata.normalize("NFC", text), newline=""), strict=True))
    except csv.Error as error:
        log.add(name, "", _("not valid CSV: {why}").format(why=error))
        return []
    if not rows:
        log.add(name, "", _("is empty"))
        return []
    columns = _columns([cell.strip() for cell in rows[0]], name, log)
    entries = []
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() for cell in row]
        if any(cells):
            said = {key: cells[place] for key, place in columns.items() if place < len(cells) and cells[place]}
            entry = {key: unescape(text) for key, text in said.items()}
            if UNSEEN.search("".join(row)):
                log.add(name, _("row {n}").format(n=number), _("holds a character that cannot be shown; delete it"))
            elif not entry.get("id") or not entry.get("title"):
                missing = HEADINGS["title" if entry.get("id") else "id"]
                log.add(name, _("row {n}").format(n=number), _("'{heading}' is missing").format(heading=missing))
            else:
                entries.append(ledger_entry(entry))
    return entries


def ledger_entry(texts: Mapping[str, str]) -> Document:
    """Make an entry of the texts of its cells; what says nothing is left out."""
    return {key: split_list(text, key) if key in LISTS else text for key, text in texts.items() if text}


def split_list(text: str, name: str = "") -> list[str]:
    """Return the entries of a cell that lists several; names of files may hold commas."""
    separator = _OF_FILES if name == "files" else _SEPARATOR
    return [part.strip() for part in separator.split(text) if part.strip()]


def ledger_text(entries: Iterable[Document]) -> str:
    """Return a ledger as CSV, by number; cells that a spreadsheet would compute are escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS.values())
    for entry in sorted(entries, key=lambda one: str(one["id"])):
        cells = (entry.get(key, "") for key in HEADINGS)
        writer.writerow([escape(cell if isinstance(cell, str) else ";".join(cell)) for cell in cells])
    return "\ufeff" + out.getvalue()  # the mark tells spreadsheets that it is UTF-8


def escape(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def unescape(text: str) -> str:
    """Return what was escaped."""
    return text[1:] if text.startswith("'") and _STARTS_A_FORMULA.match(text[1:]) else text


def _columns(headings: Sequence[str], name: str, log: FaultLog) -> dict[str, int]:
    names = {heading: key for key, heading in HEADINGS.items()}
    columns: dict[str, int] = {}
    for place, heading in enumerate(headings):
        if heading not in names:
            says = _("no such column: '{heading}'").format(heading=heading) + did_you_mean(heading, names)
            log.add(name, "", says)
        elif names[heading] in columns:
            log.add(name, "", _("two columns are called '{name}'").format(name=heading))
        else:
            columns[names[heading]] = place
    for key in ("id", "title"):
        if key not in columns:
            log.add(name, "", _("no column '{name}'").format(name=HEADINGS[key]))
    return columns


def _text(path: Path, name: str, log: FaultLog) -> str | None:
    content = read_content(path, name, log)
    if content is None:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    log.add(name, "", _("neither UTF-8 nor GB18030; save it as UTF-8"))
    return None


def hashed(entry: Document, folder: Path) -> Document:
    """Return the entry with the SHA-256 of those of its files that are at hand and had none yet."""
    files = entry.get("files", [])
    hashes = [*entry.get("hashes", []), *[NO_HASH] * len(files)][: len(files)]
    pairs = zip(files, hashes, strict=True)
    found = [old if old != NO_HASH else file_hash(folder, file) or NO_HASH for file, old in pairs]
    if set(found) <= {NO_HASH}:
        return {key: value for key, value in entry.items() if key != "hashes"}
    return {**entry, "hashes": found}


def file_hash(folder: Path, file: str) -> str:
    """Return the SHA-256 of a file below a city's folder; empty if it is not at hand, or not below it."""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()) or not os.path.isfile(path):
        return ""
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while part := content.read(2**20):
            digest.update(part)
    return digest.hexdigest()
