"""How far chance may have moved the result of a survey.

The point value is what scores: the lines of a rubric are drawn for published results, and a survey's answer differs
from the truth in ways that no sampling interval covers (who was asked, how). The interval is told beside it.
"""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

from cityrubric.fieldwork.wilson import wilson
from cityrubric.proceedings import Survey

_CONFIDENCE = 0.95
_SIGMAS = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)


def sampling_interval(survey: Survey) -> tuple[float, float]:
    """Return where the result of asking everybody lies, 95 times in 100, if those asked were drawn at random.

    With the deviation of the answers it is the mean's. Without it, it is Wilson's for a share; a mean of answers
    between 0 and 100 varies no more than a share of the same size does, so its own is at most as wide.

    Returns:
        Least and most, in the unit of the result, rounded to hundredths.
    """
    if survey.deviation is not None:
        half = _SIGMAS * survey.deviation / math.sqrt(survey.n)
        low, high = survey.result - half, survey.result + half
    else:
        low, high = (100 * end for end in wilson(Fraction(survey.result) / 100, survey.n, _CONFIDENCE))
    return round(max(low, 0.0), 2), round(min(high, 100.0), 2)
