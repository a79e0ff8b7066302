"""An assessment as JSON and back: the complete record, written whole or not at all."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import fields

from cityrubric.assessment import SCHEMA_VERSION, Assessment
from cityrubric.documents import check_document, read_json
from cityrubric.errors import CityrubricError, Fault, FaultLog, Faults, place, visible
from cityrubric.files import fault_of_name, write_whole
from cityrubric.language import translate as _

if TYPE_CHECKING:
    import cattrs

FILE_NAME = "assessment.json"

_Record = TypeVar("_Record")


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number of JSON")
    return repr(value)


_SCALARS: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring,
    float: _number,
    int: repr,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}


def to_document(assessment: Assessment) -> dict[str, Any]:
    """Return the assessment as JSON's types; optional entries that say nothing are left out."""
    document: dict[str, Any] = _plain(assessment)
    return document


def to_json(assessment: Assessment) -> str:
    """Return the assessment as text: equal inputs give equal bytes, whoever runs it, wherever and whenever."""
    return _text(assessment, "\n") + "\n"


def store(assessment: Assessment, folder: Path) -> Path:
    """Write the assessment into a folder of its own below `folder`, and return the file.

    Raises:
        CityrubricError: if it cannot be written, or the city's id is no name of a folder.
    """
    if fault := fault_of_name(assessment.city.id):
        raise CityrubricError(fault)
    target = folder / assessment.city.id / FILE_NAME
    write_whole(target, to_json(assessment))
    return target


def read_assessment(path: Path) -> Assessment:
    """Read a stored assessment; writing it again gives the same bytes.

    Raises:
        Faults: if it cannot be read, or is none; every way in which it differs from the schema.
    """
    document = read_stored(path)
    check_stored(document, path.as_posix())
    return to_assessment(document, path.as_posix())


def read_stored(path: Path) -> Any:
    """Read what is stored in a JSON file, whatever it is.

    Raises:
        Faults: if it cannot be read, or a newer version of the program has written it.
    """
    log = FaultLog()
    document = read_json(path, path.as_posix(), log)
    if not log.faults:
        _check_version(document, path.as_posix(), log)
    log.check()
    return document


def check_stored(document: Any, name: str) -> None:
    """Make sure that a document is an assessment; `name` is what messages call it.

    Raises:
        Faults: every way in which it differs from the schema.
    """
    log = FaultLog()
    check_document(document, name, "assessment", log)
    log.check()


def to_assessment(document: dict[str, Any], name: str = FILE_NAME) -> Assessment:
    """Return a document that keeps to the schema as records; `name` is what messages call it.

    Raises:
        Faults: if it cannot be read as records, though it keeps to the schema.
    """
    import cattrs  # only those who read need it

    converter = cattrs.Converter()
    converter.register_structure_hook_func(lambda type_: type_ is object, lambda value, _type: value)
    assessment = structured(converter, document, Assessment, name)
    if fault := fault_of_name(assessment.city.id):  # documents are stored under it
        raise Faults([Fault(name, place("city", "id"), fault)])
    return assessment


def structured(converter: cattrs.Converter, document: Any, kind: type[_Record], name: str) -> _Record:
    """Return a document as records of a kind.

    Raises:
        Faults: every place at which it is none.
    """
    import cattrs

    try:
        return converter.structure(document, kind)
    except cattrs.BaseValidationError as error:
        faults = [Fault(name, "", visible(str(says))) for says in cattrs.transform_error(error)]
        raise Faults(faults) from error


def _check_version(document: Any, name: str, log: FaultLog) -> None:
    version = document.get("schema_version") if isinstance(document, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        log.add(name, "", _("written by a newer version of this program: update it"))


@functools.cache
def _fields(kind: type) -> list[tuple[str, str, object]]:
    """The entries of records of this kind: name, name as JSON, and the value at which it is left out."""
    return [(attribute.name, f'"{attribute.name}": ', attribute.default) for attribute in fields(kind)]


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    if kind in _SCALARS:
        return value
    if kind is tuple or kind is list:
        return [_plain(item) for item in value]
    if kind is dict:
        return {key: _plain(item) for key, item in value.items()}
    entries = [(name, getattr(value, name), default) for name, _title, default in _fields(kind)]
    return {name: _plain(entry) for name, entry, default in entries if entry is not default and entry != default}


def _text(value: Any, margin: str) -> str:
    """Indented JSON, straight from the records; `margin` is the line end and the indentation that the value stands at.

    Python's own encoder indents step by step in Python, and needs a document of dicts first: three times as long.
    """
    kind: Any = type(value)
    write = _SCALARS.get(kind)
    if write is not None:
        return write(value)
    inner = margin + " "
    if kind is tuple or kind is list:
        items = [_text(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{margin}]" if items else "[]"
    items = []
    if kind is dict:
        items = [f"{encode_basestring(name)}: {_text(entry, inner)}" for name, entry in value.items()]
    else:
        for name, title, default in _fields(kind):
            entry = getattr(value, name)
            if entry is default or entry == default:
                continue
            write = _SCALARS.get(type(entry))
            items.append(title + (_text(entry, inner) if write is None else write(entry)))
    return f"{{{inner}{f',{inner}'.join(items)}{margin}}}" if items else "{}"
