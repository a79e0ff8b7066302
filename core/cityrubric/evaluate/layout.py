"""Where each fact and year stands in the columns of a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.catalogue import FactSpec
from cityrubric.rubric.model import Ruleset


@frozen(eq=False, slots=False)
class Layout:
    """The rows of a block: for every fact one row per year back from the assessment year, and one for the recent years.

    The last one holds what is said of the rule set's recent years (近三年) as a whole, such as "none in three years".

    Attributes:
        specs: the facts, in the order of their rows.
        years: how many years back there are rows for.
        recent_years: how many years the row for a whole span means.
    """

    specs: Sequence[FactSpec]
    years: int
    recent_years: int

    @property
    def width(self) -> int:
        """Rows per fact."""
        return self.years + 1

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Number of each fact."""
        return {spec.key: number for number, spec in enumerate(self.specs)}

    @cached_property
    def ends(self) -> NDArray[np.float64]:
        """Least and greatest possible value of every row."""
        return np.repeat(
            np.array([[spec.low for spec in self.specs], [spec.high for spec in self.specs]]), self.width, 1
        )

    @cached_property
    def carry(self) -> NDArray[np.intp]:
        """Of each fact: how many years before or after a known one it may stand in."""
        return np.array([spec.carry if spec.period == "stock" else 0 for spec in self.specs], dtype=np.intp)

    @cached_property
    def timeless(self) -> NDArray[np.bool_]:
        """Whether each fact is tied to no time."""
        return np.array([spec.period == "none" for spec in self.specs], dtype=np.bool_)

    @cached_property
    def zero_rows(self) -> NDArray[np.intp]:
        """Rows of single years of facts for which "does not occur here" means none."""
        first = [self.row(spec.key) for spec in self.specs if spec.zero_if_not_occurring]
        return np.array([row + year for row in first for year in range(self.years)], dtype=np.intp)

    def row(self, key: str, year: int = 0) -> int:
        """Return the row of a fact, `year` years before the assessment year; `self.years` asks for the whole span."""
        return self.index[key] * self.width + year


def layout_of(ruleset: Ruleset) -> Layout:
    """Lay out every fact that may be stated."""
    specs = ruleset.offers.catalogue.values()
    windows = [part.window.years for indicator in ruleset.indicators for part in indicator.parts]
    return Layout(sorted(specs, key=lambda spec: spec.key), max(ruleset.recent_years, *windows), ruleset.recent_years)
