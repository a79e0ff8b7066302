"""How values become points, and points further results: what operators and aggregations are, for any trade."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import frozen

from cityrubric.interval import Bools, Floats


@frozen
class Terms:
    """What a part of an indicator says of its points.

    Attributes:
        points: what it can earn at most, in thousandths.
        each: points lost per occurrence, in thousandths.
        full: the value that earns all points.
    """

    points: float
    each: float
    full: float


@frozen
class Line:
    """Points that grow or shrink evenly with the value.

    Attributes:
        slope: per unit of the value, in thousandths; negative where points are lost.
        start: at zero.
    """

    slope: float
    start: float = 0.0


@frozen
class Operator:
    """How a part turns a measured value into points. One of `line`, `curve`, or neither: then its bands decide, if any.

    Attributes:
        name: as rule sets call it.
        line: the points as an even line, cut off at nothing and at the part's points.
        curve: the points for an array of values, in thousandths; never falling, or with `takes` never rising. It need
            not round or cut off. Of a fact that nobody states the ends may be infinite: where it cannot say what
            becomes of the points there (NaN, or it raises), they are open, and no city fails for that.
        takes: it takes points away, from other parts of its indicator too: the greater the value, the fewer are left.
        earns: whether a part that names no points of its own shares in those of its indicator.
        plugin: who offers it; set by the host.
    """

    name: str
    line: Callable[[Terms], Line] | None = None
    curve: Callable[[Floats, Terms], Floats] | None = None
    takes: bool = False
    earns: bool = True
    plugin: str = ""


@frozen(eq=False)
class Members:
    """What an aggregation joins; one row per member, one column per city.

    Attributes:
        most: the most that a member can be, in thousandths; 0 where it does not apply.
        weights: one per member, as a column.
    """

    most: Floats
    weights: Floats

    @property
    def applies(self) -> Bools:
        """Where a member applies."""
        return np.asarray(self.most > 0)


@frozen
class Aggregation:
    """How several members become one value.

    Attributes:
        name: as rule sets call it.
        join: from the members' values, rows by cities in thousandths, the value of each city, in thousandths (a rate:
            of a percent). It never falls where a member rises, so that ends of intervals are joined one by one.
        plugin: who offers it; set by the host.
    """

    name: str
    join: Callable[[Floats, Members], Floats]
    plugin: str = ""
