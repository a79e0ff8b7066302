"""Measured values of group A."""

from cityrubric.hookspecs import Facts, measure
from cityrubric.interval import Interval, reconcile, smallest

_PRINTED_TO_ONE_DECIMAL = 0.05


@measure(
    "party.leadership_sessions",
    unit="次",
    reads=("party.standing_committee_sessions", "party.executive_sessions"),
)
def leadership_sessions(facts: Facts) -> Interval:
    """How often the less frequent of the two leading bodies dealt with food safety in a year.

    Facts:
        party.standing_committee_sessions: meetings of the party's standing committee on food safety [次].
        party.executive_sessions: executive meetings of the city government on food safety [次].

    Returns:
        Meetings in the year, of the body that met less often on it.
    """
    return smallest(facts["party.standing_committee_sessions"], facts["party.executive_sessions"])


@measure(
    "sampling.batches_per_thousand",
    unit="批次/千人",
    reads=("sampling.per_thousand", "sampling.batches", "profile.population"),
)
def batches_per_thousand(facts: Facts) -> Interval:
    """Food samples taken per thousand permanent residents in a year, published or derived.

    Facts:
        sampling.per_thousand: the published rate, rounded to one decimal [批次/千人].
        sampling.batches: supervisory samples of the year [批次].
        profile.population: permanent residents at year end [万人, above 0].

    Returns:
        Batches per thousand people, as narrow as both ways together allow; a conflict where they contradict each other.
    """
    derived = facts["sampling.batches"] / (facts["profile.population"] * 10)
    return reconcile(facts["sampling.per_thousand"], derived, within=_PRINTED_TO_ONE_DECIMAL)
