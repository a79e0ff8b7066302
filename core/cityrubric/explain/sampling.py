"""What was found on site as part of an explanation: on how many points a rate rests, what another draw might show."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from cityrubric.explain.records import Datum, Node
from cityrubric.inspected import Inspections, Robustness
from cityrubric.outcomes import FactRecord


class OnSite(Protocol):
    """What an assessment, or an extract of it, has of inspections."""

    @property
    def facts(self) -> tuple[FactRecord, ...]:
        """Every claim."""

    @property
    def inspections(self) -> Inspections | None:
        """What was found on site."""

    @property
    def robustness(self) -> tuple[Robustness, ...]:
        """Which verdicts would be the same with another draw."""


def sampling_nodes(id_: str, keys: Collection[str], assessment: OnSite) -> Iterator[Node]:
    """Yield what sampling means for an indicator or the conclusion.

    Args:
        id_: of the indicator, or `conclusion`.
        keys: of the facts it looks at.
        assessment: the complete record, or an extract of it.
    """
    if assessment.inspections is None:
        return
    titles = {fact.key: (fact.title, fact.unit) for fact in assessment.facts}
    for rate in assessment.inspections.facts:
        if rate.key in keys:
            data: dict[str, Datum] = {"points": float(rate.points), "value": rate.value, "unit": titles[rate.key][1]}
            data |= (
                {"sampling": rate.sampling, "confidence": assessment.inspections.confidence} if rate.sampling else {}
            )
            data |= {} if rate.sampling else {"per_point": round((rate.value[0] or 0.0) / max(rate.points, 1), 6)}
            yield Node("sampled", f"fact:{rate.key}", titles[rate.key][0], data=data)
    for robust in assessment.robustness:
        if robust.id == id_:
            told: dict[str, Datum] = {"verdict": robust.verdict, "over": robust.over, "score": robust.score}
            yield Node("sampling", id_, holds=robust.same, data={name: one for name, one in told.items() if one})
