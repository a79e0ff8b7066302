"""A folder into which several people write: one at a time, and all of its files or none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cityrubric.errors import CityrubricError, reason
from cityrubric.files import fault_of_name, write_whole
from cityrubric.language import translate as _

Stamps = Mapping[Path, tuple[int, int, int] | None]
"""When a file was written last, its size and its number; None for one that is not there."""

LOCK_FILE = ".cityrubric.lock"
_PATIENCE = 30  # seconds; to merge twenty workbooks takes less than ten
_FOR_ALL = 0o666  # whoever may write into the folder must be able to lock it, whoever made the lock
_STAGED = ".new"
_CHANGES = ".changes.json"
"""Lists the files of a folder that are written and have yet to take their places."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let nobody else write into a folder, from reading what it says until what follows from that is written.

    The system holds the lock and lets go of it however the process ends; the empty file that stays locks nothing.

    Raises:
        CityrubricError: if somebody else does not come to an end, or the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    if not folder.is_dir():  # it would be made
        raise CityrubricError(_("no such folder: {folder}").format(folder=folder))
    lock = FileLock(folder / LOCK_FILE, timeout=_PATIENCE, mode=_FOR_ALL)
    try:
        lock.acquire()
    except Timeout as error:
        says = _("{folder} is being written by another process for {n} seconds; try again when that is done")
        raise CityrubricError(says.format(folder=folder, n=_PATIENCE)) from error
    except (OSError, NotImplementedError) as error:
        says = _("{folder} cannot be locked for writing: {why}; work where you may write, and copy the folder there")
        raise CityrubricError(says.format(folder=folder, why=reason(error))) from error
    try:
        _finish(folder)
        yield
    finally:
        lock.release()


def finish_group(folder: Path) -> None:
    """Let the files of a group take their places, if whoever wrote them was stopped before that.

    Raises:
        CityrubricError: if they cannot, because a file is open elsewhere; they keep waiting then.
    """
    if (folder / _CHANGES).is_file():
        with alone_in(folder):  # who is about to do it is left to do it
            pass


def stamps_of(paths: Iterable[Path]) -> Stamps:
    """Return what tells later whether somebody changed these files."""
    return {path: _stamp(path) for path in paths}


def check_unchanged(before: Stamps, now: Stamps) -> None:
    """Refuse to go on from files that are others now: an editor asks for no lock.

    Raises:
        CityrubricError: if one has changed, is gone or has come.
    """
    for path in {**before, **now}:
        if before.get(path) != now.get(path):
            says = _("{file} was changed by somebody else meanwhile; nothing is written, try again")
            raise CityrubricError(says.format(file=path.as_posix()))


def write_group(folder: Path, files: Mapping[str, str]) -> None:
    """Write files of a folder together: whatever happens, all of them are old or, once it is looked at again, all new.

    Args:
        folder: in which the caller is alone.
        files: names -> text.

    Raises:
        CityrubricError: if they cannot be written; then all stay as they were.
    """
    for name in files:
        _check_free(folder / name)
    for name, content in files.items():
        staged = folder / f".{name}{_STAGED}"
        write_whole(staged, content)
    write_whole(folder / _CHANGES, json.dumps(sorted(files)))
    _finish(folder)


def _check_free(path: Path) -> None:
    """Refuse a file that a spreadsheet holds open: what is saved there later must not meet half of a group."""
    try:
        if path.exists():
            path.open("r+b").close()
    except OSError as error:
        raise CityrubricError(_held(error)) from error


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _finish(folder: Path) -> None:
    changes = folder / _CHANGES
    if not changes.is_file():
        return
    try:
        for name in _waiting(changes):
            staged = folder / f".{name}{_STAGED}"
            if staged.exists():
                staged.replace(folder / name)
        changes.unlink()
    except OSError as error:
        raise CityrubricError(_held(error)) from error


def _held(error: OSError) -> str:
    says = _("{file} cannot be replaced: {why}; close it where it is open and try again, nothing is lost")
    return says.format(file=error.filename, why=reason(error))


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
