"""Measured values of group C."""

from cityrubric.hookspecs import Facts, measure
from cityrubric.interval import Interval

_SCHOOL_OCCURRENCES = (
    "school.stalls_nearby",
    "school.unlicensed",
    "school.unsafe_goods",
    "school.canteen_occurrences",
    "school.kindergarten_occurrences",
)


@measure("school.occurrences", unit="处", reads=_SCHOOL_OCCURRENCES)
def school_occurrences(facts: Facts) -> Interval:
    """Everything an inspection found in school canteens and around schools in a year, each of which costs points.

    Facts:
        school.stalls_nearby: food stalls within 200 m of a school [处].
        school.unlicensed: unlicensed businesses in and around schools [处].
        school.unsafe_goods: places selling unlabelled, fake, inferior or expired food [处].
        school.canteen_occurrences: faults found in canteens of primary and secondary schools [处].
        school.kindergarten_occurrences: faults found in canteens of kindergartens [处].

    Returns:
        Occurrences altogether.

    Source:
        S5, row 20.过程控制(65), for the first three; that canteens count too is inferred from the row's title.
    """
    first, *others = (facts[key] for key in _SCHOOL_OCCURRENCES)
    return sum(others, start=first)
