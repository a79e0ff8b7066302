"""The least there can be: comparisons of whole columns, and no explanation."""

from collections.abc import Callable

import numpy as np
from rubric import FULL, NOT_MET, PART, PARTLY_MET, UNDETERMINED, Outcomes, Rubric


def prepare(rubric: Rubric, values: np.ndarray) -> Callable[[], Outcomes]:
    lines = np.array(rubric.lines).T[:, :, None]
    one, other = np.array(rubric.weaknesses).T
    weakness, indicator = np.array(rubric.recommendations).T
    columns = np.ascontiguousarray(values.T)

    def evaluate() -> Outcomes:
        unknown = np.isnan(columns)
        verdicts = (columns >= lines[0]).view(np.int8) + (columns >= lines[1])
        total = (verdicts * np.int16(PART)).sum(axis=0)
        verdicts[unknown] = UNDETERMINED
        weaknesses = (verdicts[one] == NOT_MET) & (verdicts[other] <= PARTLY_MET)
        recommendations = weaknesses[weakness] & (verdicts[indicator] == NOT_MET)
        return Outcomes(verdicts.T, total, weaknesses.T, recommendations.T)

    assert FULL == 2 * PART
    return evaluate
