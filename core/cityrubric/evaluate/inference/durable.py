"""Our rules for durable-rules: only what that library was measured to do right, in a process of its own.

The library is fast and memory-unsafe outside a narrow subset, so nothing else is ever handed to it: flat facts with a
kind, text equality, numbers against constants, joins of text, no negation. What can go wrong there goes wrong in the
child: a crash costs it one city.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent import futures
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from attrs import define, field

from cityrubric.errors import CityrubricError
from cityrubric.evaluate.inference.flat import FlatFact, rate_line
from cityrubric.evaluate.inference.rulebook import Pattern, ReadRule, Rulebook, is_variable
from cityrubric.evaluate.inference.vocabulary import LINES
from cityrubric.language import translate as _

MODULE = "durable_rules_engine"
CHILD = Path(__file__).with_name("durable_child.py")
SECONDS_PER_CITY = 20.0

_EXPONENT_BELOW = 1e-4  # where Python begins to write floats with one; the large ones are refused by the rule form
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_COMPARISONS = {(True, False): "$gte", (True, True): "$gt", (False, False): "$lte", (False, True): "$lt"}


class DurableError(CityrubricError):
    """The library failed, crashed or hung on one city; the text says how."""


class Definition(NamedTuple):
    """A rulebook as the child is given it.

    Attributes:
        rules: in the library's own form, by name.
        heads: what each asserts: the rule's id and kind, and where its variables are found.
    """

    rules: dict[str, Any]
    heads: dict[str, dict[str, Any]]


def is_installed() -> bool:
    """Tell whether the library is there; whether it works, only the child can say."""
    return importlib.util.find_spec(MODULE) is not None


def define_rules(rulebook: Rulebook) -> Definition:
    """Write a rulebook in the library's form."""
    definition = Definition({}, {})
    for read in rulebook.rules:
        for n, patterns in enumerate(read.alternatives):
            name = f"{read.rule.id}|{n}"
            places = _places(patterns)
            antecedents = [{f"m{i}": _antecedent(i, pattern, places, rulebook)} for i, pattern in enumerate(patterns)]
            definition.rules[name] = {"all": antecedents, "dist": 0}  # one fact may fulfil two patterns
            definition.heads[name] = _head(read, places, rulebook)
    return definition


def encode(fact: FlatFact) -> str:
    """Write a fact as the library reads it: numbers in plain notation, never with an exponent."""
    tiny = {
        name: value for name, value in fact.items() if isinstance(value, float) and 0 < abs(value) < _EXPONENT_BELOW
    }
    text = _ENCODER.encode({name: value for name, value in fact.items() if name not in tiny} if tiny else fact)
    for name, value in tiny.items():
        text = f'{text[:-1]}, "{name}": {Decimal(repr(value)):f}}}'
    return text


def _places(patterns: Iterable[Pattern]) -> dict[str, tuple[str, str]]:
    """Where each variable stands first: antecedent and property."""
    places: dict[str, tuple[str, str]] = {}
    for i, pattern in enumerate(patterns):
        for name, value in pattern.subject:
            if is_variable(value):
                places.setdefault(value[1:], (f"m{i}", name))
    return places


def _antecedent(number: int, pattern: Pattern, places: Mapping[str, tuple[str, str]], rulebook: Rulebook) -> Any:
    terms: list[Any] = [{"k": pattern.kind}]
    for name, value in pattern.subject:
        if not is_variable(value):
            terms.append({name: value})
        elif places[value[1:]][0] != f"m{number}":
            antecedent, other = places[value[1:]]
            terms.append({name: {antecedent: other}})
        elif not all(name in subject for subject in rulebook.kinds[pattern.kind].subjects):
            terms.append({"$ex": {name: 1}})
    terms += [_condition(pattern.kind, name, value) for name, value in pattern.conditions]
    return {"$and": terms} if len(terms) > 1 else terms[0]


def _condition(kind: str, name: str, value: str | float) -> Any:
    if name not in LINES:
        return {name: value}
    if kind == "rate":
        return {"line": rate_line(name, float(value))}
    line = LINES[name]
    return {_COMPARISONS[line.rising, line.strict]: {("low", "high")[line.end]: float(value)}}


def _head(read: ReadRule, places: Mapping[str, tuple[str, str]], rulebook: Rulebook) -> dict[str, Any]:
    """What a rule asserts, where its variables stand, and whether any other rule builds on it."""
    asked = [
        dict(p.subject)
        for other in rulebook.rules
        for patterns in other.alternatives
        for p in patterns
        if p.kind == "finding"
    ]
    own = {"rule": read.rule.id, "kind": read.rule.kind}
    builds = any(all(is_variable(words.get(name, "$")) or words[name] == own[name] for name in own) for words in asked)
    return {**own, "variables": [[name, *where] for name, where in places.items()], "builds": builds}


@define
class DurableProcess:
    """A child that holds one rulebook in the library, and is asked about one city after the other.

    Attributes:
        definition: the rulebook.
        seconds: how long a city may take.
    """

    definition: Definition
    seconds: float = SECONDS_PER_CITY
    _child: subprocess.Popen[str] | None = field(default=None, init=False)
    _reader: futures.ThreadPoolExecutor = field(factory=lambda: futures.ThreadPoolExecutor(1), init=False)

    def findings(self, facts: Iterable[FlatFact]) -> list[str]:
        """Return the ids of the findings that follow from the facts of one city.

        Raises:
            DurableError: if the library failed; the next city gets a new child.
        """
        answer = self._ask({"facts": [encode(fact) for fact in facts]})
        return [str(id_) for id_ in answer["findings"]]

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def start(self) -> None:
        """Start the child and hand it the rulebook.

        Raises:
            DurableError: if the library is not usable here; the text says why.
        """
        command = [sys.executable, "-I", str(CHILD)]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing, encoding="utf-8", text=True)
        self._exchange({"rules": self.definition.rules, "heads": self.definition.heads})

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        if self._child is None:
            self.start()
        return self._exchange(question)

    def _exchange(self, question: dict[str, Any]) -> dict[str, Any]:
        child = self._child
        assert child is not None
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(question, ensure_ascii=False) + "\n")
            child.stdin.flush()
            line = self._reader.submit(child.stdout.readline).result(self.seconds)
        except (OSError, futures.TimeoutError) as error:
            self.close()
            raise DurableError(_("no answer within {n} seconds").format(n=self.seconds)) from error
        if not line:
            code = child.wait()
            self.close()
            raise DurableError(_("the process ended with code {code}").format(code=code))
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            answer = {"error": line.strip()}
        if "error" in answer:
            self.close()
            raise DurableError(answer["error"])
        return answer
