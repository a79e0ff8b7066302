"""Where the numbers and titles of a rule set come from."""

from __future__ import annotations

from attrs import frozen


@frozen
class Provenance:
    """Where a number or a title comes from.

    Attributes:
        documented: it stands in a named public source; otherwise it is a reconstruction.
        source: the source and the place in it, or the basis of the reconstruction.
    """

    documented: bool
    source: str

    @property
    def code(self) -> str:
        """`documented` or `reconstructed`."""
        return "documented" if self.documented else "reconstructed"
