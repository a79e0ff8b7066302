"""Measured values of group E."""

from cityrubric.hookspecs import Facts, measure
from cityrubric.interval import Interval, smallest


@measure("veto.lowest_pass_rate", unit="%", reads=("status.evaluative_pass", "status.supervisory_pass"))
def lowest_pass_rate(facts: Facts) -> Interval:
    """The lower of the two pass rates of food samples in a year.

    Facts:
        status.evaluative_pass: pass rate of evaluative samples [%].
        status.supervisory_pass: pass rate of supervisory samples [%].

    Returns:
        Percent of samples that passed, of the worse kind.
    """
    return smallest(facts["status.evaluative_pass"], facts["status.supervisory_pass"])
