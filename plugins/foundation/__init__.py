"""基础工作: the facts and measures of group A."""

from collections.abc import Iterable
from pathlib import Path

from cityrubric.hookspecs import Measure, hookimpl

from .measures import batches_per_thousand, leadership_sessions

CITYRUBRIC_API = (1, 1)


@hookimpl
def catalogue() -> Path:
    """Return the group's fact catalogue."""
    return Path(__file__).with_name("catalogue.toml")


@hookimpl
def measures() -> Iterable[Measure]:
    """Return the group's measures."""
    return (batches_per_thousand, leadership_sessions)
