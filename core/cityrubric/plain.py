"""A parsed document in JSON's types: within the limits, every text showable, every number exact, no entry lost."""

from __future__ import annotations

import datetime
import math
import unicodedata
from typing import Any

from attrs import define

from cityrubric.errors import UNSEEN, FaultLog, place
from cityrubric.language import translate as _
from cityrubric.limits import Limits, limits

LARGEST_EXACT_INTEGER = 2**53

_Steps = tuple[str | int, ...]


def plain(document: Any, name: str, log: FaultLog) -> Any:
    """Return a document with dates as ISO text and all text in NFC; what cannot be used is noted as a fault.

    Args:
        document: as a parser returned it.
        name: how to call it in messages.
        log: where faults are noted.
    """
    try:
        return _Reader(name, log, limits()).read(document, ())
    except _TooMuchError as error:
        log.add(name, "", str(error))
    return None


class _TooMuchError(Exception):
    """There is no point in reading on; the text says why."""


@define
class _Reader:
    """Walks through one document."""

    name: str
    log: FaultLog
    limits: Limits
    entries: int = 0

    def read(self, value: Any, steps: _Steps) -> Any:
        self.entries += 1
        if isinstance(value, str):
            return self._text(value, steps)
        if isinstance(value, (dict, list)):
            self._check_size(steps)
            return self._table(value, steps) if isinstance(value, dict) else self._list(value, steps)
        if isinstance(value, (datetime.date, datetime.time)):
            return value.isoformat()
        if isinstance(value, float) and not math.isfinite(value):
            self._fault(steps, _("not a number that can be used; leave the fact out or give a reason of missing"))
        elif isinstance(value, int) and abs(value) > LARGEST_EXACT_INTEGER:
            self._fault(steps, _("too large to be exact; use a larger unit such as 万"))
        return value

    def _table(self, table: dict[str, Any], steps: _Steps) -> dict[str, Any]:
        """Two ways to write one key would make one entry of two."""
        read = {}
        for written, value in table.items():
            here = (*steps, written)
            key = self._text(written, here)
            if key in read:
                self._fault(here, _("stands there twice"))
            read[key] = self.read(value, here)
        return read

    def _list(self, entries: list[Any], steps: _Steps) -> list[Any]:
        return [self.read(entry, (*steps, number)) for number, entry in enumerate(entries)]

    def _check_size(self, steps: _Steps) -> None:
        if len(steps) > self.limits.nesting:
            raise _TooMuchError(_("nested more than {limit} deep").format(limit=self.limits.nesting))
        if self.entries > self.limits.entries:
            raise _TooMuchError(_("more than {limit} entries").format(limit=self.limits.entries))

    def _text(self, text: str, steps: _Steps) -> str:
        if len(text) > self.limits.characters:
            message = _("a text of {n} characters; the limit is {limit}")
            raise _TooMuchError(message.format(n=len(text), limit=self.limits.characters))
        unseen = None if text.isprintable() else UNSEEN.search(text)
        if unseen:
            message = _("holds a character that cannot be shown ({code}); delete it")
            self._fault(steps, message.format(code=f"U+{ord(unseen[0]):04X}"))
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    def _fault(self, steps: _Steps, says: str) -> None:
        self.log.add(self.name, place(*steps), says)
