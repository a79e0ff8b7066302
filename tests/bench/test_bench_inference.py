"""How long conclusions take: by either engine, with all rules of 2021 and with 720, for one city and for thousands."""

import pytest
from attrs import evolve
from pytest_benchmark.fixture import BenchmarkFixture

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.evaluate.assess import Results, assess_block
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.inference.durable import DurableProcess, is_installed
from cityrubric.evaluate.inference.flat import flat_facts
from cityrubric.evaluate.inference.plain import infer
from cityrubric.evaluate.inference.signals import read_signals
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.explain.explain import CONCLUSION, explain, reasons_for, record
from cityrubric.rubric.conclusions import Rule
from cityrubric.rubric.model import Ruleset

MIX = Mix(missing=0.15, inexact=0.1, disputed=0.02)


@pytest.fixture(scope="module")
def plan(ruleset: Ruleset) -> Plan:
    return plan_of(ruleset)


@pytest.fixture(scope="module")
def plan_720(ruleset: Ruleset) -> Plan:
    """The rules of 2021, copied under other ids until there are 720; recommendations build on their own copies."""
    named = {rule.id for rule in ruleset.rules}
    rules: list[Rule] = []
    copy = 0
    while len(rules) < 720:
        rules += [renamed(rule, copy, named) for rule in ruleset.rules]
        copy += 1
    return plan_of(evolve(ruleset, rules=tuple(rules[:720])))


def renamed(rule: Rule, copy: int, named: set[str]) -> Rule:
    bodies = [
        [{k: f"{v}.{copy}" if k == "rule" and v in named else v for k, v in pattern.items()} for pattern in body]
        for body in rule.any_of
    ]
    return evolve(rule, id=f"{rule.id}.{copy}", any_of=tuple(map(tuple, bodies)))


def city_block(count: int, ruleset: Ruleset, plan: Plan) -> tuple[Block, Results]:
    block = make_block([fictional_city(seed, ruleset, MIX) for seed in range(count)], plan)
    return block, assess_block(block, plan)


@pytest.mark.parametrize("rules", ["2021", "720"])
@pytest.mark.parametrize("count", [1, 3000])
def test_plain(
    count: int, rules: str, benchmark: BenchmarkFixture, ruleset: Ruleset, request: pytest.FixtureRequest
) -> None:
    """Conditions and conclusions, from outcomes, scores and facts in columns."""
    benchmark.group = f"conclusions of {count} cities"
    plan = request.getfixturevalue("plan" if rules == "2021" else "plan_720")
    block, results = city_block(count, ruleset, plan)

    def draw() -> int:
        signals = read_signals(block, results.outcomes, results.scores, plan.rules.signals)
        return infer(signals, plan.rules.plain).shape[1]

    assert benchmark(draw) == count


@pytest.mark.parametrize("count", [1, 3000])
def test_plain_chaining_alone(count: int, benchmark: BenchmarkFixture, ruleset: Ruleset, plan: Plan) -> None:
    """Conclusions from the truth of conditions."""
    benchmark.group = f"conclusions of {count} cities"
    _block, results = city_block(count, ruleset, plan)
    assert benchmark(infer, results.signals, plan.rules.plain).shape[1] == count


@pytest.mark.skipif(not is_installed(), reason="durable-rules is not installed")
@pytest.mark.parametrize("rules", ["2021", "720"])
def test_durable(rules: str, benchmark: BenchmarkFixture, ruleset: Ruleset, request: pytest.FixtureRequest) -> None:
    """The same by durable-rules in its child process: facts told, sent, chained, answered."""
    benchmark.group = "conclusions of 1 cities"
    plan = request.getfixturevalue("plan" if rules == "2021" else "plan_720")
    block, results = city_block(1, ruleset, plan)
    process = DurableProcess(plan.rules.definition)
    process.start()
    try:
        assert benchmark(
            lambda: process.findings(flat_facts(block, 0, results.outcomes, results.scores, plan.rules.flat))
        )
    finally:
        process.close()


@pytest.mark.parametrize("id_", ["A.08.33", "W.sampling_gap", CONCLUSION])
def test_explain(id_: str, benchmark: BenchmarkFixture, ruleset: Ruleset) -> None:
    """One result of a city that was read, with the changes that were tried out."""
    benchmark.group = "explanation"
    city = fictional_city(1, ruleset, MIX)
    assert benchmark(explain, city, ruleset, id_).tree


@pytest.mark.parametrize("id_", ["A.08.33", "W.sampling_gap", CONCLUSION])
def test_reasons(id_: str, benchmark: BenchmarkFixture, ruleset: Ruleset) -> None:
    """The tree alone, of a city that was assessed."""
    benchmark.group = "explanation"
    recorder = record(fictional_city(1, ruleset, MIX), ruleset)
    assert benchmark(reasons_for, id_, recorder).tree
