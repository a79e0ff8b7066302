"""A maturity model with an operator and an aggregation of its own."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from cityrubric.hookspecs import hookimpl
from cityrubric.interval import Floats
from cityrubric.scoring import Aggregation, Members, Operator, Terms

CITYRUBRIC_API = (1, 1)


@hookimpl
def catalogue() -> Path:
    """Return the catalogue."""
    return Path(__file__).with_name("catalogue.toml")


def halving(values: Floats, terms: Terms) -> Floats:
    """Every occurrence halves what is left."""
    return terms.points * 0.5**values


@hookimpl
def operators() -> Iterable[Operator]:
    """Return an operator that halves."""
    return (Operator("halving", curve=halving, takes=True, earns=True),)


def geometric_mean(values: Floats, members: Members) -> Floats:
    """The mean in which a weak member cannot be made up for."""
    product = values[0] / 1000
    for value in values[1:]:
        product = product * value / 1000
    return np.asarray(1000 * product ** (1 / len(values)))


@hookimpl
def aggregations() -> Iterable[Aggregation]:
    """Return the geometric mean."""
    return (Aggregation("geometric_mean", geometric_mean),)
