"""Files out: written whole or not at all, under names that every system takes."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from cityrubric.errors import CityrubricError, visible
from cityrubric.language import translate as _

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_LONGEST_NAME = 120
"""Bytes; most systems take 255, and endings are added."""


def write_whole(target: Path, content: str | bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises:
        CityrubricError: if it cannot be written; then nothing is left behind.
    """
    try:
        _write(target, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise CityrubricError(_("{file} cannot be written: {why}").format(file=target, why=error.strerror)) from error


def fault_of_name(name: str) -> str:
    """Return why a file or folder cannot be called this on every system, or nothing; a name is never a path."""
    if not name or name in {".", ".."} or _RESERVED.fullmatch(name):
        return _("'{name}' can be no name of a file").format(name=name)
    if _NOT_IN_NAMES.search(name):
        return _("'{name}' holds a character that no name of a file may have").format(name=visible(name))
    if name.endswith((".", " ")):
        return _("'{name}' ends with a dot or a space, which some systems drop").format(name=name)
    if len(name.encode()) > _LONGEST_NAME:
        return _("'{name}' is too long for the name of a file").format(name=name[:20] + "…")
    return ""


def leads_out(path: Path) -> bool:
    """Tell whether a path is a link that leads out of its folder."""
    return path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve())


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
