"""The words of the verdict logic: what is known of a fact, what is said of an indicator, who speaks."""

from __future__ import annotations

from enum import Enum, IntEnum


class State(IntEnum):
    """What is known of a fact in one period, and if nothing, why.

    Attributes:
        bit: the state as a bit of its own, so that the states of several facts can be joined by `|`.
        word: the state as it is written in documents, such as `not_collected`.
    """

    bit: int
    word: str

    KNOWN = 0
    ABSENT = 1
    NOT_COLLECTED = 2
    WITHHELD = 3
    DISPUTED = 4
    NOT_SUPPLIED = 5
    NOT_INSPECTED = 6
    NOT_OCCURRING = 7
    INCLUDED_ELSEWHERE = 8
    OTHER_UNIT = 9
    CONFLICTING = 10

    def __init__(self, number: int) -> None:
        self.bit = 1 << number
        self.word = self.name.lower()


KNOWN_BITS = State.KNOWN.bit | State.DISPUTED.bit | State.CONFLICTING.bit
"""States in which something is known: a dispute or a conflict still leaves the range that covers both sides."""


class Verdict(IntEnum):
    """What is said of one indicator. The first three are ordered."""

    NOT_MET = 0
    PARTLY_MET = 1
    MET = 2
    UNDETERMINED = 3
    NOT_APPLICABLE = 4
    NOT_ASSESSED = 5
    ERROR = 6
    OUT_OF_SCOPE = 7

    @property
    def code(self) -> str:
        """The verdict as it is written in documents, such as `partly_met`."""
        return self.name.lower()


class Standing(IntEnum):
    """What rules mostly ask of a verdict."""

    GOOD = 0
    SHORT = 1
    OPEN = 2
    OUTSIDE = 3


STANDINGS: dict[Verdict, Standing] = {
    Verdict.MET: Standing.GOOD,
    Verdict.PARTLY_MET: Standing.SHORT,
    Verdict.NOT_MET: Standing.SHORT,
    Verdict.UNDETERMINED: Standing.OPEN,
    Verdict.NOT_ASSESSED: Standing.OPEN,
    Verdict.ERROR: Standing.OPEN,
    Verdict.NOT_APPLICABLE: Standing.OUTSIDE,
    Verdict.OUT_OF_SCOPE: Standing.OUTSIDE,
}


class Decision(IntEnum):
    """The conclusion on a city."""

    FAIL = 0
    PASS = 1
    UNDETERMINED = 2

    @property
    def code(self) -> str:
        """The decision as it is written in documents, such as `pass`."""
        return self.name.lower()


class Speaker(str, Enum):
    """Who makes a claim."""

    SELF = "self"
    DEPARTMENT = "department"
    VERIFIED = "verified"
