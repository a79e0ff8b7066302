"""Both engines draw the same, whatever the rules, the numbers and the company; what fails costs one city."""

import math
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.errors import CityrubricError, Faults
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.inference import durable as durable_module
from cityrubric.evaluate.inference import engines
from cityrubric.evaluate.inference.durable import DurableError, DurableProcess, is_installed
from cityrubric.evaluate.inference.engines import PLAIN, CheckedEngine, DurableEngine, choose_engine
from cityrubric.evaluate.inference.flat import flat_facts
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.intake.facts import read_city
from cityrubric.records import City, Claim, Observation
from cityrubric.rubric.conclusions import Rule
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.states import State
from cityrubric.telling.stored import to_json
from cityrubric.telling.tell import assess
from rulebooks import EDGES, OURS, rule_sets
from share import share_of

HERE = Path(__file__).parent
XINING = HERE.parent / "cities" / "xining"
TINY = load_ruleset(HERE / "tiny" / "ruleset", [HERE / "tiny" / "plugins"])
MIX = Mix(missing=0.25, inexact=0.2, disputed=0.1, strong=0.6)
FAR = [1e-300, 1e-5, -1e-5, 1e16, 1e300, float("inf"), -float("inf")]

pytestmark = pytest.mark.skipif(not is_installed(), reason="durable-rules is not installed")
drawn = settings(max_examples=150, suppress_health_check=list(HealthCheck))
seeds = st.lists(st.integers(0, 10**6), min_size=1, max_size=6)


def fail(told: str) -> None:
    raise AssertionError(told)


@pytest.fixture
def durable() -> Iterator[DurableEngine]:
    """The engine as it runs, except that a failure is not mended."""
    engine = DurableEngine(fail)
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def _dirty_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library reads without having written it is garbage."""
    monkeypatch.setenv("MALLOC_PERTURB_", "165")


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


def differences(cities: list[City], plan: Plan, engine: DurableEngine) -> list[str]:
    """Conclusions that only one of the engines draws."""
    block = make_block(cities, plan)
    plain, durable = (assess_block(block, plan, some).findings for some in (PLAIN, engine))
    return [
        f"{cities[c].name} {plan.rules.conclusions[n].id}" for n, c in zip(*np.nonzero(plain != durable), strict=True)
    ]


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


CHILD_THAT_FAILS = """
import importlib.util, os, sys, time
spec = importlib.util.spec_from_file_location("durable_child", {child!r})
child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
run = child.Session.run
def failing(self, facts):
    if self.name == "c2":
        {how}
    return run(self, facts)
child.Session.run = failing
child.main()
"""


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("os.abort()", "ended with code -6"),
        ("time.sleep(60)", "no answer within 1.0 seconds"),
        ("raise ValueError('wrong')", "wrong"),
        ("sys.stdout.write('not json' + chr(10)); sys.stdout.flush(); time.sleep(60)", "not json"),
    ],
    ids=["crash", "hang", "error", "noise"],
)
def test_a_failure_costs_one_city_which_is_run_again(
    how: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "child.py"
    script.write_text(CHILD_THAT_FAILS.format(child=str(durable_module.CHILD), how=how), encoding="utf-8")
    monkeypatch.setattr(durable_module, "CHILD", script)
    monkeypatch.setattr(engines, "DurableProcess", lambda definition: DurableProcess(definition, seconds=1.0))
    told: list[str] = []
    engine = DurableEngine(told.append)
    plan, cities = plan_of(TINY), [fictional_city(n, TINY, MIX) for n in range(3)]
    assert differences(cities, plan, engine) == []
    engine.close()
    assert len(told) == 1
    assert cities[1].name in told[0]
    assert says in told[0]


def test_cross_check_tells_every_difference() -> None:
    class Forgetful:
        def infer(self, block, outcomes, scores, signals, rules):
            found = PLAIN.infer(block, outcomes, scores, signals, rules).copy()
            found[0] = ~found[0]
            return found

        def close(self) -> None: ...

    plan, cities = plan_of(TINY), [fictional_city(n, TINY) for n in range(2)]
    with pytest.raises(CityrubricError, match=f"{cities[0].name} {plan.rules.conclusions[0].id}, {cities[1].name}"):
        assess_block(make_block(cities, plan), plan, CheckedEngine(Forgetful()))


def test_where_the_library_is_missing_the_run_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable_module, "MODULE", "no_such_module")
    told: list[str] = []
    assert choose_engine("auto", 1, told.append) is PLAIN
    assert told == ["durable-rules cannot be used here (it is not installed); the plain engine is used"]
    for asked in ({"name": "durable"}, {"name": "plain", "cross_check": True}):
        with pytest.raises(CityrubricError, match="it is not installed"):
            choose_engine(cities=1, say=told.append, **asked)


def test_a_broken_library_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found, but cannot be imported, as on a Python it was not built for."""
    script = tmp_path / "child.py"
    text = durable_module.CHILD.read_text(encoding="utf-8")
    script.write_text(text.replace("import durable_rules_engine as engine", "raise ImportError('undefined symbol')"))
    monkeypatch.setattr(durable_module, "CHILD", script)
    told: list[str] = []
    city = fictional_city(1, TINY)
    assert to_json(assess(city, TINY, choose_engine("auto", 1, told.append))) == to_json(assess(city, TINY))
    assert len(told) == 1
    assert "undefined symbol" in told[0]
    with pytest.raises(DurableError, match="undefined symbol"):
        assess(city, TINY, choose_engine("durable", 1, told.append))


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


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_stays_flat_over_five_thousand_cities(ruleset: Ruleset) -> None:
    plan = plan_of(ruleset)
    block = make_block([fictional_city(n, ruleset, MIX) for n in range(50)], plan)
    results = assess_block(block, plan)
    process = DurableProcess(plan.rules.definition)
    told = [flat_facts(block, n, results.outcomes, results.scores, plan.rules.flat) for n in range(50)]
    sizes = []
    for n in range(5000):
        process.findings(told[n % 50])
        if n % 1000 == 999:
            sizes.append(resident(process))
    process.close()
    assert sizes[-1] - sizes[0] < 2048, f"KiB after each thousand cities: {sizes}"


def resident(process: DurableProcess) -> int:
    """Memory of the child, in KiB."""
    assert process._child is not None
    text = Path(f"/proc/{process._child.pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0])
