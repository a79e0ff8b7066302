"""Would a case notice? Every line is moved a little and every condition of a rule left out or turned, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve, frozen

from cityrubric.authoring.testkit.sample import Sample, noticed
from cityrubric.canonical import decimal_text
from cityrubric.errors import Faults
from cityrubric.rubric.bands import LIMITS
from cityrubric.rubric.conclusions import Rule
from cityrubric.rubric.model import Band, Indicator, Part, Ruleset

_TURNED = {"good": "short", "short": "good", "open": "good", "outside": "good"}


@frozen
class Mutant:
    """A rule set with one thing changed.

    Attributes:
        what: what was changed, as in `D.25.78 at_least 80 → 80.01`.
    """

    what: str
    ruleset: Ruleset


@frozen
class Mutation:
    """What the cases notice.

    Attributes:
        tried: how many changes were tried.
        unnoticed: those that no case notices.
    """

    tried: int
    unnoticed: tuple[str, ...]

    @property
    def score(self) -> float:
        """Percent of the changes that some case notices."""
        return 100.0 if not self.tried else 100 * (self.tried - len(self.unnoticed)) / self.tried


def mutation(sample: Sample) -> Mutation:
    """Try every change; a changed rule set that no longer loads counts as noticed."""
    tried, unnoticed = 0, []
    for mutant in mutants(sample.ruleset):
        tried += 1
        try:
            plan, results = sample.under(mutant.ruleset)
        except Faults:
            continue
        if not noticed(sample, plan, results):
            unnoticed.append(mutant.what)
    return Mutation(tried, tuple(unnoticed))


def mutants(ruleset: Ruleset) -> Iterator[Mutant]:
    """Yield the rule set with each line moved, up and down, and with each condition left out or turned."""
    for number, indicator in enumerate(ruleset.indicators):
        for what, changed in _moved_lines(indicator):
            indicators = (*ruleset.indicators[:number], changed, *ruleset.indicators[number + 1 :])
            yield Mutant(what, evolve(ruleset, indicators=indicators))
    for number, rule in enumerate(ruleset.rules):
        for what, altered in _altered_rules(rule):
            rules = (*ruleset.rules[:number], altered, *ruleset.rules[number + 1 :])
            yield Mutant(what, evolve(ruleset, rules=rules))


def _moved_lines(indicator: Indicator) -> Iterator[tuple[str, Indicator]]:
    for p, part in enumerate(indicator.parts):
        for b, band in enumerate(part.bands):
            for name, line, moved in _moves(band, part):
                limit: dict[str, Any] = {name: moved}
                bands = (*part.bands[:b], evolve(band, **limit), *part.bands[b + 1 :])
                parts = (*indicator.parts[:p], evolve(part, bands=bands), *indicator.parts[p + 1 :])
                yield (
                    f"{indicator.id} {name} {decimal_text(line)} → {decimal_text(moved)}",
                    evolve(indicator, parts=parts),
                )


def _moves(band: Band, part: Part) -> Iterator[tuple[str, float, float]]:
    """Each limit a step up and down: a hundredth of a percent or of a broken number, one of what is counted.

    A truth has nothing between no and yes, so its line is moved up only.
    """
    for name in LIMITS:
        line = getattr(band, name)
        if line is not None:
            step = 0.01 if part.unit == "%" or line != int(line) else 1.0
            yield from ((name, line, line + move) for move in ((step,) if part.operator == "award" else (step, -step)))


def _altered_rules(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for a, body in enumerate(rule.any_of):
        others = (rule.any_of[:a], rule.any_of[a + 1 :])
        if len(rule.any_of) > 1:
            yield f"{rule.id} without its alternative {a + 1}", evolve(rule, any_of=(*others[0], *others[1]))
        for c, pattern in enumerate(body):
            place = f"{rule.id} alternative {a + 1}, condition {c + 1}"
            rest = (body[:c], body[c + 1 :])
            if len(body) > 1:
                yield f"{place} left out", evolve(rule, any_of=(*others[0], (*rest[0], *rest[1]), *others[1]))
            if "standing" in pattern:
                turned = {**pattern, "standing": _TURNED[str(pattern["standing"])]}
                changed = (*rest[0], turned, *rest[1])
                yield f"{place} turned", evolve(rule, any_of=(*others[0], changed, *others[1]))
