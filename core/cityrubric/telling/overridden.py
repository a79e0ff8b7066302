"""What would come out with the overrides: told beside what is computed, never in its place."""

from __future__ import annotations

import numpy as np

from cityrubric.assessment import Overridden
from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.scores import score
from cityrubric.evaluate.verdicts import Outcomes
from cityrubric.states import Decision, Verdict
from cityrubric.telling.knowledge import Knowledge
from cityrubric.telling.outcomes import points
from cityrubric.telling.totals import rate


def tell_overridden(results: Results, known: Knowledge) -> Overridden | None:
    """Return the totals with every override that stands; None where there is none.

    An override speaks of one computed verdict. If facts or rules have changed since and another one is computed, it no
    longer stands, and is told as such.
    """
    if not known.city.overrides:
        return None
    indicators = {indicator.id: n for n, indicator in enumerate(known.plan.ruleset.indicators)}
    verdicts = results.outcomes.verdicts[:, [known.column]].copy()
    earned = results.outcomes.points[:, :, [known.column]].copy()
    applied, stale = [], []
    for one in sorted(known.city.overrides, key=lambda override: override.id):
        number = indicators[one.indicator]
        if Verdict(int(verdicts[number, 0])).code != one.old:
            stale.append(one.id)
            continue
        new, most = Verdict[one.new.upper()], known.plan.ruleset.indicators[number].max_score
        got = most if new is Verdict.MET else 0
        verdicts[number] = new.value
        earned[:, number, 0] = np.array([got, got, 0 if new is Verdict.NOT_APPLICABLE else most])
        applied.append(one.id)
    scores = score(Outcomes(verdicts, earned), known.plan.scores)
    low, high, applicable = (int(some) for some in scores.base[:, 0])
    return Overridden(
        applied=tuple(applied),
        stale=tuple(stale),
        total=(points(low), points(high)),
        applicable=points(applicable),
        rate=rate(low, high, applicable),
        verdict=Decision(int(scores.decision[0])).code,
    )
