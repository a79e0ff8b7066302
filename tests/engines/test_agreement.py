"""Both engines draw the same, whatever the rules, the numbers and the company."""

import math
import random

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.errors import Faults
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.inference.durable import is_installed
from cityrubric.evaluate.inference.engines import PLAIN, DurableEngine
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.records import City, Claim, Observation
from cityrubric.rubric.conclusions import Rule
from cityrubric.rubric.model import Ruleset
from cityrubric.states import State
from cityrubric.telling.stored import to_json
from cityrubric.telling.tell import assess
from differing import MIX, TINY, differences, fail
from rulebooks import EDGES, OURS, rule_sets
from share import share_of

XINING = shipped("cities") / "xining"
FAR = [1e-300, 1e-5, -1e-5, 1e16, 1e300, float("inf"), -float("inf")]

pytestmark = pytest.mark.skipif(not is_installed(), reason="durable-rules is not installed")
drawn = settings(max_examples=150, suppress_health_check=list(HealthCheck))
seeds = st.lists(st.integers(0, 10**6), min_size=1, max_size=6)


def strange(city: City, dice: random.Random) -> City:
    """Put figures at the edges of what rules and numbers can say, open some, and say some observations twice."""
    claims = [
        moved(claim, dice.choice([*EDGES, *FAR])) if claim.state is State.KNOWN and dice.random() < 0.3 else claim
        for claim in city.claims
    ]
    twice = [evolve(one, id=f"{one.id}-again") for one in city.observations[:1]]
    return evolve(city, claims=tuple(claims), observations=(*city.observations, *twice))


def moved(claim: Claim, value: float) -> Claim:
    """The claim with another value; an infinite one opens it on that side."""
    if math.isfinite(value):
        return evolve(claim, low=value, high=value)
    return evolve(claim, low=min(claim.low, value), high=max(claim.high, value))


def plan_or_none(ruleset: Ruleset) -> Plan | None:
    """A drawn rule may leave too much open; that is refused, not tried."""
    try:
        return plan_of(ruleset)
    except Faults as faults:
        if not all("ways" in fault.says for fault in faults.faults):
            raise
        return None


@drawn
@given(rules=rule_sets(TINY), numbers=seeds)
def test_random_rules_on_several_cities_of_one_child(rules: tuple, numbers: list[int]) -> None:
    plan, engine = plan_or_none(evolve(TINY, rules=rules)), DurableEngine(fail)
    assume(plan)
    try:
        cities = [strange(fictional_city(n, TINY, MIX), random.Random(n)) for n in numbers]
        assert differences(cities, plan, engine) == []
    finally:
        engine.close()


def pattern(kind: str, /, **asked: str | float) -> dict[str, str | float]:
    return {"is": kind, **asked}


def with_rules(*bodies: list[dict[str, str | float]], ruleset: Ruleset = TINY) -> Plan:
    """One rule; each body is an alternative."""
    return plan_of(
        evolve(ruleset, rules=(Rule("W.one", "weakness", "${title}", tuple(map(tuple, bodies)), OURS, "r"),))
    )


def library(ruleset: Ruleset = TINY, **values: float) -> City:
    """A city of which only these facts of the library are stated."""
    city = fictional_city(1, ruleset)
    claims = [claim for claim in city.claims if claim.key.partition(".")[2] in values]
    claims = [moved(one, values[one.key.partition(".")[2]]) for one in claims]
    return evolve(city, claims=tuple(claims), observations=(), clearances=())


READERS = "library.readers"
SHORT = pattern("outcome", indicator="$i", standing="short")
SEEN = pattern("observation", indicator="$i")
TRAPS = {
    "a number that JSON writes with an exponent": ([[pattern("fact", key=READERS, below=0.0001)]], {"readers": 1e-5}),
    "a number beyond whole floats": ([[pattern("fact", key=READERS, above=2.0**53 - 1)]], {"readers": 1e16}),
    "an open end": ([[pattern("fact", key=READERS, may_be_above=1e9)]], {"readers": float("inf")}),
    "an end open below": ([[pattern("fact", key=READERS, may_be_below=-1e9)]], {"readers": float("-inf")}),
    "two alternatives that both hold fire once": (
        [[pattern("fact", key=READERS, above=1)], [pattern("fact", key=READERS, above=2)]],
        {"readers": 3},
    ),
    "one fact fulfils two patterns": (
        [[pattern("fact", key=READERS, above=1), pattern("fact", key=READERS, state="known")]],
        {"readers": 3},
    ),
    "nothing matches at all": ([[pattern("fact", key=READERS, above=1)]], {}),
    "five and five point nought": ([[pattern("fact", key=READERS, at_least=5)]], {"readers": 5.0}),
    "a whole number beside a line that is none": ([[pattern("fact", key=READERS, below=5.5)]], {"readers": 5}),
}


@pytest.mark.parametrize(("bodies", "values"), TRAPS.values(), ids=TRAPS)
def test_trap(bodies: list, values: dict, durable: DurableEngine) -> None:
    plan = with_rules(*bodies)
    assert differences([library(**values), library(), library(**values)], plan, durable) == []
    found = assess_block(make_block([library(**values)], plan), plan, durable).findings
    assert found.any() == bool(values)


def test_the_same_said_twice_and_joined_text(durable: DurableEngine) -> None:
    """Equal facts are told once; Chinese text with quotes and spaces is joined as it stands."""
    seen = Observation("O1", "weakness", "查阅", ("S.1",), "minor", '引号"和 空格')
    city = evolve(
        fictional_city(3, TINY), observations=(seen, evolve(seen, id="O2"), evolve(seen, id="O3", kind="advice"))
    )
    plan = with_rules([SEEN, pattern("observation", indicator="$i", method="$m", kind="advice")], [SHORT, SEEN])
    assert differences([city, evolve(city, observations=())], plan, durable) == []
    assert assess_block(make_block([city], plan), plan, durable).findings.any()


def test_lines_for_rates_that_differ_by_a_thousandth(durable: DurableEngine) -> None:
    bodies = [[pattern("rate", scope="S", at_least=line)] for line in (59.999, 60, 60.001)]
    for body in bodies:
        assert differences([fictional_city(n, TINY, MIX) for n in range(8)], with_rules(body), durable) == []


def test_bytes_do_not_depend_on_engine_or_order_of_facts_and_rules(ruleset: Ruleset, durable: DurableEngine) -> None:
    city, dice = read_city(XINING, ruleset), random.Random(7)
    expected = to_json(assess(city, ruleset))
    assert to_json(assess(city, ruleset, durable)) == expected
    for _ in range(3):
        claims, rules = list(city.claims), list(ruleset.rules)
        dice.shuffle(claims)
        dice.shuffle(rules)
        shuffled = evolve(ruleset, rules=tuple(rules))
        for engine in (PLAIN, durable):
            assert to_json(assess(evolve(city, claims=tuple(claims)), shuffled, engine)) == expected


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_twenty_thousand_random_cities(part: int, ruleset: Ruleset, durable: DurableEngine) -> None:
    plan, size = plan_of(ruleset), share_of(500)
    for start in range(part * 2000, part * 2000 + share_of(2000), size):
        dice = random.Random(start)
        mix = Mix(*(dice.choice([0, 0.1, 0.4]) for _ in range(3)), strong=dice.choice([0.3, 0.6, 0.9]))
        assert differences([fictional_city(n, ruleset, mix) for n in range(start, start + size)], plan, durable) == []


@pytest.mark.slow
@settings(drawn, max_examples=share_of(1500))
@given(rules=rule_sets(TINY), numbers=seeds)
def test_many_random_rules(rules: tuple, numbers: list[int]) -> None:
    test_random_rules_on_several_cities_of_one_child.hypothesis.inner_test(rules, numbers)
