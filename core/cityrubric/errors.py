"""What can go wrong, said so that the reader can mend it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from attrs import define, field, frozen

from cityrubric.language import retold
from cityrubric.language import translate as _

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What a terminal obeys instead of showing it, what turns the direction of writing, and what no file can hold."""

_LONGEST_STEP = 100

FAULTS_SHOWN = 100
"""So many faults of one document are told; who has more begins with these."""


class CityrubricError(Exception):
    """Anything this package raises on purpose; its text is meant for the user."""


class PluginError(CityrubricError):
    """A plugin could not be loaded, or broke its contract."""


@frozen(order=True)
class Fault:
    """One thing that is wrong in one document.

    Attributes:
        document: the file as the user would name it.
        path: the place in it, as in `$.facts."status.satisfaction".unit`; empty for the whole file.
        says: what is wrong and how to mend it, one line.
    """

    document: str
    path: str
    says: str


class Faults(CityrubricError):
    """Every fault that was found, document by document; of a table perhaps only the first, and how many more."""

    def __init__(self, faults: Iterable[Fault], more: Mapping[str, int] = MappingProxyType({})) -> None:
        self.faults = tuple(faults)
        self.more = dict(more)
        super().__init__(self.faults, self.more)

    def __str__(self) -> str:
        return "\n".join(
            _one_document(document, self.faults, self.more.get(document, 0))
            for document in dict.fromkeys(f.document for f in self.faults)
        )


def _one_document(document: str, faults: Iterable[Fault], more: int) -> str:
    here = [fault for fault in faults if fault.document == document]
    number = len(here) + more
    count = _("1 fault") if number == 1 else _("{n} faults").format(n=number)
    shown = here[:FAULTS_SHOWN]
    lines = [f"  {fault.path}: {fault.says}" if fault.path else f"  {fault.says}" for fault in shown]
    if number > len(shown):
        lines.append("  " + _("and {n} faults more").format(n=number - len(shown)))
    return visible("\n".join([f"{document}: {count}", *lines]))


@define
class FaultLog:
    """Collects faults while a document is read, so that all are told at once.

    Attributes:
        faults: in the order in which they were found.
        more: how many others a document has that were counted only.
    """

    faults: list[Fault] = field(factory=list)
    more: dict[str, int] = field(factory=dict)

    def add(self, document: str, path: str, says: str) -> None:
        """Note one fault."""
        self.faults.append(Fault(document, path, says))

    def check(self) -> None:
        """Raise everything noted so far.

        Raises:
            Faults: if anything was noted.
        """
        if self.faults:
            raise Faults(self.faults, self.more)


@frozen
class Spot:
    """A place in a document that is being read, at which faults can be noted."""

    document: str
    log: FaultLog
    steps: tuple[str | int, ...] = ()

    def at(self, *steps: str | int) -> Spot:
        """Return a place further in."""
        return Spot(self.document, self.log, (*self.steps, *steps))

    def fault(self, says: str) -> None:
        """Note what is wrong here."""
        self.log.add(self.document, place(*self.steps), says)


def reason(error: Exception) -> str:
    """Return why something failed; what the system and parsers usually refuse for, in the language of the rest."""
    if not isinstance(error, OSError):
        return retold(str(error), _refused_by_parsers()) if isinstance(error, ValueError) else str(error)
    usual = {
        errno.ENOENT: _("No such file or directory"),
        errno.EACCES: _("Permission denied"),
        errno.EPERM: _("Operation not permitted"),
        errno.EROFS: _("Read-only file system"),
        errno.ENOSPC: _("No space left on device"),
        errno.EFBIG: _("File too large"),
        errno.ENAMETOOLONG: _("File name too long"),
        errno.EISDIR: _("Is a directory"),
        errno.ENOTDIR: _("Not a directory"),
        errno.EEXIST: _("File exists"),
        errno.EBUSY: _("Device or resource busy"),
        errno.ELOOP: _("Too many levels of symbolic links"),
        errno.EIO: _("Input/output error"),
        errno.EMFILE: _("Too many open files"),
    }
    return usual.get(error.errno or 0) or error.strerror or str(error)


def _refused_by_parsers() -> dict[str, str]:
    """What tomli and json say is wrong with a text, and where."""
    return {
        " (at line {line}, column {column})": _(" (at line {line}, column {column})"),
        " (at end of document)": _(" (at end of document)"),
        ": line {line} column {column} (char {n})": _(": line {line} column {column} (char {n})"),
        "Expected '=' after a key in a key/value pair": _("Expected '=' after a key in a key/value pair"),
        "Expected newline or end of document after a statement": _(
            "Expected newline or end of document after a statement"
        ),
        "Expected {value} at the end of a table declaration": _("Expected {value} at the end of a table declaration"),
        "Expected {value} at the end of an array declaration": _("Expected {value} at the end of an array declaration"),
        "Invalid initial character for a key part": _("Invalid initial character for a key part"),
        "Invalid date or datetime": _("Invalid date or datetime"),
        "Invalid statement": _("Invalid statement"),
        "Invalid value": _("Invalid value"),
        "Unclosed array": _("Unclosed array"),
        "Unclosed inline table": _("Unclosed inline table"),
        "Unterminated string": _("Unterminated string"),
        "Illegal character {value}": _("Illegal character {value}"),
        "Cannot overwrite a value": _("Cannot overwrite a value"),
        "Cannot declare {key} twice": _("Cannot declare {key} twice"),
        "Expecting value": _("Expecting value"),
    }


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the closest of the known words, or nothing if none is close."""
    close = get_close_matches(word, sorted(known), n=1)  # sorted, so that the same mistake gets the same hint
    return _("; did you mean '{word}'?").format(word=close[0]) if close else ""


def place(*steps: str | int) -> str:
    """Write a place in a document: `place("facts", "a.b", 0)` is `$.facts."a.b"[0]`; nothing is the whole of it."""
    return "$" + "".join(_step(step) for step in steps) if steps else ""


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if len(step) > _LONGEST_STEP:
        step = step[:_LONGEST_STEP] + "…"
    return f".{step}" if step.isidentifier() else f'."{visible(step)}"'


def visible(text: str) -> str:
    """Return a text in which nothing is left that a terminal would obey, and nothing it could not print."""
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
