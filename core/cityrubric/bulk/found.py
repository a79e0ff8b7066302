"""Faults of rows while they are checked in columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from cityrubric.errors import FAULTS_SHOWN, did_you_mean
from cityrubric.evaluate.placing import Numbers
from cityrubric.fieldwork.tables import RowFaults
from cityrubric.interval import Bools

Says = Callable[[int], str]


class Found:
    """Faults of some rows, while they are checked; told in the order of the rows."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.bad: list[tuple[int, str]] = []
        self.more = 0
        self.other_unit = np.zeros(frame.height, dtype=np.bool_)

    def note(self, wrong: Bools, says: Says) -> None:
        """Note all rows where something is wrong; the text is made for the first hundred only."""
        rows = np.flatnonzero(wrong)
        self.bad += [(int(self.frame["row"][row]), says(row)) for row in rows[:FAULTS_SHOWN].tolist()]
        self.more += max(len(rows) - FAULTS_SHOWN, 0)

    def codes(self, column: str, known: Mapping[str, int], says: str, default: int | None = None) -> Numbers:
        """Words as numbers; a word that is not known is a fault, none at all the default."""
        words = self.frame[column]
        codes = words.replace_strict([*known], [*known.values()], default=-1, return_dtype=pl.Int64).to_numpy().copy()
        if default is not None:
            codes[words.is_null().to_numpy()] = default
        self.note(codes < 0, lambda row: says.format(word=words[row]) + did_you_mean(str(words[row]), known))
        return codes

    def tell(self, faults: RowFaults) -> None:
        """Hand on what was noted."""
        for row, says in sorted(self.bad):
            faults.add(row, says)
        faults.count += self.more
