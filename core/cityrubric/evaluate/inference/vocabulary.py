"""What rules may speak of: flat typed facts of a city, each kind with its subjects and what may be asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from attrs import frozen

from cityrubric.rubric.model import Ruleset
from cityrubric.states import STANDINGS, Decision, Standing, State, Verdict

Subject = Mapping[str, str]
"""One thing a pattern may speak of, with everything that is fixed about it."""

TOTAL = "total"
ANY_NUMBER: Sequence[str] = ()
"""Instead of the words that a condition may be: any number."""


@frozen
class Kind:
    """One kind of fact that patterns may ask for.

    Attributes:
        name: which of a subject's properties is its own name.
        subjects: everything of this kind.
        conditions: what may be asked of a subject, with the words allowed, or `ANY_NUMBER`.
        present: whether it says something that there is one at all; else a pattern must ask for something.
    """

    name: str
    subjects: Sequence[Subject]
    conditions: Mapping[str, Sequence[str]]
    present: bool = False

    @property
    def properties(self) -> set[str]:
        """What is fixed about subjects of this kind."""
        return {name for subject in self.subjects for name in subject}


class Line(NamedTuple):
    """How a number is compared with a line.

    Attributes:
        rising: whether greater values are on the good side of it.
        strict: whether the line itself is not.
        sure: whether it must hold for every value of the interval, or for some.
    """

    rising: bool
    strict: bool
    sure: bool

    @property
    def end(self) -> int:
        """Which end of the interval decides: 0 for the least value, 1 for the greatest."""
        return 0 if self.rising == self.sure else 1


_SURE = {
    "at_least": Line(rising=True, strict=False, sure=True),
    "above": Line(rising=True, strict=True, sure=True),
    "at_most": Line(rising=False, strict=False, sure=True),
    "below": Line(rising=False, strict=True, sure=True),
}
LINES = {**_SURE, **{f"may_be_{name}": line._replace(sure=False) for name, line in _SURE.items()}}
"""Conditions on numbers; `may_be_…` holds where some value of the interval would."""


def verdict_bits(words: Mapping[str, str | float]) -> int:
    """Return the verdicts that a condition on outcomes allows: bit n is that of code n."""
    fitting = [v for v in Verdict if words.get("verdict", v.code) == v.code]
    return sum(1 << v for v in fitting if words.get("standing", s := STANDINGS[v].name.lower()) == s)


def vocabulary(ruleset: Ruleset) -> dict[str, Kind]:
    """Return what the rules of a rule set may speak of."""
    indicators = [{"indicator": i.id, "group": i.group, "point": i.point} for i in ruleset.indicators]
    named = _named_in_observations(ruleset)
    observed = [{**one, "covered": "yes" if one["indicator"] in named else "no"} for one in indicators]
    specs = sorted(ruleset.offers.catalogue.values(), key=lambda spec: spec.key)
    facts = [{"key": spec.key, "plugin": spec.plugin, **dict(spec.tags)} for spec in specs]
    scopes = [{"scope": scope} for scope in (*(group.id for group in ruleset.groups), TOTAL)]
    judged = {"verdict": [v.code for v in Verdict], "standing": [s.name.lower() for s in Standing]}
    known = {"state": [s.name.lower() for s in State], "truth": ("yes", "no")}
    lines = dict.fromkeys(LINES, ANY_NUMBER)
    seen = {
        "kind": ("weakness", "advice", "highlight"),
        "severity": ("minor", "moderate", "serious"),
        "method": tuple(ruleset.domains["method"]),
        "mode": tuple(ruleset.domains["mode"]),
    }
    return {
        "outcome": Kind("indicator", indicators, judged),
        "observation": Kind("indicator", observed, seen, present=True),
        "fact": Kind("key", facts, {**known, **lines}),
        "rate": Kind("scope", scopes, lines),
        "conclusion": Kind("scope", [{"scope": TOTAL}], {"decision": [d.code for d in Decision]}),
        "finding": Kind("rule", [{"rule": rule.id, "kind": rule.kind} for rule in ruleset.rules], {}, present=True),
    }


def _named_in_observations(ruleset: Ruleset) -> set[str]:
    """Indicators of which some rule asks an observation by name; what is said of others must not be lost either."""
    patterns = [pattern for rule in ruleset.rules for patterns in rule.any_of for pattern in patterns]
    return {str(pattern.get("indicator")) for pattern in patterns if pattern["is"] == "observation"}
