"""What a rule set concludes from findings and from figures that disagree."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from cityrubric.rubric.provenance import Provenance


@frozen
class Action:
    """Who should do what a recommendation asks, and by when: suggestions, as much as the rule's provenance says.

    Attributes:
        departments: who is responsible, first the one that leads.
        effort: a word of the rule set's domain `effort`.
        days: until when, counted from the reference date.
    """

    departments: tuple[str, ...]
    effort: str
    days: int


@frozen
class Rule:
    """A rule about findings, as written: conditions are alternatives of conjunctions of patterns.

    Attributes:
        about: indicators that the finding concerns; of a recommendation: those that it would move.
        action: of a recommendation.
    """

    id: str
    kind: str
    says: str
    any_of: tuple[tuple[Mapping[str, str | float], ...], ...]
    provenance: Provenance
    file: str
    severity: str = ""
    title: str = ""
    about: tuple[str, ...] = ()
    action: Action | None = None


@frozen
class Side:
    """One side of a relation: facts added up, times a factor, divided by another fact if one is named."""

    keys: tuple[str, ...]
    per: str = ""
    times: float = 1.0


@frozen
class Consistency:
    """A relation that the figures of one year should keep.

    Attributes:
        says: what is wrong if it is broken.
        relation: equals or at_most: how the left side stands to the right one.
        within: by how much rounding may make the sides differ.
    """

    id: str
    title: str
    says: str
    left: Side
    relation: str
    right: Side
    within: float
    provenance: Provenance

    @property
    def keys(self) -> tuple[str, ...]:
        """All facts that are compared."""
        sides = (self.left, self.right)
        return tuple(dict.fromkeys(key for side in sides for key in (*side.keys, side.per) if key))
