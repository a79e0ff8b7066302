"""What a province's own rules say, beside what the national ones say."""

from __future__ import annotations

from attrs import evolve

from cityrubric.assessment import Assessment, Provincial
from cityrubric.records import City
from cityrubric.rubric.model import Overlay
from cityrubric.states import Decision
from cityrubric.telling.inconsistencies import KIND


def city_for(city: City, overlay: Overlay) -> City:
    """Return the city as the overlay's rules see it: of what was observed, what concerns it; no national override."""
    ids = {indicator.id for indicator in overlay.ruleset.indicators}
    seen = [evolve(one, indicators=tuple(id_ for id_ in one.indicators if id_ in ids)) for one in city.observations]
    return evolve(city, observations=tuple(one for one in seen if one.indicators), overrides=())


def tell_provincial(national: Assessment, own: Assessment, overlay: Overlay) -> Provincial:
    """Return the provincial ledger.

    Args:
        national: the assessment by the national rules.
        own: that by the overlay's rules alone; contradictions in the facts are told with the national one.
        overlay: these rules.
    """
    told = {finding.id for finding in national.findings if finding.kind == KIND}
    return Provincial(
        overlay=own.ruleset,
        plugins=own.plugins,
        verdict=_together(national.conclusion.verdict, own.conclusion.verdict),
        tightened=overlay.tightened,
        outcomes=own.outcomes,
        scores=own.scores,
        findings=tuple(finding for finding in own.findings if finding.id not in told),
        conclusion=evolve(own.conclusion, declared=None),  # what others declared is not by these rules
    )


def _together(*verdicts: str) -> str:
    """A province passes a city only if the nation does; either of them may fail it."""
    if Decision.FAIL.code in verdicts:
        return Decision.FAIL.code
    return Decision.PASS.code if {*verdicts} == {Decision.PASS.code} else Decision.UNDETERMINED.code
