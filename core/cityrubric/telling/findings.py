"""Conclusions that hold -> findings: what each says, what it rests on, and whether it was computed or observed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from string import Template

import numpy as np
from attrs import frozen

from cityrubric.assessment import ActionRecord, Finding
from cityrubric.evaluate.assess import Results
from cityrubric.evaluate.inference.ground import Conclusion, Test
from cityrubric.evaluate.inference.signals import fits
from cityrubric.outcomes import Basis, Missing
from cityrubric.records import Observation
from cityrubric.rubric.provenance import Provenance
from cityrubric.telling.knowledge import Knowledge

COMPUTED, OBSERVED = "computed", "observed"
KINDS = ("weakness", "recommendation", "gap", "veto", "highlight", "aspect", "conclusion")
SEVERITIES = ("serious", "moderate", "minor", "")


@frozen
class _Support:
    """What a conclusion rests on."""

    because: frozenset[str]
    bases: frozenset[str]
    observations: tuple[Observation, ...]
    ways: tuple[tuple[str, ...], ...]


def tell_findings(results: Results, known: Knowledge, missing: Mapping[str, tuple[Missing, ...]]) -> list[Finding]:
    """Return the findings of one city: kind by kind, the serious ones first; the order of the rules does not matter.

    Args:
        results: of the block.
        known: what is known of the city.
        missing: what each open indicator waits for.
    """
    plan, column = known.plan, known.column
    supports: dict[int, _Support] = {}
    told: list[Finding] = []
    for number in np.flatnonzero(results.findings[:, column]).tolist():
        made = plan.rules.conclusions[number]
        supports[number] = _support(made, results, known, supports)
        if made.rule.kind != "premise":
            told.append(_tell(made, supports[number], known, missing))
    return sorted(told, key=lambda finding: (KINDS.index(finding.kind), SEVERITIES.index(finding.severity), finding.id))


def basis(provenance: Provenance) -> Basis:
    """Return a provenance as it is stored."""
    return Basis(provenance.code, provenance.source)


def _support(made: Conclusion, results: Results, known: Knowledge, earlier: Mapping[int, _Support]) -> _Support:
    """Join what all alternatives that hold rest on."""
    because: set[str] = set()
    bases: set[str] = set()
    observations: dict[str, Observation] = {}
    ways: list[tuple[str, ...]] = []
    for body in made.alternatives:
        if not all(_holds(part, results, known) for part in body):
            continue
        ways.append(tuple(sorted(_condition(part, known) for part in body)))
        for part in body:
            if isinstance(part, int):
                because.add(f"finding:{known.plan.rules.conclusions[part].id}")
                bases |= earlier[part].bases
            elif part.kind == "observation":
                seen = [observation for observation in known.city.observations if fits(observation, part)]
                because |= {f"observation:{observation.id}" for observation in seen}
                observations |= {observation.id: observation for observation in seen}
                bases.add(OBSERVED)
            else:
                because.add(f"{part.kind}:{part.subject}")
                bases.add(COMPUTED)
    seen_in_order = tuple(observations[id_] for id_ in sorted(observations))  # not the file's: it says nothing
    return _Support(frozenset(because), frozenset(bases), seen_in_order, tuple(sorted(ways)))


def _condition(part: Test | int, known: Knowledge) -> str:
    if isinstance(part, int):
        return f"finding:{known.plan.rules.conclusions[part].id}"
    return " ".join([f"{part.kind}:{part.subject}", *(f"{name}={value}" for name, value in part.conditions)])


def _holds(part: Test | int, results: Results, known: Knowledge) -> bool:
    if isinstance(part, int):
        return bool(results.findings[part, known.column])
    return bool(results.signals[known.plan.rules.signals.tests[part], known.column])


def _tell(made: Conclusion, support: _Support, known: Knowledge, missing: Mapping[str, tuple[Missing, ...]]) -> Finding:
    indicator = made.bindings.get("indicator", "")
    words = {
        "title": _title(made, known),
        "missing": known.plan.ruleset.texts["separator"].join(one.says for one in missing.get(indicator, ())),
        "observed": known.plan.ruleset.texts["separator"].join(one.says for one in support.observations),
    }
    return Finding(
        id=made.id,
        rule=made.rule.id,
        kind=made.rule.kind,
        severity=made.rule.severity,
        basis="both" if len(support.bases) == 2 else min(support.bases),
        title=made.rule.title or words["title"],
        says=Template(made.rule.says).substitute(words) if "$" in made.rule.says else made.rule.says,
        about=(*made.rule.about, *([indicator] if indicator else [])),
        because=tuple(sorted(support.because)),
        provenance=basis(made.rule.provenance),
        ways=support.ways,
        action=_action(made, known),
    )


def _action(made: Conclusion, known: Knowledge) -> ActionRecord | None:
    action = made.rule.action
    if action is None:
        return None
    bound, key = made.bindings.get("indicator"), made.bindings.get("key")
    moves = dict.fromkeys((*made.rule.about, *([bound] if bound else []), *(known.users(key) if key else ())))
    deadline = known.city.reference_date + timedelta(days=action.days)
    return ActionRecord(action.departments, action.effort, action.days, deadline.isoformat(), tuple(moves))


def _title(made: Conclusion, known: Knowledge) -> str:
    """What the finding is about, by name: the indicator or the fact that its rule has bound."""
    if "indicator" in made.bindings:
        bound = made.bindings["indicator"]
        return next(indicator.title for indicator in known.plan.ruleset.indicators if indicator.id == bound)
    if "key" in made.bindings:
        return known.spec(made.bindings["key"]).title
    return made.rule.title
