"""Random rules over whatever a rule set lets rules speak of: joins, chains, lines at the edges of numbers."""

from typing import Any

from hypothesis import strategies as st

from cityrubric.evaluate.inference.vocabulary import LINES, Kind, vocabulary
from cityrubric.rubric.conclusions import Rule
from cityrubric.rubric.model import Ruleset
from cityrubric.rubric.provenance import Provenance

PLUGIN = "library"
"""Whose facts are spoken of: an open subject ranges over few of them."""

OURS = Provenance(False, "")
EDGES = [0, 1, -1, 0.0001, -0.0001, 50, 99.999999999999, 100, 1 / 3, 12345.678901234567, 2**53 - 1, -(2**53 - 1)]

Pattern = dict[str, str | float]


@st.composite
def rule_sets(draw: st.DrawFn, ruleset: Ruleset, most: int = 8) -> tuple[Rule, ...]:
    """Draw premises, and rules that build on them and on each other, never in a circle."""
    kinds = vocabulary(ruleset)
    rules: list[Rule] = []
    premises = draw(st.integers(0, most // 2))
    for n in range(draw(st.integers(premises + 1, most))):
        names = [rule.id for rule in rules] if n >= premises else []
        bodies = draw(st.lists(alternatives(kinds, names), min_size=1, max_size=3))
        kind = "premise" if n < premises else "weakness"
        rules.append(Rule(f"{kind[0].upper()}.规.{n}", kind, "${title}", tuple(bodies), OURS, "rules.toml"))
    return tuple(rules)


@st.composite
def alternatives(draw: st.DrawFn, kinds: dict[str, Kind], names: list[str]) -> tuple[Pattern, ...]:
    """Draw one to four patterns; those that leave their subject open are joined on the same variable."""
    asked = draw(st.lists(st.sampled_from(_SOURCES), min_size=1, max_size=4))
    body: list[Pattern] = []
    for what in asked:
        if what == "finding" and not names:
            continue
        body.append(draw(_SHAPES[what](kinds, names)))
    return tuple(body) or ({"is": "outcome", "indicator": "$i", "standing": "open"},)


def _outcomes(kinds: dict[str, Kind], names: list[str]) -> st.SearchStrategy[Pattern]:
    ids = [subject["indicator"] for subject in kinds["outcome"].subjects]
    asked = {name: st.sampled_from(list(words)) for name, words in kinds["outcome"].conditions.items()}
    conditions = st.sampled_from(sorted(asked)).flatmap(lambda name: st.fixed_dictionaries({name: asked[name]}))
    return _pattern("outcome", "indicator", ids, conditions)


def _observations(kinds: dict[str, Kind], names: list[str]) -> st.SearchStrategy[Pattern]:
    """Of one indicator or of any, of one method or of the same as in other patterns."""
    ids = [subject["indicator"] for subject in kinds["observation"].subjects]
    words = kinds["observation"].conditions
    optional = {
        "kind": st.sampled_from(list(words["kind"])),
        "method": st.sampled_from(["$m", *words["method"]]),
    }
    return _pattern("observation", "indicator", ids, st.fixed_dictionaries({}, optional=optional))


def _facts(kinds: dict[str, Kind], names: list[str]) -> st.SearchStrategy[Pattern]:
    keys = [subject["key"] for subject in kinds["fact"].subjects if subject["plugin"] == PLUGIN]
    states = st.fixed_dictionaries({"state": st.sampled_from(list(kinds["fact"].conditions["state"]))})
    truths = st.fixed_dictionaries({"truth": st.sampled_from(["yes", "no"])})
    lines = st.tuples(st.sampled_from(sorted(LINES)), st.sampled_from(EDGES)).map(lambda line: dict([line]))
    asked = st.one_of(states, truths, lines).map(lambda conditions: {"plugin": PLUGIN, **conditions})
    return _pattern("fact", "key", keys, asked, variable="$key")


def _rates(kinds: dict[str, Kind], names: list[str]) -> st.SearchStrategy[Pattern]:
    scopes = [subject["scope"] for subject in kinds["rate"].subjects]
    values = st.sampled_from([0, 33.333, 50, 60, 60.001, 99.999, 100])
    lines = st.tuples(st.sampled_from(sorted(LINES)), values).map(lambda line: dict([line]))
    return _pattern("rate", "scope", scopes, lines, variable="$s")


def _findings(kinds: dict[str, Kind], names: list[str]) -> st.SearchStrategy[Pattern]:
    by_rule = st.fixed_dictionaries({"rule": st.sampled_from(names)}, optional={"i": st.just("$i")})
    by_kind = st.just({"kind": "premise", "rule": "$r"})
    asked = [by_rule, by_kind] if names[0].startswith("P") else [by_rule]
    return st.one_of(asked).map(lambda asked: {"is": "finding", **asked})


def _pattern(
    kind: str, name: str, subjects: list[str], conditions: st.SearchStrategy[Any], variable: str = "$i"
) -> st.SearchStrategy[Pattern]:
    some = st.sampled_from([variable, *subjects])
    return st.tuples(some, conditions).map(lambda drawn: {"is": kind, name: drawn[0], **drawn[1]})


_SHAPES = {
    "outcome": _outcomes,
    "observation": _observations,
    "fact": _facts,
    "rate": _rates,
    "finding": _findings,
}
_SOURCES = sorted(_SHAPES)
