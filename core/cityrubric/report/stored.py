"""An assessment as JSON: the complete record, written whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from attrs import NOTHING, Attribute, asdict

from cityrubric.assessment import Assessment
from cityrubric.errors import CityrubricError
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


def write_whole(target: Path, content: str | bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises:
        CityrubricError: if it cannot be written; then nothing is left behind.
    """
    try:
        _write(target, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise CityrubricError(_("{file} cannot be written: {why}").format(file=target, why=error.strerror)) from error


def clear_unfinished(target: Path) -> None:
    """Remove what a process left that was killed while it wrote a file; nobody else may be writing it."""
    for unfinished in target.parent.glob(f".{target.name}.*.part"):
        unfinished.unlink(missing_ok=True)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _says_something(attribute: Attribute[Any], value: Any) -> bool:
    return attribute.default is NOTHING or value != attribute.default


def _plain(_instance: Any, _attribute: Any, value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
