"""Codes of a block -> rows of three tables: cities, outcomes and what the rules found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.plan import Plan
from cityrubric.records import City
from cityrubric.rubric.model import Indicator
from cityrubric.states import Decision, Verdict

_ENDS = ("least", "most", "applicable")


class Frames(NamedTuple):
    """What is kept of some cities; points in thousandths, none where none can be earned.

    Attributes:
        cities: conclusion and points of each city, and of each group.
        outcomes: verdict and points of each indicator.
        rule_findings: what the rules found. Inconsistencies are no rule's: they compare single claims, which codes no
            longer hold, and are told where a whole assessment is.
    """

    cities: pl.DataFrame
    outcomes: pl.DataFrame
    rule_findings: pl.DataFrame


def frames_of(cities: Sequence[City], results: Results, plan: Plan) -> Frames:
    """Return the rows of the cities of a block."""
    names, ids, kept = _words(plan)
    own = pl.Series("city", [city.id for city in cities], dtype=pl.String)
    count, scores, indicators = len(ids), results.scores, plan.ruleset.indicators
    groups = {
        f"{group.id}.{end}": _points(scores.groups[layer, row], [one for one in indicators if one.group == group.id])
        for row, group in enumerate(plan.ruleset.groups)
        for layer, end in enumerate(_ENDS)
    }
    summary = pl.DataFrame(
        {
            "city": own,
            "name": [city.name for city in cities],
            "conclusion": _named(scores.decision, [decision.code for decision in Decision]),
            **{end: _points(scores.base[n], indicators) for n, end in enumerate(_ENDS)},
            **groups,
            "failed": _failures(results, len(cities)),
        }
    )
    by_city = results.outcomes.points.astype(np.int32).transpose(0, 2, 1).reshape(3, -1)
    earning = pl.Series(np.tile([one.max_score > 0 for one in indicators], len(cities)))
    none = _nothing(by_city.shape[1], pl.Int32)
    outcomes = pl.DataFrame(
        {
            "city": own.gather(np.repeat(np.arange(len(cities)), count)),
            "indicator": _named(np.tile(np.arange(count), len(cities)), ids),
            "verdict": _named(results.outcomes.verdicts.T.reshape(-1), [verdict.code for verdict in Verdict]),
            **{end: pl.Series(by_city[n]).zip_with(earning, none) for n, end in enumerate(_ENDS)},
        }
    )
    which, where = np.nonzero(results.findings[kept].T)
    found = pl.DataFrame({"city": own.gather(which), "finding": _named(where, names)})
    return Frames(summary, outcomes, found)


def _points(thousandths: NDArray[np.int64], of: Sequence[Indicator]) -> pl.Series:
    """A column of points; of what cannot earn any, such as vetoes, there are none, which is not a score of 0."""
    earned = any(one.max_score for one in of)
    return pl.Series(thousandths) if earned else _nothing(len(thousandths), pl.Int64)


def _nothing(count: int, kind: type[pl.DataType]) -> pl.Series:
    return pl.Series([None], dtype=kind).new_from_index(0, count)


@lru_cache(maxsize=4)
def _words(plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.intp]]:
    """Ids of findings and of indicators, and which conclusions are findings: premises only help to draw others."""
    made = plan.rules.conclusions
    kept = np.array([n for n, one in enumerate(made) if one.rule.kind != "premise"], dtype=np.intp)
    return tuple(made[n].id for n in kept), tuple(i.id for i in plan.ruleset.indicators), kept


def _named(codes: NDArray[Any], words: Sequence[str]) -> pl.Series:
    """A column that says words and holds numbers."""
    return pl.Series([*words], dtype=pl.Enum([*words])).gather(codes)


def _failures(results: Results, cities: int) -> list[str]:
    """Which measures, operators and aggregations failed on each city, and how."""
    told: list[list[str]] = [[] for _city in range(cities)]
    for part in results.outcomes.faults:
        told[part.city].append(part.why)
    for result in results.scores.faults:
        told[result.city].append(result.why)
    return ["; ".join(some) for some in told]
