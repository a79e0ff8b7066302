"""What the rule form may hold, so that every engine holds it: measured where one of them breaks, with room to spare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from cityrubric.errors import FaultLog
from cityrubric.evaluate.inference.rulebook import Pattern, ReadRule, Rulebook, is_variable
from cityrubric.language import translate as _

MOST_ALTERNATIVES = 4_000
MOST_PATTERNS = 15
MOST_WITH_ONE_END = 200
MOST_ON_ONE_SUBJECT = 60
MOST_SUBJECTS = 10_000
LONGEST_TEXT = 20_000
LARGEST_NUMBER = 2**53
SMALLEST_NUMBER = 1e-4
RESERVED = frozenset({"id", "sid", "k", "low", "high", "line"})
_OF_FINDINGS = frozenset({"rule", "kind"})


def check_limits(rulebook: Rulebook, log: FaultLog) -> None:
    """Note every rule that asks for more than the rule form may hold, with the limit."""
    alternatives = [(read, patterns) for read in rulebook.rules for patterns in read.alternatives]
    if len(alternatives) > MOST_ALTERNATIVES:
        says = _("{n} alternatives in all rules together; the limit is {limit}")
        log.add(rulebook.rules[0].rule.file, "", says.format(n=len(alternatives), limit=MOST_ALTERNATIVES))
    for read, patterns in alternatives:
        _check_rule(read, patterns, log)
    _check_ends(alternatives, log)
    _check_subjects(rulebook, alternatives, log)
    _check_names(rulebook, alternatives, log)


def fnv1a(text: str) -> int:
    """Return the 32-bit hash by which one engine tells names apart; names with the same hash would be one name."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def _check_rule(read: ReadRule, patterns: Sequence[Pattern], log: FaultLog) -> None:
    if len(patterns) > MOST_PATTERNS:
        says = _("rule {id}: {n} patterns in one alternative; the limit is {limit}")
        log.add(read.rule.file, "", says.format(id=read.rule.id, n=len(patterns), limit=MOST_PATTERNS))
    for pattern in patterns:
        variables = [value for _name, value in pattern.subject if is_variable(value)]
        if len(set(variables)) < len(variables):
            says = _("rule {id}: a variable stands twice in one pattern; use it once")
            log.add(read.rule.file, "", says.format(id=read.rule.id))
        for name, value in (*pattern.subject, *pattern.conditions):
            if isinstance(value, str) and len(value.encode()) > LONGEST_TEXT:
                says = _("rule {id}: the text of '{name}' has more than {limit} bytes")
                log.add(read.rule.file, "", says.format(id=read.rule.id, name=name, limit=LONGEST_TEXT))
            if not isinstance(value, str):
                _check_number(read, pattern.kind, name, value, log)


def _check_number(read: ReadRule, kind: str, name: str, value: float, log: FaultLog) -> None:
    if abs(value) >= LARGEST_NUMBER:
        says = _("rule {id}: '{name}' must lie within ±2^53")
        log.add(read.rule.file, "", says.format(id=read.rule.id, name=name))
    elif 0 < abs(value) < SMALLEST_NUMBER:
        says = _("rule {id}: '{name}' must be 0 or at least {limit}")
        log.add(read.rule.file, "", says.format(id=read.rule.id, name=name, limit=SMALLEST_NUMBER))
    elif kind == "rate" and abs(value - round(value * 1000) / 1000) > 1e-12:  # what 1/1000 itself is written with
        says = _("rule {id}: '{name}' of a rate goes to thousandths of a percent")
        log.add(read.rule.file, "", says.format(id=read.rule.id, name=name))


def _check_ends(alternatives: Iterable[tuple[ReadRule, Sequence[Pattern]]], log: FaultLog) -> None:
    """Too many rules that end with the same pattern."""
    ends = Counter((read.rule.file, patterns[-1]) for read, patterns in alternatives)
    for (file, pattern), count in ends.items():
        if count > MOST_WITH_ONE_END:
            says = _("{n} alternatives end with the same pattern on '{kind}'; the limit is {limit}")
            log.add(file, "", says.format(n=count, kind=pattern.kind, limit=MOST_WITH_ONE_END))


def _check_subjects(
    rulebook: Rulebook, alternatives: Sequence[tuple[ReadRule, Sequence[Pattern]]], log: FaultLog
) -> None:
    """Too many patterns that one fact may match at the same time, or too many facts."""
    subjects = sum(len(kind.subjects) for kind in rulebook.kinds.values())
    if subjects > MOST_SUBJECTS and rulebook.rules:
        says = _("rules may speak of {n} subjects; the limit is {limit}")
        log.add(rulebook.rules[0].rule.file, "", says.format(n=subjects, limit=MOST_SUBJECTS))
    asked: dict[tuple[str, str], set[Pattern]] = {}
    for _read, patterns in alternatives:
        for pattern in patterns:
            own = rulebook.kinds[pattern.kind].name
            subject = dict(pattern.subject).get(own, "$")
            asked.setdefault((pattern.kind, "$" if is_variable(subject) else subject), set()).add(pattern)
    for (kind, subject), own_patterns in asked.items():
        everywhere = asked.get((kind, "$"), set()) if subject != "$" else set()
        n = len(own_patterns | everywhere)
        if n > MOST_ON_ONE_SUBJECT:
            says = _("{n} different patterns on {kind} '{subject}'; the limit is {limit}")
            message = says.format(n=n, kind=kind, subject=subject, limit=MOST_ON_ONE_SUBJECT)
            log.add(rulebook.rules[0].rule.file, "", message)


def _check_names(rulebook: Rulebook, alternatives: Iterable[tuple[ReadRule, Sequence[Pattern]]], log: FaultLog) -> None:
    """Names that an engine keeps for itself, or takes for one another."""
    names = {name for kind in rulebook.kinds.values() for name in (*kind.properties, *kind.conditions)}
    variables = {
        value[1:]
        for _read, patterns in alternatives
        for p in patterns
        for _name, value in p.subject
        if is_variable(value)
    }
    hashes = {fnv1a(name): name for name in RESERVED}
    for name in sorted(names | variables):
        if name in RESERVED or (name in variables and name in _OF_FINDINGS):
            log.add(rulebook.rules[0].rule.file, "", _("'{name}' is a reserved name").format(name=name))
            continue
        other = hashes.setdefault(fnv1a(name), name)
        if other != name:
            says = _("the names '{first}' and '{second}' cannot be told apart by every engine: rename one")
            log.add(rulebook.rules[0].rule.file, "", says.format(first=other, second=name))
