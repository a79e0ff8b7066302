"""A plugin of another trade."""

from collections.abc import Iterable
from pathlib import Path

from cityrubric.hookspecs import Measure, hookimpl

from .measures import books_per_reader, room_points

CITYRUBRIC_API = (1, 1)


@hookimpl
def catalogue() -> Path:
    """Return the catalogue."""
    return Path(__file__).with_name("catalogue.toml")


@hookimpl
def measures() -> Iterable[Measure]:
    """Return the measures."""
    return (books_per_reader, room_points)
