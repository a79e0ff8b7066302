"""Files out: written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cityrubric.errors import CityrubricError
from cityrubric.language import translate as _


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
