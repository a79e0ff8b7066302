"""Measured values of group F."""

from cityrubric.hookspecs import Facts, measure
from cityrubric.interval import Interval


@measure("demonstration.science_funds", unit="万元", reads=("science.grants", "science.major_funds"))
def science_funds(facts: Facts) -> Interval:
    """Public money given to food science: project grants and major projects together.

    Facts:
        science.grants: grants to projects [万元].
        science.major_funds: funds of major projects [万元].

    Returns:
        Both together, over the period that the source speaks of.
    """
    return facts["science.grants"] + facts["science.major_funds"]
