"""The facts that a plugin knows: what may be stated about a city, in which unit, over which time and areas."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from attrs import frozen

from cityrubric.documents import read_document
from cityrubric.errors import FaultLog, place
from cityrubric.language import translate as _

PRESENCE_KINDS = frozenset({"text", "document", "list"})
"""Kinds of fact that count by being there; what they say stays in the record."""

_TRUTH_LIKE = PRESENCE_KINDS | {"bool"}


@frozen
class FactSpec:
    """One entry of a catalogue.

    Attributes:
        key: the fact's name; no year, no area in it.
        title: what an assessor calls it.
        kind: number, bool, grade, date, text, document or list.
        plugin: who offers it.
        unit: of numbers; values in 万 or 亿 of it are converted.
        low: least value that can be, in `unit`; for grades the lowest level's number.
        high: greatest value that can be.
        period: `year` (a figure of one year), `stock` (a state at some time), `none` (not tied to a time).
        carry: how many years before or after a stock may stand in where no figure of the year itself is known.
        rollup: how figures of areas make the city's: sum, every, any, lowest, highest; empty for not at all.
        ratio: keys of numerator and denominator from which a percentage may be derived.
        within: by how much rounding may make a published figure differ from a derived one.
        levels: of grades, worst first.
        also: units that sources use for a different quantity under the same name; accepted, never converted.
        zero_if_not_occurring: "does not occur here" means none, not "not applicable".
        tags: what rules may ask of the fact, such as the business type.
        signed: every value needs the person who gave it and the reason.
    """

    key: str
    title: str
    kind: str
    plugin: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    period: str = "none"
    carry: int = 0
    rollup: str = ""
    ratio: tuple[str, str] | None = None
    within: float = 0.0
    levels: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    zero_if_not_occurring: bool = False
    tags: tuple[tuple[str, str], ...] = ()
    signed: bool = False


def read_catalogue(path: Path, name: str, plugin: str, log: FaultLog) -> dict[str, FactSpec]:
    """Read a plugin's catalogue; what is wrong with it is noted in the log."""
    document = read_document(path, name, "catalogue", log)
    if document is None:
        return {}
    specs = {key: _spec(key, plugin, entry) for key, entry in document["facts"].items()}
    for spec in specs.values():
        for part in spec.ratio or ():
            if part not in specs:
                log.add(name, place("facts", spec.key, "ratio"), _("no such fact: '{key}'").format(key=part))
    return specs


def _spec(key: str, plugin: str, entry: dict[str, Any]) -> FactSpec:
    known = {k: v for k, v in entry.items() if k not in {"range", "levels", "also", "ratio", "tags", "carry"}}
    low, high = _range(entry)
    return FactSpec(
        key=key,
        plugin=plugin,
        low=low,
        high=high,
        carry=entry.get("carry", 0),
        levels=tuple(entry.get("levels", ())),
        also=tuple(entry.get("also", ())),
        ratio=(entry["ratio"][0], entry["ratio"][1]) if "ratio" in entry else None,
        tags=tuple(sorted(entry.get("tags", {}).items())),
        **known,
    )


def _range(entry: dict[str, Any]) -> tuple[float, float]:
    if entry["kind"] in _TRUTH_LIKE:
        return 0.0, 1.0
    if entry["kind"] == "grade":
        return 0.0, float(len(entry["levels"]) - 1)
    low, high = entry.get("range", (None, None)) if len(entry.get("range", ())) != 1 else (entry["range"][0], None)
    return (-math.inf if low is None else float(low)), (math.inf if high is None else float(high))
