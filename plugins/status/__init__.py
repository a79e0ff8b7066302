"""食品安全状况: the facts and measures of group D."""

from collections.abc import Iterable
from pathlib import Path

from cityrubric.hookspecs import Measure, hookimpl

from .measures import no_systemic_problem

CITYRUBRIC_API = (1, 1)


@hookimpl
def catalogue() -> Path:
    """Return the group's fact catalogue."""
    return Path(__file__).with_name("catalogue.toml")


@hookimpl
def measures() -> Iterable[Measure]:
    """Return the group's measures."""
    return (no_systemic_problem,)
