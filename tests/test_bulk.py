"""Many cities at once, from tables or folders: the same as one city after the other."""

import random
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.bulk.results import frames_of
from cityrubric.bulk.run import assess_lots, assess_tables
from cityrubric.bulk.settle import block_of_rows, city_of_rows
from cityrubric.bulk.tables import FactTables, Lot, read_tables
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.records import Area, City, Claim, Period
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Speaker, State
from cityrubric.telling.stored import FILE_NAME, to_json
from cityrubric.telling.tell import assess
from tables import write_tables

MIX = Mix(missing=0.2, inexact=0.2, disputed=0.1)
_STATES = [State.KNOWN] * 5 + [State.NOT_COLLECTED, State.NOT_INSPECTED, State.NOT_OCCURRING]
_PERIODS = [Period(2021, 2021)] * 3 + [Period(2020, 2020), Period(2018, 2018), Period(2019, 2021), Period(2020, 2021)]


@pytest.fixture(scope="module")
def plan(ruleset: Ruleset) -> Plan:
    return plan_of(ruleset)


def entangled_city(seed: int, ruleset: Ruleset) -> City:
    """A city of which several people say several things, of years, spans and areas, in any order."""
    chance = random.Random(seed)
    areas = tuple(Area(f"a{n}", f"虚构区{n}", "区") for n in range(chance.choice([0, 2, 3])))
    claims = []
    numbers = [spec for spec in ruleset.offers.catalogue.values() if spec.kind == "number" and not spec.signed]
    for spec in chance.sample(numbers, 40):
        for _claim in range(chance.choice([1, 1, 2, 4])):
            state = chance.choice(_STATES)
            low = max(spec.low, 2.0) + chance.choice([0, 1, 2.5])
            ends = (low, low + chance.choice([0, 0, 1.5])) if state is State.KNOWN else (spec.low, spec.high)
            area = chance.choice([None, *areas]) if areas and (spec.rollup or spec.ratio) else None
            claims.append(
                Claim(
                    spec.key,
                    state,
                    *(min(end, spec.high) for end in ends),
                    period=None if spec.period == "none" or chance.random() < 0.1 else chance.choice(_PERIODS),
                    area=area.id if area else None,
                    speaker=chance.choice([*Speaker]),
                    source="虚构材料",
                )
            )
    return City(f"entangled-{seed}", "虚构市", "虚构省", 2021, date(2021, 12, 31), areas=areas, claims=tuple(claims))


@pytest.fixture(scope="module")
def cities(ruleset: Ruleset) -> list[City]:
    real = [read_city(folder, ruleset) for folder in sorted(shipped("cities").iterdir()) if folder.is_dir()]
    fictional = [fictional_city(seed, ruleset, MIX) for seed in range(40)]
    return [*real, *fictional, *(entangled_city(seed, ruleset) for seed in range(60))]


@pytest.fixture(scope="module")
def tables(cities: list[City], ruleset: Ruleset, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> FactTables:
    paths = write_tables([_sayable(city) for city in cities], ruleset, tmp_path_factory.mktemp("tables"))
    return read_tables(paths["facts"], paths["cities"], paths["areas"], plan.layout)


def _sayable(city: City) -> City:
    return evolve(city, claims=tuple(c for c in city.claims if c.state is not State.NOT_SUPPLIED))


def lots_of(tables: FactTables) -> list[Lot]:
    fresh = FactTables(tables.facts, tables.cities, tables.layout, tables.faults)
    lots = [*fresh.lots()]
    tables.faults.check()
    return lots


def whole_cities(lots: list[Lot], plan: Plan) -> list[City]:
    return [city_of_rows(lot.rows, n, city, plan) for lot in lots if lot.rows for n, city in enumerate(lot.cities)]


def told(block_cities: list[City], ruleset: Ruleset) -> list[Assessment]:
    return [assess(city, ruleset) for city in block_cities]


def test_columns_from_a_table_are_those_of_records(tables: FactTables, plan: Plan) -> None:
    for lot in lots_of(tables):
        assert lot.rows is not None
        one, other = block_of_rows(lot.rows, lot.cities, plan), make_block(whole_cities([lot], plan), plan)
        assert np.array_equal(one.ends, other.ends)
        assert np.array_equal(one.bits, other.bits)


def test_records_from_a_table_are_those_of_the_cities(tables: FactTables, cities: list[City], plan: Plan) -> None:
    """Nothing that bears on a result is lost or changed on the way through the table."""
    originals = {city.id: _sayable(city) for city in cities}
    for city in whole_cities(lots_of(tables), plan):
        before, after = (make_block([one], plan) for one in (originals[city.id], city))
        assert np.array_equal(before.ends, after.ends), city.id
        assert np.array_equal(before.bits, after.bits), city.id


def test_results_are_those_of_one_city_after_the_other(
    tables: FactTables, ruleset: Ruleset, plan: Plan, tmp_path: Path
) -> None:
    whole = whole_cities(lots_of(tables), plan)
    fresh = FactTables(tables.facts, tables.cities, tables.layout, tables.faults)
    assess_tables(fresh, plan, tmp_path, [city.id for city in whole], lambda done: None)
    _check_frames(tmp_path, told(whole, ruleset))


def test_folders_give_the_same(cities: list[City], ruleset: Ruleset, plan: Plan, tmp_path: Path) -> None:
    lots = [cities[:30], cities[30:31], cities[31:]]
    assess_lots(lots, plan, tmp_path, [city.id for city in cities], lambda done: None)
    _check_frames(tmp_path, told(cities, ruleset))


def test_points_of_the_largest_rubric_fit(cities: list[City], plan: Plan) -> None:
    block = make_block(cities[:1], plan)
    results = assess_block(block, plan)
    most = len(plan.ruleset.indicators) * 100_000 * 1000  # the schema's limit for one indicator
    scores = evolve(results.scores, base=results.scores.base * 0 + most, groups=results.scores.groups * 0 + most)
    (row,) = frames_of(block.cities, evolve(results, scores=scores), plan).cities.to_dicts()
    assert {value for name, value in row.items() if isinstance(value, int)} == {most}


def _check_frames(folder: Path, wanted: list[Assessment]) -> None:
    """Verdicts, points and findings of the tables, and every byte of the whole assessments."""
    names = ("cities", "outcomes", "rule_findings")
    summary, outcomes, findings = (pl.read_parquet(folder / f"{name}.parquet") for name in names)
    assert not [*folder.glob(".unfinished*")]
    for one in wanted:
        id_ = one.city.id
        assert (folder / id_ / FILE_NAME).read_text(encoding="utf-8") == to_json(one)
        (row,) = summary.filter(pl.col("city") == id_).to_dicts()
        assert row["conclusion"] == one.conclusion.verdict
        assert [row["least"] / 1000, row["most"] / 1000] == [*one.scores.total]
        rows = outcomes.filter(pl.col("city") == id_).select("indicator", "verdict", "least", "most").rows()
        points = [[round(end * 1000) if o.max_score else None for end in o.score] for o in one.outcomes]
        assert rows == [(o.id, o.verdict, *ends) for o, ends in zip(one.outcomes, points, strict=True)]
        ids = set(findings.filter(pl.col("city") == id_)["finding"].to_list())
        assert ids == {f.id for f in one.findings if f.kind != "inconsistency"}
    vetoes = {group.id for group in wanted[0].scores.groups if not group.max_score}
    assert vetoes
    for name in summary.columns[3:-1]:
        assert summary[name].is_null().all() == (name.partition(".")[0] in vetoes)
    assert any(f.kind == "inconsistency" for one in wanted for f in one.findings)  # which the table is to leave out
