"""What no case ever reaches: stretches between lines, and rules."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from cityrubric.authoring.testkit.sample import Sample
from cityrubric.evaluate.bands import cells_of
from cityrubric.evaluate.plan import plan_of
from cityrubric.rubric.model import Band


@frozen
class Coverage:
    """How much of a rule set its cases reach.

    Attributes:
        stretches: how many stretches between lines there are, in all indicators together.
        unreached: those in which no case's measured value lies for sure: indicator and where it begins.
        rules: how many rules there are.
        silent: ids of those that no case expects to find.
    """

    stretches: int
    unreached: tuple[tuple[str, float], ...]
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
        unreached=tuple((id_, start) for id_, start, reached in cells if not reached),
        rules=len(rules),
        silent=tuple(id_ for id_ in rules if id_ not in found),
    )


def _cells(sample: Sample) -> Iterator[tuple[str, float, bool]]:
    """Every stretch of every part with lines, and whether a case that names the indicator's verdict lies in it."""
    ends, row = sample.results.measured.ends, 0
    for indicator in sample.ruleset.indicators:
        naming = np.array([indicator.id in case.expected.get("verdicts", {}) for case in sample.cases])
        for part in indicator.parts:
            if part.bands:
                low, high = (end[naming] for end in ends[:, row])
                starts = [start for start, _band in _merged(cells_of(part.bands))]
                for start, stop in zip(starts, [*starts[1:], np.inf], strict=True):
                    inside = (low >= start) & (high >= start) & ((high < stop) | (stop == np.inf))
                    yield indicator.id, start, bool(inside.any())
            row += 1


def _merged(cells: list[tuple[float, Band | None]]) -> list[tuple[float, Band | None]]:
    """Neighbouring cells of one band are one stretch."""
    return [cell for n, cell in enumerate(cells) if n == 0 or cell[1] is not cells[n - 1][1]]
