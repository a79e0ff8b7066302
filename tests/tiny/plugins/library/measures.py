"""Measures of the little example."""

from cityrubric.hookspecs import Facts, measure
from cityrubric.interval import Interval


@measure("library.books_per_reader", unit="册/人", reads=("library.books", "library.readers"))
def books_per_reader(facts: Facts) -> Interval:
    """Books per reader."""
    return facts["library.books"] / facts["library.readers"]


@measure("library.room_points", unit="分", reads=("library.rooms",), by_row=True)
def room_points(facts: Facts) -> Interval:
    """A figure that needs `if`: rooms count double from ten on, and more than fifty are not believed."""
    rooms = facts["library.rooms"]
    if rooms > 50:
        raise ValueError("more rooms than any library has")
    return rooms * 2 if rooms >= 10 else rooms
