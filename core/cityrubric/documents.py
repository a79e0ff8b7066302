"""TOML documents in: read, checked against a JSON Schema, every fault told at once with its place and a mend."""

from __future__ import annotations

import datetime
import functools
import json
import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import tomli

from cityrubric.errors import FaultLog, did_you_mean, place
from cityrubric.language import translate as _
from cityrubric.paths import shipped

LARGEST_DOCUMENT = 10 * 2**20
"""Bytes; a rule set is a fiftieth of this."""
LARGEST_EXACT_INTEGER = 2**53

Document = dict[str, Any]


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
    document = _parse(path, name, log)
    if document is None:
        return None
    document = _plain(document, (), name, log)
    if len(log.faults) == before:
        check_document(document, name, kind, log)
    return document if len(log.faults) == before else None


def check_document(document: object, name: str, kind: str, log: FaultLog) -> None:
    """Note every way in which a document differs from its schema."""
    if _quick_validator(kind).is_valid(document):
        return
    for error in sorted(
        _telling_validator(kind).iter_errors(document), key=lambda e: [str(s) for s in e.absolute_path]
    ):
        for steps, says in _faults(error):
            log.add(name, place(*steps), says)


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


def _parse(path: Path, name: str, log: FaultLog) -> Document | None:
    try:
        size = path.stat().st_size
        if size > LARGEST_DOCUMENT:
            limit = LARGEST_DOCUMENT // 2**20
            log.add(name, "", _("{size} MB; the limit is {limit} MB").format(size=math.ceil(size / 2**20), limit=limit))
            return None
        text = path.read_bytes().decode("utf-8-sig")
        document = tomli.loads(text.replace("\r\n", "\n"))
    except OSError as error:
        log.add(name, "", _("cannot be read: {why}").format(why=error.strerror))
    except UnicodeDecodeError as error:
        log.add(name, "", _("not UTF-8 (byte {n}); save it as UTF-8").format(n=error.start))
    except tomli.TOMLDecodeError as error:
        log.add(name, "", _("not valid TOML: {why}").format(why=error))
    except ValueError:  # more digits than Python reads
        log.add(name, "", _("not valid TOML: a whole number has too many digits"))
    except RecursionError:
        log.add(name, "", _("nested too deeply"))
    else:
        if document:
            return document
        log.add(name, "", _("is empty"))
    return None


def _plain(value: Any, steps: tuple[str | int, ...], name: str, log: FaultLog) -> Any:
    """JSON's types only; numbers that are none, or not exact, are faults."""
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", k): _plain(v, (*steps, k), name, log) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v, (*steps, i), name, log) for i, v in enumerate(value)]
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        log.add(name, place(*steps), _("not a number that can be used; leave the fact out or give a reason of missing"))
    elif isinstance(value, int) and abs(value) > LARGEST_EXACT_INTEGER:
        log.add(name, place(*steps), _("too large to be exact; use a larger unit such as 万"))
    return value


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
    elif error.validator == "pattern":
        yield here, _("{found} is not of the form {wanted}").format(found=_shown(found), wanted=wanted)
    elif error.validator in {"minItems", "minLength", "minProperties"} and len(found) == 0:
        yield here, _("must not be empty")
    else:
        yield here, error.message


def _type_name(name: str) -> str:
    names = {
        "number": _("a number"),
        "integer": _("a whole number"),
        "string": _("text"),
        "boolean": _("true or false"),
        "array": _("a list"),
        "object": _("a table"),
    }
    return names[name]


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
