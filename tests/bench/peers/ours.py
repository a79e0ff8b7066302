"""This package: the rubric as a rule set of its own, read like any other, evaluated in blocks; codes for everything."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from rubric import INDICATORS, RULES, Outcomes, Rubric

from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.block import CITIES_PER_BLOCK
from cityrubric.evaluate.columns import block_of
from cityrubric.evaluate.placing import Settled
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.records import City
from cityrubric.rubric.load import load_ruleset
from cityrubric.states import State

TINY = Path(__file__).parents[2] / "tiny"


def prepare(rubric: Rubric, values: np.ndarray) -> Callable[[], Outcomes]:
    plan = _plan(rubric)
    blocks = [
        _block(values[start : start + CITIES_PER_BLOCK], plan) for start in range(0, len(values), CITIES_PER_BLOCK)
    ]
    ids = [made.id for made in plan.rules.conclusions]
    weak, wise = ([ids.index(f"{kind}.{n:02}") for n in range(RULES)] for kind in "WR")

    def evaluate() -> Outcomes:
        told = [assess_block(block, plan) for block in blocks]
        findings = np.concatenate([results.findings for results in told], axis=1)
        return Outcomes(
            np.concatenate([results.outcomes.verdicts for results in told], axis=1).T,
            np.concatenate([results.scores.base[0] for results in told]),
            findings[weak].T,
            findings[wise].T,
        )

    return evaluate


def _block(values: np.ndarray, plan: Plan):
    cities = [City(str(n), "", "", 2021, date(2021, 12, 31)) for n in range(len(values))]
    column, number = np.nonzero(~np.isnan(values))
    fact = np.array([plan.layout.index[f"f.{n:02}"] for n in range(INDICATORS)])[number]
    known, none = values[column, number], np.zeros_like(column)
    bits = np.full(len(column), State.KNOWN.bit, dtype=np.uint16)
    return block_of(Settled(column, fact, none, none, bits, known, known), cities, plan)


def _plan(rubric: Rubric) -> Plan:
    """The rule set as files, its terms and texts those of the little one of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        rules, plugin = Path(folder) / "ruleset", Path(folder) / "plugins" / "peers"
        rules.mkdir()
        plugin.mkdir(parents=True)
        _write_plugin(plugin)
        _write_rules(rules, rubric)
        return plan_of(load_ruleset(rules, [plugin.parent]))


def _write_plugin(folder: Path) -> None:
    facts = [
        f'[facts."f.{n:02}"]\ntitle = "f{n}"\nkind = "number"\nunit = "个"\nrange = [0]\n' for n in range(INDICATORS)
    ]
    (folder / "catalogue.toml").write_text("\n".join(facts), encoding="utf-8")
    source = (TINY / "plugins" / "library" / "__init__.py").read_text(encoding="utf-8")
    source = source.replace("from .measures import books_per_reader, room_points\n", "")
    (folder / "__init__.py").write_text(source.replace("(books_per_reader, room_points)", "()"), encoding="utf-8")


def _write_rules(folder: Path, rubric: Rubric) -> None:
    head = (TINY / "ruleset" / "ruleset.toml").read_text(encoding="utf-8")
    head = head.replace('"library"', '"peers"').replace('consistency = "consistency.toml"\n', "")
    head = head.replace("points = 10", "points = 2").replace('key_items = ["S.1"]', "key_items = []")
    before, _mark, rest = head.partition('[[groups]]\nid = "V"')
    after = rest[rest.index("[pass]") :]
    bonus, domains = after.index("[bonus]"), after.index("[domains.method]")
    (folder / "ruleset.toml").write_text(before + after[:bonus] + after[domains:], encoding="utf-8")
    items = [
        f'[[indicators]]\nid = "S.{n:02}"\npoint = "S.a"\ntitle = "i{n}"\nprovenance = "documented: T1"\n'
        f'parts = [{{ operator = "bands", fact = "f.{n:02}", bands = [\n'
        f'  {{ at_least = {met}, verdict = "met", line = "documented: T1" }},\n'
        f'  {{ at_least = {partly}, verdict = "partly_met", line = "documented: T1" }},\n] }}]\n'
        for n, (partly, met) in enumerate(rubric.lines)
    ]
    points = '[[points]]\nid = "S.a"\ntitle = "a"\nprovenance = "documented: T1"\n\n'
    (folder / "service.toml").write_text(points + "\n".join(items), encoding="utf-8")
    weak = [
        _rule(
            f"W.{n:02}",
            "weakness",
            f'[{{ is = "outcome", indicator = "S.{one:02}", verdict = "not_met" }}, '
            f'{{ is = "outcome", indicator = "S.{other:02}", standing = "short" }}]',
        )
        for n, (one, other) in enumerate(rubric.weaknesses)
    ]
    wise = [
        _rule(
            f"R.{n:02}",
            "recommendation",
            f'[{{ is = "finding", rule = "W.{weakness:02}" }}, '
            f'{{ is = "outcome", indicator = "S.{item:02}", verdict = "not_met" }}]',
        )
        for n, (weakness, item) in enumerate(rubric.recommendations)
    ]
    (folder / "rules.toml").write_text("\n".join([*weak, *wise]), encoding="utf-8")


def _rule(id_: str, kind: str, body: str) -> str:
    more = (
        'severity = "moderate"\n'
        if kind == "weakness"
        else 'action = { departments = ["馆办"], effort = "中", days = 90 }\n'
    )
    return (
        f'[[rules]]\nid = "{id_}"\nkind = "{kind}"\ntitle = "{id_}"\nsays = "{id_}"\n{more}'
        f'about = ["S.00"]\nprovenance = "documented: T1"\nany_of = [{body}]\n'
    )
