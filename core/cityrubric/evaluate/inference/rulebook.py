"""Our rule form: what a condition may ask, checked against the rule set before any engine sees it.

A rule is a list of alternatives, each a conjunction of patterns over flat typed facts:

    { is = "outcome", indicator = "B.15.54", standing = "short" }
    { is = "observation", indicator = "$i", kind = "weakness" }
    { is = "fact", key = "status.satisfaction", below = 75 }
    { is = "finding", rule = "W.online" }

A pattern names a subject (which indicator, fact, group or finding) and what must hold of it. `$i` is a variable: it
stands for every subject that fits, the same in all patterns of the alternative; it ranges over closed lists only. There
is no negation: what is asked of a verdict, a rate or a fact always has a name of its own (`standing = "open"`,
`may_be_below = 60`, `truth = "no"`). Rules build on the findings of other rules, never in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import Template
from typing import Any, NamedTuple

from attrs import frozen

from cityrubric.errors import FaultLog, Spot, did_you_mean
from cityrubric.evaluate.inference.vocabulary import ANY_NUMBER, Kind, vocabulary
from cityrubric.language import translate as _
from cityrubric.rubric.conclusions import Rule
from cityrubric.rubric.model import Ruleset

WORDS = ("title", "missing", "observed")
"""What the sentence of a rule may leave to be filled in."""


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


class ReadRule(NamedTuple):
    """A rule and its alternatives as patterns."""

    rule: Rule
    alternatives: tuple[tuple[Pattern, ...], ...]


@frozen
class Rulebook:
    """The rules of a rule set, in an order in which each rule stands after all it builds on.

    Attributes:
        rules: the rules.
        kinds: what patterns may ask for.
    """

    rules: tuple[ReadRule, ...]
    kinds: Mapping[str, Kind]


def read_rulebook(ruleset: Ruleset) -> Rulebook:
    """Check a rule set's rules and put them in order.

    Raises:
        Faults: if a pattern asks for what does not exist, or rules build on each other in a circle.
    """
    log = FaultLog()
    kinds = vocabulary(ruleset)
    rules = []
    for rule in ruleset.rules:
        spot = Spot(rule.file, log, (rule.id,))
        reader = _PatternReader(kinds, spot)
        rules.append(ReadRule(rule, tuple(tuple(reader.read(entry) for entry in entries) for entries in rule.any_of)))
        _check_about(rule, kinds["outcome"], spot)
        _check_words(rule, spot)
    rulebook = Rulebook(tuple(_ordered(rules, log)), kinds)
    log.check()
    return rulebook


@frozen
class _PatternReader:
    kinds: Mapping[str, Kind]
    spot: Spot

    def read(self, entry: Mapping[str, Any]) -> Pattern:
        """Split a pattern into subject and conditions; note what does not exist."""
        name, kind = entry["is"], self.kinds[entry["is"]]
        subject: list[tuple[str, str]] = []
        conditions: list[tuple[str, str | float]] = []
        for asked, value in entry.items():
            if asked == "is":
                continue
            if asked in kind.conditions and (kind.conditions[asked] == ANY_NUMBER or not is_variable(value)):
                self._check_condition(asked, value, kind.conditions[asked])
                conditions.append((asked, value))
            elif asked in kind.conditions or asked in kind.properties or name == "finding":
                self._check_subject(asked, value, kind, name)
                subject.append((asked, str(value)))
            else:
                says = _("'{name}' cannot be asked of '{kind}'").format(name=asked, kind=name)
                self.spot.fault(says + did_you_mean(asked, {*kind.properties, *kind.conditions}))
        if not conditions and not kind.present:
            says = _("a pattern on '{kind}' must ask for one of: {words}")
            self.spot.fault(says.format(kind=name, words=", ".join(kind.conditions)))
        return Pattern(name, tuple(sorted(subject)), tuple(sorted(conditions)))

    def _check_condition(self, name: str, value: str | float, words: Sequence[str]) -> None:
        if words == ANY_NUMBER:
            if isinstance(value, str):
                self.spot.fault(_("'{name}' needs a number").format(name=name))
        elif value not in words:
            says = _("{name} = '{value}' is not one of: {words}").format(name=name, value=value, words=", ".join(words))
            self.spot.fault(says + did_you_mean(str(value), words))

    def _check_subject(self, name: str, value: str | float, kind: Kind, kind_name: str) -> None:
        kinds = [kind] if name in kind.properties else self.kinds.values()  # of a finding: what its rule has bound
        known = {subject[name] for other in kinds for subject in other.subjects if name in subject}
        if not is_variable(value) and value not in known:
            says = _("no {kind} with {name} = '{value}'").format(kind=kind_name, name=name, value=value)
            self.spot.fault(says + did_you_mean(str(value), known))


def is_variable(value: object) -> bool:
    """Tell whether a pattern leaves a value open, to be joined with other patterns and named in the finding."""
    return isinstance(value, str) and value.startswith("$")


def _check_about(rule: Rule, outcomes: Kind, spot: Spot) -> None:
    known = {subject["indicator"] for subject in outcomes.subjects}
    for id_ in rule.about:
        if id_ not in known:
            spot.fault(_("no such indicator: '{id}'").format(id=id_) + did_you_mean(id_, known))


def _check_words(rule: Rule, spot: Spot) -> None:
    for match in Template.pattern.finditer(rule.says):
        word = match["named"] or match["braced"]
        if word not in WORDS:
            known = ", ".join(f"${{{w}}}" for w in WORDS)
            spot.fault(_("`says` may hold {known}, not '{word}'").format(known=known, word=match[0]))


def _ordered(rules: Sequence[ReadRule], log: FaultLog) -> list[ReadRule]:
    """The rules in file order, except that each stands after all it builds on."""
    waiting = {read.rule.id: read for read in rules}
    needs = {read.rule.id: set(_needs(read, rules)) for read in rules}
    ordered: list[ReadRule] = []
    while waiting:
        ready = [id_ for id_ in waiting if not needs[id_] & waiting.keys()]
        if not ready:
            circle = ", ".join(waiting)
            log.add(next(iter(waiting.values())).rule.file, "", _("rules build on each other in a circle: ") + circle)
            return ordered
        ordered += [waiting.pop(id_) for id_ in ready]
    return ordered


def _needs(read: ReadRule, rules: Iterable[ReadRule]) -> Iterable[str]:
    """Ids of the rules whose findings a rule may match."""
    for patterns in read.alternatives:
        for pattern in patterns:
            if pattern.kind == "finding":
                asked = {name: value for name, value in pattern.subject if not is_variable(value)}
                for other, _alternatives in rules:
                    if asked.get("rule", other.id) == other.id and asked.get("kind", other.kind) == other.kind:
                        yield other.id
