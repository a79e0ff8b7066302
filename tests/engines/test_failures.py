"""Engines that fail, are missing or grow: a failure costs one city, which is run again, and all of it is told."""

from pathlib import Path

import pytest

from cityrubric.authoring.fictional import fictional_city
from cityrubric.errors import CityrubricError
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.inference import durable as durable_module
from cityrubric.evaluate.inference import engines
from cityrubric.evaluate.inference.durable import DurableError, DurableProcess, is_installed
from cityrubric.evaluate.inference.engines import PLAIN, CheckedEngine, DurableEngine, choose_engine
from cityrubric.evaluate.inference.flat import flat_facts
from cityrubric.evaluate.plan import plan_of
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_json
from cityrubric.telling.tell import assess
from differing import MIX, TINY, differences

pytestmark = pytest.mark.skipif(not is_installed(), reason="durable-rules is not installed")

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
