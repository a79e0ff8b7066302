"""What a new version changes for a city, and why: facts, applicability, rules, weights, in this fixed order.

Each step is a complete run, and a part is the difference between two successive ones, so that the parts add up exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from attrs import evolve, frozen

from cityrubric.assessment import Assessment
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.evaluate.scores import WHOLE, score
from cityrubric.evaluate.verdicts import Outcomes
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Decision, Verdict
from cityrubric.telling.tell import assess
from cityrubric.versions.crosswalk import Crosswalk

STEPS = ("facts", "applicability", "rules", "weights")


@frozen
class Run:
    """What one complete run gives.

    Attributes:
        points: least and most of the base groups, in thousandths; None where nothing in the version earns points.
        applicable: what they are out of; None like them.
        rate: the same in thousandths of a percent, cut; None like them, or where nothing applies.
        decision: pass, fail or undetermined.
    """

    points: tuple[int, int] | None
    applicable: int | None
    rate: tuple[int, int] | None
    decision: str


@frozen
class Part:
    """What one step adds or takes, floor and ceiling apart.

    Attributes:
        step: facts, applicability, rules or weights.
        points: in thousandths; None where one of the runs has none: points are no difference to a version without any.
        rate: in thousandths of a percent; None where one of the runs has none.
    """

    step: str
    points: tuple[int, int] | None
    rate: tuple[int, int] | None


@frozen
class Judged:
    """An item of one subject that the two versions judge differently."""

    old: str
    new: str
    title: str
    before: str
    after: str


@frozen
class Impact:
    """What a new version changes for one city.

    Attributes:
        runs: the old rules on the old facts, then after each step; the last are the new rules on the new facts.
        turned_at: the step from which on the conclusion is the new one; empty if it does not change.
        left: ids that its files name and that have no counterpart in a version: that version, and the ids.
        to_collect: facts that only the new version looks at and that are missing.
    """

    city: str
    name: str
    runs: tuple[Run, ...]
    parts: tuple[Part, ...]
    turned_at: str
    judged: tuple[Judged, ...]
    left: tuple[tuple[str, tuple[str, ...]], ...]
    to_collect: tuple[str, ...]


@frozen
class Collect:
    """A fact to collect, and how many cities need it."""

    key: str
    title: str
    cities: int


@frozen
class Views:
    """One city as the versions see it.

    Attributes:
        before: the old facts, under the old version.
        now_old: the new facts, under the old version.
        now_new: the new facts, under the new version.
        left: as in `Impact`.
    """

    before: City
    now_old: City
    now_new: City
    left: tuple[tuple[str, tuple[str, ...]], ...] = ()


def impact(views: Views, old: Ruleset, new: Ruleset, crosswalk: Crosswalk) -> Impact:
    """Say what a new version changes for a city; items whose relation is not `equal` count wholly as rules."""
    pairs = _pairs(old, new, crosswalk)
    plans = plan_of(old), plan_of(new)
    first, second, last = (
        _outcomes(city, plan)
        for city, plan in ((views.before, plans[0]), (views.now_old, plans[0]), (views.now_new, plans[1]))
    )
    applied = _with_applicability(second, last, pairs, old)
    weighted = _with_weights(last, pairs, old, new)
    scored = _scored(old), _scored(new)
    runs = (
        *(_run(outcomes, plans[0], scored[0]) for outcomes in (first, second, applied)),
        _run(weighted, plans[1], all(scored)),
        _run(last, plans[1], scored[1]),
    )
    told = assess(views.now_new, new)
    return Impact(
        city=views.now_new.id,
        name=views.now_new.name,
        runs=runs,
        parts=tuple(_part(step, *two) for step, two in zip(STEPS, pairwise(runs), strict=True)),
        turned_at=_turned(runs),
        judged=tuple(_judged(second, last, pairs, old, new)),
        left=views.left,
        to_collect=tuple(_to_collect(told, old)),
    )


def to_collect_first(impacts: Iterable[Impact], new: Ruleset) -> list[Collect]:
    """Return the facts that are to be collected for the new version, those first that most cities need."""
    counted = Counter(key for one in impacts for key in one.to_collect)
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Collect(key, new.offers.catalogue[key].title, cities) for key, cities in ranked]


def _pairs(old: Ruleset, new: Ruleset, crosswalk: Crosswalk) -> list[tuple[int, int]]:
    """Numbers of the items of one subject."""
    numbers = [{one.id: n for n, one in enumerate(some.indicators)} for some in (old, new)]
    return [(numbers[0][before], numbers[1][after]) for before, after in crosswalk.equal.items()]


def _outcomes(city: City, plan: Plan) -> Outcomes:
    return assess_block(make_block([city], plan), plan).outcomes


def _with_applicability(outcomes: Outcomes, last: Outcomes, pairs: Sequence[tuple[int, int]], old: Ruleset) -> Outcomes:
    """The old outcomes, where what applies is what applies under the new rules; what newly applies is open."""
    verdicts, points = outcomes.verdicts.copy(), outcomes.points.copy()
    outside = Verdict.NOT_APPLICABLE.value
    for before, after in pairs:
        was, is_now = (int(some[n, 0]) == outside for some, n in ((verdicts, before), (last.verdicts, after)))
        if is_now and not was:
            verdicts[before], points[:, before] = outside, 0
        elif was and not is_now:
            most = old.indicators[before].max_score
            verdicts[before], points[:, before] = Verdict.UNDETERMINED.value, np.array([0, most, most])[:, None]
    return Outcomes(verdicts, points)


def _with_weights(last: Outcomes, pairs: Sequence[tuple[int, int]], old: Ruleset, new: Ruleset) -> Outcomes:
    """The new outcomes, items of one subject weighing what they weighed, if anything; cut to whole thousandths."""
    if not _scored(old):
        return last
    points = last.points.copy()
    for before, after in pairs:
        weight, own = old.indicators[before].max_score, new.indicators[after].max_score
        if own:
            points[:, after] = points[:, after].astype(np.int64) * weight // own
    return evolve(last, points=points)


def _scored(ruleset: Ruleset) -> bool:
    return any(indicator.max_score for indicator in ruleset.indicators)


def _run(outcomes: Outcomes, plan: Plan, scored: bool) -> Run:
    scores = score(outcomes, plan.scores)
    decision = Decision(int(scores.decision[0])).code
    if not scored:
        return Run(None, None, None, decision)
    low, high, most = (int(some) for some in scores.base[:, 0])
    rate = (low * WHOLE // most, high * WHOLE // most) if most else None
    return Run((low, high), most, rate, decision)


def _part(step: str, before: Run, after: Run) -> Part:
    return Part(step, _difference(before.points, after.points), _difference(before.rate, after.rate))


def _difference(before: tuple[int, int] | None, after: tuple[int, int] | None) -> tuple[int, int] | None:
    return None if before is None or after is None else (after[0] - before[0], after[1] - before[1])


def _turned(runs: Sequence[Run]) -> str:
    """The step from which on the conclusion is the last one."""
    last = runs[-1].decision
    if runs[0].decision == last:
        return ""
    return STEPS[max(n for n, run in enumerate(runs) if run.decision != last)]


def _judged(
    before: Outcomes, after: Outcomes, pairs: Sequence[tuple[int, int]], old: Ruleset, new: Ruleset
) -> Iterable[Judged]:
    for one, other in pairs:
        codes = [Verdict(int(some.verdicts[n, 0])).code for some, n in ((before, one), (after, other))]
        if codes[0] != codes[1]:
            yield Judged(old.indicators[one].id, new.indicators[other].id, new.indicators[other].title, *codes)


def _to_collect(told: Assessment, old: Ruleset) -> Iterable[str]:
    """Facts that the new version misses and the old one does not look at."""
    measures = old.offers.measures
    parts = [part for indicator in old.indicators for part in indicator.parts]
    known = {key for part in parts for key in (*part.facts, *(measures[part.measure].reads if part.measure else ()))}
    missing = (one.key for outcome in told.outcomes for one in outcome.missing)
    return (key for key in dict.fromkeys(missing) if key not in known)
