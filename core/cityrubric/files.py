"""Files out: written whole or not at all, under names that every system takes."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
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


_STAGED = ".new"
_CHANGES = ".changes.json"
"""Lists the files of a folder that are written and have yet to take their places."""


def write_group(folder: Path, files: Mapping[str, str]) -> None:
    """Write files of a folder together: whatever happens, `finish_group` leaves all of them old or all of them new.

    Raises:
        CityrubricError: if they cannot be written; then all stay as they were.
    """
    try:
        for name, content in files.items():
            _write(folder / f".{name}{_STAGED}", content.encode())
        _write(folder / _CHANGES, json.dumps(sorted(files)).encode())
    except OSError as error:
        raise CityrubricError(_("{file} cannot be written: {why}").format(file=folder, why=error.strerror)) from error
    finish_group(folder)


def finish_group(folder: Path) -> None:
    """Let the files of a group take their places, if whoever wrote them was stopped before that.

    Raises:
        CityrubricError: if they cannot, because a file is open elsewhere; they keep waiting then.
    """
    changes = folder / _CHANGES
    if not changes.is_file():
        return
    try:
        for name in _waiting(changes):
            staged = folder / f".{name}{_STAGED}"
            if staged.exists():
                staged.replace(folder / name)
        changes.unlink(missing_ok=True)
    except OSError as error:
        says = _("{file} cannot be replaced: {why}; close it where it is open and try again, nothing is lost")
        raise CityrubricError(says.format(file=error.filename, why=error.strerror)) from error


def _waiting(changes: Path) -> list[str]:
    """The names on the list; whoever gave us the folder may have written it, so they are names and no paths.

    Raises:
        CityrubricError: if they are not.
    """
    try:
        names = json.loads(changes.read_text(encoding="utf-8"))
        sound = isinstance(names, list) and not any(fault_of_name(str(name)) or str(name) != name for name in names)
    except (ValueError, RecursionError):
        sound = False
    if not sound:
        raise CityrubricError(_("{file} is no list of files; delete it").format(file=changes))
    return [*names]


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
