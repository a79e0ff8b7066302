"""Rules that can never hold, or never say anything that another does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, permutations

from cityrubric.authoring.lint.remarks import Remark
from cityrubric.evaluate.inference.ground import Conclusion, Test
from cityrubric.evaluate.plan import plan_of
from cityrubric.language import translate as _
from cityrubric.rubric.model import Indicator, Ruleset
from cityrubric.states import STANDINGS, Verdict

Body = frozenset["Test | int"]

_ANY_TIME = {Verdict.UNDETERMINED, Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE, Verdict.ERROR}


def check_rules(ruleset: Ruleset) -> Iterator[Remark]:
    """Yield remarks on the rules."""
    conclusions = plan_of(ruleset).rules.conclusions
    verdicts = {indicator.id: possible_verdicts(indicator) for indicator in ruleset.indicators}
    bodies = {number: [frozenset(body) for body in made.alternatives] for number, made in enumerate(conclusions)}
    possible: dict[int, list[Body]] = {}
    for number in bodies:
        possible[number] = [body for body in bodies[number] if _can_hold(body, verdicts, possible)]
    yield from _impossible(conclusions, bodies, possible)
    for number, made in enumerate(conclusions):
        if any(one > other for one, other in permutations(bodies[number], 2)):
            says = _("an alternative asks for all that another asks for, and more; leave it out")
            yield Remark("rule-shadowed", made.id, says, made.rule.file)
    yield from _alike(conclusions, possible)


def possible_verdicts(indicator: Indicator) -> set[Verdict]:
    """Return the verdicts that an indicator can ever have."""
    if not indicator.scored:
        return {Verdict.OUT_OF_SCOPE}
    if len(indicator.parts) > 1 or not indicator.parts[0].bands:
        return {Verdict.MET, Verdict.PARTLY_MET, Verdict.NOT_MET, *_ANY_TIME}
    part = indicator.parts[0]
    return {Verdict.NOT_MET, *(band.verdict for band in part.bands), *_ANY_TIME}


def _can_hold(body: Body, verdicts: Mapping[str, set[Verdict]], possible: Mapping[int, list[Body]]) -> bool:
    """Whether the conditions on each subject leave anything: verdicts, states and truths that are not each other."""
    left: dict[str, set[Verdict]] = {}
    words: dict[tuple[str, str, str], set[object]] = {}
    for part in body:
        if isinstance(part, int):
            if not possible[part]:
                return False
            continue
        for name, value in part.conditions:
            words.setdefault((part.kind, part.subject, name), set()).add(value)
        if part.kind == "outcome":
            fitting = {v for v in verdicts[part.subject] if _fits(v, dict(part.conditions))}
            left[part.subject] = left.get(part.subject, verdicts[part.subject]) & fitting
    contradicts = any(
        len(values) > 1 and name in {"state", "truth", "decision"} for (_kind, _subject, name), values in words.items()
    )
    return not contradicts and all(left.values())


def _fits(verdict: Verdict, asked: Mapping[str, str | float]) -> bool:
    standing = STANDINGS[verdict].name.lower()
    return asked.get("verdict", verdict.code) == verdict.code and asked.get("standing", standing) == standing


def _impossible(
    conclusions: tuple[Conclusion, ...], bodies: Mapping[int, list[Body]], possible: Mapping[int, list[Body]]
) -> Iterator[Remark]:
    """Of rules with variables only what holds for none of their subjects is worth a remark."""
    reached = {conclusions[number].rule.id for number, some in possible.items() if some}
    for rule in dict.fromkeys(made.rule.id for made in conclusions):
        if rule not in reached:
            file = next(made.rule.file for made in conclusions if made.rule.id == rule)
            yield Remark("rule-unreachable", rule, _("none of its alternatives can ever hold"), file)
    for number, made in enumerate(conclusions):
        if possible[number] and not made.bindings and len(possible[number]) < len(bodies[number]):
            says = _("{n} of its alternatives can never hold")
            n = len(bodies[number]) - len(possible[number])
            yield Remark("rule-impossible", made.id, says.format(n=n), made.rule.file)


def _alike(conclusions: tuple[Conclusion, ...], possible: Mapping[int, list[Body]]) -> Iterator[Remark]:
    kinds = {"weakness", "recommendation", "highlight"}
    told = [(made, frozenset(possible[n])) for n, made in enumerate(conclusions) if made.rule.kind in kinds]
    for (first, some), (second, others) in combinations([pair for pair in told if pair[1]], 2):
        if some == others and first.rule.kind == second.rule.kind:
            says = _("holds under the same conditions as {other}").format(other=first.id)
            yield Remark("rules-same", second.id, says, second.rule.file)
        elif {first.rule.kind, second.rule.kind} == {"weakness", "highlight"} and some & others:
            says = _("holds under a condition of {other}, which says the opposite").format(other=first.id)
            yield Remark("rules-conflict", second.id, says, second.rule.file)
