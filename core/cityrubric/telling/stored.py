"""An assessment as JSON and back: the complete record, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cityrubric.assessment import SCHEMA_VERSION, Assessment
from cityrubric.documents import check_document, read_json
from cityrubric.errors import CityrubricError, Fault, FaultLog, Faults, place, visible
from cityrubric.files import fault_of_name, write_whole
from cityrubric.language import translate as _
from cityrubric.telling.written import to_text, to_types

if TYPE_CHECKING:
    import cattrs

FILE_NAME = "assessment.json"

_Record = TypeVar("_Record")


def to_document(assessment: Assessment) -> dict[str, Any]:
    """Return the assessment as JSON's types; optional entries that say nothing are left out."""
    document: dict[str, Any] = to_types(assessment)
    return document


def to_json(assessment: Assessment) -> str:
    """Return the assessment as text: equal inputs give equal bytes, whoever runs it, wherever and whenever."""
    return to_text(assessment)


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
