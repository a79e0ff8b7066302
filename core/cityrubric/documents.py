"""TOML and JSON documents in: checked against a JSON Schema, every fault told at once with its place and a mend."""

from __future__ import annotations

import functools
import json
import math
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import rtoml
import tomli

from cityrubric.errors import FaultLog, did_you_mean, place, reason, visible
from cityrubric.files import leads_out
from cityrubric.language import translate as _
from cityrubric.limits import limits
from cityrubric.paths import shipped
from cityrubric.plain import plain

Document = dict[str, Any]

_SOMETHING = "\\S"
"""How schemas ask for a text that says something."""

_LONGEST_VALUE, _LONGEST_MESSAGE = 60, 300
_MARK = "\ufeff"


def read_document(path: Path, name: str, kind: str, log: FaultLog) -> Document | None:
    """Read one TOML document.

    Args:
        path: the file.
        name: how to call it in messages.
        kind: what it must be: a schema's name, as in `city`, or a definition in one, as in `ruleset/group_file`.
        log: where faults are noted.

    Returns:
        The document with dates as ISO text and all text in NFC; None if a fault was noted.
    """
    before = len(log.faults)
    text = read_text(path, name, log)
    document = parse_document(text, name, log) if text is not None else None
    if document is None:
        return None
    if len(log.faults) == before:
        check_document(document, name, kind, log)
    return document if len(log.faults) == before else None


def check_document(document: object, name: str, kind: str, log: FaultLog) -> None:
    """Note every way in which a document differs from its schema."""
    if _quick_validator(kind).is_valid(document):
        return
    before = len(log.faults)
    for error in sorted(
        _telling_validator(kind).iter_errors(document), key=lambda e: [str(s) for s in e.absolute_path]
    ):
        for steps, says in _faults(error):
            log.add(name, place(*steps), says)
    if len(log.faults) == before:  # the two validators differ, such as on a line end after a pattern
        log.add(name, "", _("does not fit its schema"))


@functools.cache
def schema(kind: str) -> Document:
    """Return a shipped JSON Schema, or one definition of it as a schema of its own."""
    name, _slash, definition = kind.partition("/")
    text = (shipped("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    whole: Document = json.loads(text)
    if not definition:
        return whole
    return {"$schema": whole["$schema"], "$ref": f"#/$defs/{definition}", "$defs": whole["$defs"]}


@functools.cache
def _quick_validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema(kind))


@functools.cache
def _telling_validator(kind: str) -> Any:
    from jsonschema import Draft202012Validator  # only ever needed for a faulty document

    return Draft202012Validator(schema(kind))


def read_text(path: Path, name: str, log: FaultLog) -> str | None:
    """Return a file's text; None if a fault was noted."""
    content = read_content(path, name, log)
    try:
        return content.decode("utf-8-sig") if content is not None else None
    except UnicodeDecodeError as error:
        log.add(name, "", _("not UTF-8 (byte {n}); save it as UTF-8").format(n=error.start))
    return None


def read_content(path: Path, name: str, log: FaultLog) -> bytes | None:
    """Return what a file holds; None if a fault was noted."""
    try:
        if leads_out(path):
            log.add(name, "", _("is a link that leads out of its folder; put the file itself there"))
            return None
        if not stat.S_ISREG(path.stat().st_mode):  # what is no file may never end
            log.add(name, "", _("is no file"))
            return None
        most = limits().document_mb * 2**20
        with path.open("rb") as file:
            content = file.read(most + 1)
        if len(content) <= most:
            return content
        words = {"size": math.ceil(path.stat().st_size / 2**20), "limit": limits().document_mb}
        log.add(name, "", _("{size} MB; the limit is {limit} MB").format(**words))
    except OSError as error:
        log.add(name, "", _("cannot be read: {why}").format(why=reason(error)))
    return None


def parse_document(text: str, name: str, log: FaultLog) -> Document | None:
    """Return what a TOML text says, dates as ISO text and all text in NFC; None if it is none, or says nothing."""
    try:
        document = _parsed(text.replace("\r\n", "\n"))
    except tomli.TOMLDecodeError as error:
        log.add(name, "", _("not valid TOML: {why}").format(why=reason(error)))
    except ValueError:  # more digits than Python reads
        log.add(name, "", _("not valid TOML: a whole number has too many digits"))
    except RecursionError:
        log.add(name, "", _("nested too deeply"))
    else:
        if document:
            read: Document | None = plain(document, name, log)
            return read
        log.add(name, "", _("is empty"))
    return None


def _parsed(text: str) -> Document:
    """Let a fast parser read what is sound; tomli has the last word on the rest, and says what is wrong and where."""
    try:
        if not text.startswith(_MARK):  # the only thing it takes and should not
            return rtoml.loads(text)
    except ValueError:
        pass
    return tomli.loads(text)


def read_json(path: Path, name: str, log: FaultLog) -> Any:
    """Return what a JSON file holds, under the same conditions as a TOML document; None if a fault was noted."""
    text = read_text(path, name, log)
    if text is None:
        return None
    try:
        document = json.loads(text, parse_constant=_no_number, object_pairs_hook=_each_once)
    except ValueError as error:
        log.add(name, "", _("not valid JSON: {why}").format(why=reason(error)))
    except RecursionError:
        log.add(name, "", _("nested too deeply"))
    else:
        return plain(document, name, log)
    return None


def _no_number(word: str) -> float:
    raise ValueError(_("{word} is no number").format(word=word))


def _each_once(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(entries)
    if len(table) < len(entries):
        twice = next(key for key, count in Counter(key for key, _value in entries).items() if count > 1)
        raise ValueError(_("'{id}' stands there twice").format(id=twice))
    return table


def _faults(error: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """One schema error as places and sentences that a person can act on."""
    here = tuple(error.absolute_path)
    wanted, found = error.validator_value, error.instance
    if error.validator == "additionalProperties":
        known = [*error.schema.get("properties", {})]
        for key in found:
            if key not in known:
                yield (*here, key), _("no such key here") + did_you_mean(key, known)
    elif error.validator == "required":
        missing = re.match("'(.*)' is a required", error.message)
        yield here, _("the key '{key}' is missing").format(key=missing.group(1) if missing else "?")
    elif error.validator == "type":
        names = _(" or ").join(_type_name(name) for name in ([wanted] if isinstance(wanted, str) else wanted))
        yield here, _("{found} is not {wanted}").format(found=_shown(found), wanted=names)
    elif error.validator == "enum":
        choices = ", ".join(str(choice) for choice in wanted)
        hint = did_you_mean(str(found), [str(choice) for choice in wanted])
        yield here, _("{found} is not one of: {choices}").format(found=_shown(found), choices=choices) + hint
    elif error.validator == "pattern" and wanted == _SOMETHING:
        yield here, _("must not be empty")
    elif error.validator == "pattern":
        yield here, _("{found} is not of the form {wanted}").format(found=_shown(found), wanted=wanted)
    elif error.validator in {"minItems", "minLength", "minProperties"} and len(found) == 0:
        yield here, _("must not be empty")
    else:
        yield here, _cut(error.message, _LONGEST_MESSAGE)


def _type_name(name: str) -> str:
    names = {
        "number": _("a number"),
        "integer": _("a whole number"),
        "string": _("text"),
        "boolean": _("true or false"),
        "array": _("a list"),
        "object": _("a table"),
        "null": _("nothing"),
    }
    return names[name]


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else repr(value)
    return _cut(visible(text), _LONGEST_VALUE)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 3] + "…"
