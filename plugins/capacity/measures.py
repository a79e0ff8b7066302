"""Measured values of group B."""

import numpy as np

from cityrubric.hookspecs import Facts, measure
from cityrubric.interval import Interval, reconcile

_PRINTED_TO_ONE_DECIMAL = 0.05


@measure("team.offices_per_township", unit="个/乡镇", reads=("team.offices", "grid.townships"))
def offices_per_township(facts: Facts) -> Interval:
    """Market supervision offices per township or street.

    Facts:
        team.offices: grassroots offices of market supervision [个].
        grid.townships: townships and streets [个, 1 or more].

    Returns:
        Offices per township; 1 where every township has one on average.
    """
    return facts["team.offices"] / facts["grid.townships"]


@measure("team.staff_per_ten_thousand", unit="人/万人", reads=("team.staff", "profile.population"))
def staff_per_ten_thousand(facts: Facts) -> Interval:
    """Food safety supervisors per ten thousand permanent residents.

    Facts:
        team.staff: people who supervise food safety [人].
        profile.population: permanent residents [万人, above 0].

    Returns:
        Supervisors per ten thousand people.
    """
    return facts["team.staff"] / facts["profile.population"]


@measure("team.staff_per_office", unit="人/个", reads=("team.staff", "team.offices"))
def staff_per_office(facts: Facts) -> Interval:
    """Food safety supervisors per grassroots office.

    Facts:
        team.staff: people who supervise food safety [人].
        team.offices: grassroots offices of market supervision [个].

    Returns:
        Supervisors per office; unknown where there is no office.
    """
    return facts["team.staff"] / facts["team.offices"]


@measure(
    "platform.entity_coverage",
    unit="%",
    reads=("platform.coverage", "platform.entities", "profile.food_enterprises"),
)
def entity_coverage(facts: Facts) -> Interval:
    """Share of food businesses that the supervision platform keeps up to date, published or derived.

    Facts:
        platform.coverage: the published share, rounded to one decimal [%].
        platform.entities: businesses under dynamic management [户].
        profile.food_enterprises: food businesses of the city [户].

    Returns:
        Percent of all food businesses; a conflict where both ways contradict each other or exceed the whole.
    """
    derived = facts["platform.entities"] / facts["profile.food_enterprises"] * 100
    impossible = derived.lower > 100
    possible = Interval(np.where(impossible, 0.0, derived.lower), np.minimum(derived.upper, 100.0), impossible)
    return reconcile(facts["platform.coverage"], possible, within=_PRINTED_TO_ONE_DECIMAL)
