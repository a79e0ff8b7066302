"""能力建设: the facts and measures of group B."""

from collections.abc import Iterable
from pathlib import Path

from cityrubric.hookspecs import Measure, hookimpl

from .measures import entity_coverage, offices_per_township, staff_per_office, staff_per_ten_thousand

CITYRUBRIC_API = (1, 1)


@hookimpl
def catalogue() -> Path:
    """Return the group's fact catalogue."""
    return Path(__file__).with_name("catalogue.toml")


@hookimpl
def measures() -> Iterable[Measure]:
    """Return the group's measures."""
    return (entity_coverage, offices_per_township, staff_per_office, staff_per_ten_thousand)
