"""How much is too much: one record of all limits, which the environment may change.

`CITYRUBRIC_LIMITS="document_mb=20 seconds_per_city=120"` raises two of them, for this process and those it starts.
"""

from __future__ import annotations

import functools
import os

from attrs import fields_dict, frozen

from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.language import translate as _

VARIABLE = "CITYRUBRIC_LIMITS"

_DIGITS = 12


@frozen
class Limits:
    """What is refused beyond these; each is far above what an honest file needs.

    Attributes:
        document_mb: size of a TOML or JSON file; a rule set is a fiftieth of this.
        table_mb: size of a table (CSV, Parquet, xlsx).
        unpacked_mb: size of what a workbook or another archive holds, unpacked.
        nesting: tables and lists within each other in a document.
        entries: values in a document: of facts, rules, claims and all they say; a large assessment has 20,000.
        characters: length of one text.
        rows: in a table.
        cells: of a sheet, up to its last row and column, filled or not.
        seconds_per_city: time to assess a city; it takes a twentieth of a second.
        worker_mb: address space of a worker process, where the system can limit it.
    """

    document_mb: int = 10
    table_mb: int = 200
    unpacked_mb: int = 100
    nesting: int = 40
    entries: int = 150_000
    characters: int = 100_000
    rows: int = 1_000_000
    cells: int = 20_000_000
    seconds_per_city: int = 60
    worker_mb: int = 8000


@functools.cache
def limits() -> Limits:
    """Return the limits that hold here.

    Raises:
        CityrubricError: if the environment asks for something that is no limit.
    """
    changed = {}
    known = fields_dict(Limits)
    for entry in os.environ.get(VARIABLE, "").replace(",", " ").split():
        name, _equals, number = entry.partition("=")
        words = {"variable": VARIABLE, "entry": entry, "name": name}
        if name not in known:
            says = _("{variable}: no limit is called '{name}'").format(**words)
            raise CityrubricError(says + did_you_mean(name, known))
        if not (number.isdecimal() and len(number) < _DIGITS and int(number)):
            raise CityrubricError(
                _("{variable}: '{entry}' is no limit; write {name}= and a whole number").format(**words)
            )
        changed[name] = int(number)
    return Limits(**changed)
