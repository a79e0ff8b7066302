"""Files out: written whole or not at all, under names that every system takes."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from cityrubric.errors import CityrubricError, reason, visible
from cityrubric.language import translate as _

try:
    import fcntl
except ImportError:  # Windows deletes no file that is open
    fcntl = None  # type: ignore[assignment]

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
_LONGEST_NAME = 120
"""Bytes; most systems take 255, and endings are added."""


def write_whole(target: Path, content: str | bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises:
        CityrubricError: if it cannot be written; then nothing is left behind.
    """
    try:
        if target.exists() and not target.is_file():
            why = _("Is a directory") if target.is_dir() else _("is no file")
            raise CityrubricError(_("{file} cannot be written: {why}").format(file=target, why=why))
        _write(target, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise CityrubricError(_("{file} cannot be written: {why}").format(file=target, why=reason(error))) from error


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


def as_folder(name: str) -> str:
    """Return what is the same for two names of which some system makes one folder."""
    return unicodedata.normalize("NFC", name).casefold()


def check_apart(names: Iterable[str]) -> None:
    """Results of cities are stored under their names; one must not overwrite another, on no system.

    Raises:
        CityrubricError: if two are called the same, but perhaps for capitals.
    """
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(as_folder(name), []).append(name)
    for some in alike.values():
        if len(some) > 1:
            says = _("{n} cities are called '{name}'; their results would overwrite each other")
            raise CityrubricError(says.format(n=len(some), name="', '".join(dict.fromkeys(some))))


def leads_out(path: Path) -> bool:
    """Tell whether a path is a link that leads out of its folder."""
    return path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve())


def clear_unfinished(target: Path) -> None:
    """Remove what processes left that were killed while they wrote a file; what is being written stays."""
    names: list[str] = []
    with suppress(OSError):  # not there, or nobody may look into it: writing will tell
        names = os.listdir(target.parent)
    for name in names:
        if name.startswith(f".{target.name}.") and name.endswith(".part"):
            unfinished = target.with_name(name)
            with suppress(OSError):  # somebody holds it, or was faster
                with unfinished.open("rb") as file:
                    _hold(file)
                unfinished.unlink()


def _hold(file: IO[bytes]) -> None:
    """Lock a file until it is closed, or its process ends.

    Raises:
        OSError: if another process holds it, or this file system has no locks.
    """
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write_beside(target, content)
    except FileNotFoundError:  # somebody cleared up just before it was held, or just after
        _write_beside(target, content)
    clear_unfinished(target)


def _write_beside(target: Path, content: bytes) -> None:
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("xb") as file:
            with suppress(OSError):
                _hold(file)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
