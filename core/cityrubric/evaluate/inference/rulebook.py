"""Our rule form: what a condition may ask, checked against the rule set before any engine sees it.

A rule is a list of alternatives, each a conjunction of patterns over flat typed facts:

    { is = "outcome", indicator = "B.15.54", standing = "short" }
    { is = "observation", indicator = "$i", kind = "weakness" }
    { is = "finding", rule = "W.online" }

A pattern names a subject (which indicator, fact, group or finding) and what must hold of it. `$i` is a variable: it
stands for every subject that fits, the same in all patterns of the alternative. There is no negation: what is asked of
a verdict, a rate or a fact always has a name of its own (`standing = "open"`, `may_be_below = 60`, `truth = "no"`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import Template
from typing import Any

from attrs import frozen

from cityrubric.errors import FaultLog, Spot, did_you_mean
from cityrubric.language import translate as _
from cityrubric.records import Decision, Standing, State, Verdict
from cityrubric.rubric.model import Rule, Ruleset

Subject = Mapping[str, str]
"""One thing a pattern may speak of, with everything that is fixed about it."""

WORDS = ("title", "missing", "observed")
"""What the sentence of a rule may leave to be filled in."""
NUMERIC = frozenset({"below", "may_be_below"})
TOTAL = "total"


@frozen
class Kind:
    """One kind of fact that patterns may ask for.

    Attributes:
        name: which of a subject's properties is its own name.
        subjects: everything of this kind.
        conditions: what may be asked of a subject, with the words allowed; nothing for numbers.
    """

    name: str
    subjects: Sequence[Subject]
    conditions: Mapping[str, Sequence[str]]


@frozen
class Pattern:
    """One condition of a rule.

    Attributes:
        kind: outcome, observation, fact, rate, conclusion or finding.
        subject: what is asked of the subject's fixed properties; a value that begins with `$` is a variable.
        conditions: what must hold of it.
    """

    kind: str
    subject: tuple[tuple[str, str], ...]
    conditions: tuple[tuple[str, str | float], ...]


@frozen
class Rulebook:
    """The rules of a rule set, in an order in which each rule stands after all it builds on.

    Attributes:
        rules: the rules, and their alternatives as patterns.
        kinds: what patterns may ask for.
    """

    rules: tuple[tuple[Rule, tuple[tuple[Pattern, ...], ...]], ...]
    kinds: Mapping[str, Kind]


def read_rulebook(ruleset: Ruleset) -> Rulebook:
    """Check a rule set's rules and put them in order.

    Raises:
        Faults: if a pattern asks for what does not exist, or rules build on each other in a circle.
    """
    log = FaultLog()
    kinds = _kinds(ruleset)
    rules = []
    for rule in ruleset.rules:
        spot = Spot(rule.file, log, (rule.id,))
        reader = _PatternReader(kinds, spot)
        rules.append((rule, tuple(tuple(reader.read(entry) for entry in entries) for entries in rule.any_of)))
        _check_about(rule, kinds["outcome"], spot)
        _check_words(rule, spot)
    ordered = _ordered(rules, log)
    log.check()
    return Rulebook(tuple(ordered), kinds)


def _kinds(ruleset: Ruleset) -> dict[str, Kind]:
    indicators = [{"indicator": i.id, "group": i.group, "point": i.point} for i in ruleset.indicators]
    named = _named_in_observations(ruleset)
    observed = [
        {**indicator, "covered": "yes" if indicator["indicator"] in named else "no"} for indicator in indicators
    ]
    facts = [{"key": spec.key, "plugin": spec.plugin, **dict(spec.tags)} for spec in ruleset.offers.catalogue.values()]
    scopes = [{"scope": scope} for scope in (*(group.id for group in ruleset.groups), TOTAL)]
    rules = [{"rule": rule.id, "kind": rule.kind} for rule in ruleset.rules]
    seen = {
        "kind": ("weakness", "advice", "highlight"),
        "severity": ("minor", "moderate", "serious"),
        "method": tuple(ruleset.domains["method"]),
        "mode": tuple(ruleset.domains["mode"]),
    }
    judged = {"verdict": [v.code for v in Verdict], "standing": [s.name.lower() for s in Standing]}
    known = {"state": [s.name.lower() for s in State], "truth": ("yes", "no")}
    return {
        "outcome": Kind("indicator", indicators, judged),
        "observation": Kind("indicator", observed, seen),
        "fact": Kind("key", facts, known),
        "rate": Kind("scope", scopes, dict.fromkeys(sorted(NUMERIC), ())),
        "conclusion": Kind("scope", [{"scope": TOTAL}], {"decision": [d.code for d in Decision]}),
        "finding": Kind("rule", rules, {}),
    }


def _named_in_observations(ruleset: Ruleset) -> set[str]:
    """Indicators of which some rule asks an observation by name; what is said of others must not be lost either."""
    patterns = [pattern for rule in ruleset.rules for patterns in rule.any_of for pattern in patterns]
    return {str(pattern.get("indicator")) for pattern in patterns if pattern["is"] == "observation"}


@frozen
class _PatternReader:
    kinds: Mapping[str, Kind]
    spot: Spot

    def read(self, entry: Mapping[str, Any]) -> Pattern:
        """Split a pattern into subject and conditions; note what does not exist."""
        kind = self.kinds[entry["is"]]
        fixed = {name for subject in kind.subjects for name in subject}
        subject, conditions = [], []
        for name, value in entry.items():
            if name == "is":
                continue
            if name in kind.conditions:
                self._check_condition(name, value, kind.conditions[name])
                conditions.append((name, value))
            elif name in fixed or entry["is"] == "finding":
                self._check_subject(name, value, kind, entry["is"])
                subject.append((name, str(value)))
            else:
                known = sorted({*fixed, *kind.conditions})
                says = _("'{name}' cannot be asked of '{kind}'").format(name=name, kind=entry["is"])
                self.spot.fault(says + did_you_mean(name, known))
        return Pattern(entry["is"], tuple(sorted(subject)), tuple(sorted(conditions)))

    def _check_condition(self, name: str, value: str | float, words: Sequence[str]) -> None:
        if name in NUMERIC:
            if isinstance(value, str):
                self.spot.fault(_("'{name}' needs a number").format(name=name))
        elif value not in words:
            says = _("{name} = '{value}' is not one of: {words}").format(name=name, value=value, words=", ".join(words))
            self.spot.fault(says + did_you_mean(str(value), words))

    def _check_subject(self, name: str, value: str | float, kind: Kind, kind_name: str) -> None:
        known = {subject[name] for subject in kind.subjects if name in subject}
        if not known:  # of a finding: what the rule that made it has bound
            known = {
                value for other in self.kinds.values() for s in other.subjects for n, value in s.items() if n == name
            }
        if not str(value).startswith("$") and value not in known:
            says = _("no {kind} with {name} = '{value}'").format(kind=kind_name, name=name, value=value)
            self.spot.fault(says + did_you_mean(str(value), known))


def _check_about(rule: Rule, outcomes: Kind, spot: Spot) -> None:
    known = {subject["indicator"] for subject in outcomes.subjects}
    for id_ in rule.about:
        if id_ not in known:
            spot.fault(_("no such indicator: '{id}'").format(id=id_) + did_you_mean(id_, known))


def _check_words(rule: Rule, spot: Spot) -> None:
    for match in Template.pattern.finditer(rule.says):
        word = match["named"] or match["braced"]
        if word not in WORDS:
            says = _("`says` may hold {known}, not '{word}'").format(
                known=", ".join(f"${{{w}}}" for w in WORDS), word=match[0]
            )
            spot.fault(says)


_Read = tuple[Rule, tuple[tuple[Pattern, ...], ...]]


def _ordered(rules: Sequence[_Read], log: FaultLog) -> list[_Read]:
    """The rules in file order, except that each stands after all it builds on."""
    waiting = {rule.id: (rule, alternatives) for rule, alternatives in rules}
    needs = {rule.id: set(_needs(alternatives, rules)) for rule, alternatives in rules}
    ordered: list[_Read] = []
    while waiting:
        ready = [id_ for id_ in waiting if not needs[id_] & waiting.keys()]
        if not ready:
            circle = ", ".join(waiting)
            log.add(waiting[next(iter(waiting))][0].file, "", _("rules build on each other in a circle: ") + circle)
            return ordered
        ordered += [waiting.pop(id_) for id_ in ready]
    return ordered


def _needs(alternatives: Iterable[Iterable[Pattern]], rules: Iterable[_Read]) -> Iterable[str]:
    """Ids of the rules whose findings the alternatives may match."""
    for patterns in alternatives:
        for pattern in patterns:
            if pattern.kind == "finding":
                asked = {name: value for name, value in pattern.subject if not value.startswith("$")}
                for rule, _alternatives in rules:
                    if asked.get("rule", rule.id) == rule.id and asked.get("kind", rule.kind) == rule.kind:
                        yield rule.id
