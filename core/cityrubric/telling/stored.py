"""An assessment as JSON and back: the complete record, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrs import NOTHING, Attribute, asdict

from cityrubric.assessment import SCHEMA_VERSION, Assessment
from cityrubric.documents import check_document
from cityrubric.errors import FaultLog
from cityrubric.files import write_whole
from cityrubric.language import translate as _

FILE_NAME = "assessment.json"


def to_document(assessment: Assessment) -> dict[str, Any]:
    """Return the assessment as JSON's types; optional entries that say nothing are left out."""
    document: dict[str, Any] = asdict(assessment, filter=_says_something, value_serializer=_plain)
    return document


def to_json(assessment: Assessment) -> str:
    """Return the assessment as text: equal inputs give equal bytes, whoever runs it, wherever and whenever."""
    return json.dumps(to_document(assessment), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def store(assessment: Assessment, folder: Path) -> Path:
    """Write the assessment into a folder of its own below `folder`, and return the file."""
    target = folder / assessment.city.id / FILE_NAME
    write_whole(target, to_json(assessment))
    return target


def read_assessment(path: Path) -> Assessment:
    """Read a stored assessment; writing it again gives the same bytes.

    Raises:
        Faults: if it cannot be read, or is none; every way in which it differs from the schema.
    """
    log = FaultLog()
    document = _read_json(path, log)
    if not log.faults:
        check_document(document, path.as_posix(), "assessment", log)
    log.check()
    return to_assessment(document)


def to_assessment(document: dict[str, Any]) -> Assessment:
    """Return a document that keeps to the schema as records."""
    import cattrs  # only those who read need it

    converter = cattrs.Converter()
    converter.register_structure_hook_func(lambda type_: type_ is object, lambda value, _type: value)
    return converter.structure(document, Assessment)


def _read_json(path: Path, log: FaultLog) -> Any:
    name = path.as_posix()
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        log.add(name, "", _("cannot be read: {why}").format(why=error.strerror))
    except UnicodeDecodeError as error:
        log.add(name, "", _("not UTF-8 (byte {n}); save it as UTF-8").format(n=error.start))
    except ValueError as error:
        log.add(name, "", _("not valid JSON: {why}").format(why=error))
    except RecursionError:
        log.add(name, "", _("nested too deeply"))
    else:
        version = document.get("schema_version") if isinstance(document, dict) else None
        if isinstance(version, int) and version > SCHEMA_VERSION:
            log.add(name, "", _("written by a newer version of this program: update it"))
        return document
    return None


def _says_something(attribute: Attribute[Any], value: Any) -> bool:
    return attribute.default is NOTHING or value != attribute.default


def _plain(_instance: Any, _attribute: Any, value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
