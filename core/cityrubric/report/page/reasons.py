"""Why something is so, as far as a page tells it: lines with their distance, rates found on site, ways of a rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from attrs import frozen

from cityrubric.explain.outcomes import line_nodes
from cityrubric.explain.sampling import sampling_nodes
from cityrubric.outcomes import BandRecord, Outcome, PartRecord
from cityrubric.report.audience import View
from cityrubric.report.conditions import condition_text
from cityrubric.report.steps import distance_text, step_words


@frozen
class Line:
    """A line as it was tried.

    Attributes:
        decides: whether it is the one that the measured value certainly falls to; None where it may be.
        short: by how much it is missed, in words; empty where it is not.
    """

    band: BandRecord
    decides: bool | None
    short: str


@frozen
class Asked:
    """One condition of a rule: the id of what it asks of, what that is called, and what is asked."""

    place: str
    title: str
    says: str


def tried_lines(part: PartRecord, *, veto: bool = False) -> list[Line]:
    """Return the lines of a part in the order in which they are tried."""
    lines: list[Line] = []
    for band, node in zip(part.bands, line_nodes(part), strict=True):
        earlier = {line.decides for line in lines}
        decides = False if node.holds is False or True in earlier else None if None in earlier else node.holds
        lines.append(Line(band, decides, distance_text(node.data, part.unit, veto=veto)))
    return lines


def found_on_site(outcome: Outcome, view: View) -> list[tuple[str, str]]:
    """Return rates and counts found on site that an item looks at, and whether another draw might change it."""
    reads = {key for part in outcome.parts for key in part.reads}
    steps = sampling_nodes(outcome.id, reads, view)
    return [(node.title, " · ".join(word for word in step_words(node, None) if word)) for node in steps]


def asked(way: tuple[str, ...], titles: Mapping[str, str], vetoes: Collection[str]) -> Iterator[Asked]:
    """Yield the conditions of one way in which a rule holds, in words.

    Args:
        way: as a finding names it, such as `outcome:A.1 verdict=met`.
        titles: what has a place in the page is called, by the place's id.
        vetoes: ids of items whose verdicts are called otherwise.
    """
    for condition in way:
        of, *limits = condition.split(" ")
        kind, _colon, subject = of.partition(":")
        place, veto = f"outcome:{subject}" if kind == "observation" else of, subject in vetoes
        pairs = (limit.partition("=") for limit in limits)
        told = [condition_text(name, value, veto=veto) for name, _is, value in pairs]
        yield Asked(place if place in titles else "", titles.get(place, of), ", ".join(told))
