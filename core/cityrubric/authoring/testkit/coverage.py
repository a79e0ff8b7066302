"""What no case ever reaches: stretches between lines, and rules."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from cityrubric.authoring.testkit.sample import Sample
from cityrubric.catalogue import PRESENCE_KINDS
from cityrubric.evaluate.bands import cells_of
from cityrubric.evaluate.plan import plan_of
from cityrubric.rubric.model import Band, Part, Ruleset


@frozen
class Stretch:
    """All that lies between two lines of a part, and is judged alike.

    Attributes:
        where: the indicator, and which of its parts if it has several.
        start: where it begins, which belongs to it.
        stop: where the next one begins.
    """

    where: str
    start: float
    stop: float
    unit: str = ""

    def __str__(self) -> str:
        low, high = (f"{end:.12g} {self.unit}".rstrip() for end in (self.start, self.stop))
        if self.start == -np.inf:
            return f"{self.where}: < {high}"
        return f"{self.where}: ≥ {low}" + ("" if self.stop == np.inf else f", < {high}")


@frozen
class Coverage:
    """How much of a rule set its cases reach.

    Attributes:
        stretches: how many stretches between lines there are, in all indicators together.
        unreached: those in which no case's measured value lies for sure.
        rules: how many rules there are.
        silent: ids of those that no case expects to find.
    """

    stretches: int
    unreached: tuple[Stretch, ...]
    rules: int
    silent: tuple[str, ...]


def coverage(sample: Sample) -> Coverage:
    """Return what the cases reach."""
    cells = [*_cells(sample)]
    expected = {id_ for case in sample.cases for id_ in case.expected.get("findings", ())}
    conclusions = plan_of(sample.ruleset).rules.conclusions
    found = {made.rule.id for made in conclusions if made.id in expected}
    rules = [rule.id for rule in sample.ruleset.rules]
    return Coverage(
        stretches=len(cells),
        unreached=tuple(stretch for stretch, reached in cells if not reached),
        rules=len(rules),
        silent=tuple(id_ for id_ in rules if id_ not in found),
    )


def _cells(sample: Sample) -> Iterator[tuple[Stretch, bool]]:
    """Every stretch of every part with lines, and whether a case that names the indicator's verdict lies in it."""
    ends, row = sample.results.measured.ends, 0
    for indicator in sample.ruleset.indicators:
        naming = np.array([indicator.id in case.expected.get("verdicts", {}) for case in sample.cases])
        for n, part in enumerate(indicator.parts):
            low, high = (end[naming] for end in ends[:, row])
            where = indicator.id + (f" parts[{n}]" if len(indicator.parts) > 1 else "")
            for start, stop in _stretches(part, sample.ruleset):
                inside = (low >= start) & (high >= start) & ((high < stop) | (stop == np.inf))
                yield Stretch(where, start, stop, part.unit), bool(inside.any())
            row += 1


def _stretches(part: Part, ruleset: Ruleset) -> list[tuple[float, float]]:
    """Where the stretches of a part begin and end; of what counts by being there the one for that, as none says not."""
    starts = [start for start, _band in _merged(cells_of(part.bands))] if part.bands else []
    stretches = [*zip(starts, [*starts[1:], np.inf], strict=True)] if starts else []
    if {ruleset.offers.catalogue[key].kind for key in part.facts} & PRESENCE_KINDS:
        return [(start, stop) for start, stop in stretches if start <= 1 < stop]
    return stretches


def _merged(cells: list[tuple[float, Band | None]]) -> list[tuple[float, Band | None]]:
    """Neighbouring cells of one band are one stretch."""
    return [cell for n, cell in enumerate(cells) if n == 0 or cell[1] is not cells[n - 1][1]]
