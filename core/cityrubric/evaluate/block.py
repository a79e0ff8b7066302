"""The facts of some cities as columns, ready to be evaluated together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from cityrubric.interval import Bools, Floats
from cityrubric.records import City

Bits = NDArray[np.uint16]

CITIES_PER_BLOCK = 1024
"""So many cities are quickest evaluated together: fewer do not make up for the calls, more do not fit into caches."""

_KEPT = 2**25 - 2**16
np.empty(_KEPT, dtype=np.uint8)
"""Let go of at once: from then on glibc keeps what arrays up to this size give back (mallopt(3), M_MMAP_THRESHOLD).

The system would have to clear it anew for each step of each block, which takes longer than the step itself.
"""

NOT_CLEARED, CLEARED, FOUND = range(3)
"""What clearance records say of a veto."""


@frozen(eq=False)
class Block:
    """The facts of some cities; one column per city.

    Attributes:
        ends: least and greatest values: two layers, one row per fact and year, see `Layout`.
        bits: the state of each as a bit.
        cleared: what clearance records say; one row per veto that needs one.
        observed: whether an observation is there; one row per test that rules make on observations.
        cities: the cities themselves, for records made on demand.
    """

    ends: Floats
    bits: Bits
    cleared: NDArray[np.uint8]
    observed: Bools
    cities: Sequence[City]
