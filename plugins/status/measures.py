"""Measured values of group D."""

from cityrubric.hookspecs import Facts, measure
from cityrubric.interval import Interval


@measure("status.no_systemic_problem", unit="", reads=("status.systemic_problem",))
def no_systemic_problem(facts: Facts) -> Interval:
    """Whether the city was free of systemic and regional food safety problems in a year.

    Facts:
        status.systemic_problem: whether there was one.

    Returns:
        1 where there was none.
    """
    return ~facts["status.systemic_problem"]
