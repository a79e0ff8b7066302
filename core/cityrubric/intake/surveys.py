"""How far chance may have moved the result of a survey.

The point value is what scores: the lines of a rubric are drawn for published results, and a survey's answer differs
from the truth in ways that no sampling interval covers (who was asked, how). The interval is told beside it.
"""

from __future__ import annotations

import math

from cityrubric.proceedings import Survey

_SIGMAS = 1.959963984540054
"""Of a normal distribution, within which 95 % lie."""


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
        share, n, z2 = survey.result / 100, survey.n, _SIGMAS**2
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = _SIGMAS * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        low, high = 100 * (middle - half), 100 * (middle + half)
    return round(max(low, 0.0), 2), round(min(high, 100.0), 2)
