"""Many cities at once, from tables or folders: the same as one city after the other, and every fault by its row."""

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
from cityrubric.errors import CityrubricError, Faults
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.records import Area, City, Claim, Period
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Speaker, State
from cityrubric.telling.stored import FILE_NAME, read_assessment, to_json
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


FACT = {"city": "甲", "key": "team.staff", "low": 5.0, "high": 5.0, "period": "2021", "source": "虚构材料"}
CITY = {"city": "甲", "name": "甲市", "province": "虚构省", "assessment_year": 2021, "reference_date": "2021-12-31"}
FAULTY = {
    "no such fact: 'team.stafff'; did you mean 'team.staff'?": {"key": "team.stafff"},
    "no such city in the table of cities: '乙'": {"city": "乙"},
    "'2021-3' is no year or span of years": {"period": "2021-3"},
    "the span '2021..2019' runs backwards": {"period": "2021..2019"},
    "state exactly one of: value, low and high, missing": {"value": "5"},
    "the source is missing": {"source": None},
    "the range '6..5' runs backwards": {"low": 6.0},
    "-1 is outside the possible range": {"low": -1.0, "high": -1.0},
    "not a number that can be used": {"low": float("nan")},
    "city 甲 has no area 'a'": {"area": "a"},
    "'nobody' is not known here": {"by": "nobody"},
    "not_supplied needs a request on file": {"low": None, "high": None, "missing": "not_supplied"},
    "'withheld' needs a `reason`": {"low": None, "high": None, "missing": "withheld"},
    "'批' is not a unit of this fact": {"unit": "批"},
    "an assessor's score needs `person` and `reason`": {"key": "SIGNED"},
    "is text where a number belongs": {"low": None, "high": None, "value": "many"},
    "holds a character that cannot be shown (U+001B); delete it": {"source": "\x1b[31m"},
    "a text of 100001 characters; the limit is 100000": {"source": "长" * 100_001},
    "a bare 0.5 may mean 50 % or 0.5 %": {"key": "status.evaluative_pass", "low": 0.5, "high": 0.5},
}


def read_one(rows: list[dict[str, object]], plan: Plan, folder: Path) -> None:
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(folder / "facts.parquet")
    pl.DataFrame([CITY]).write_parquet(folder / "cities.parquet")
    tables = read_tables(folder / "facts.parquet", folder / "cities.parquet", None, plan.layout)
    assess_tables(tables, plan, folder / "out", (), lambda done: None)


@pytest.mark.parametrize("says", FAULTY)
def test_a_faulty_row_is_told_by_its_number(says: str, ruleset: Ruleset, plan: Plan, tmp_path: Path) -> None:
    signed = next(spec.key for spec in ruleset.offers.catalogue.values() if spec.signed)
    bad = {name: signed if value == "SIGNED" else value for name, value in FAULTY[says].items()}
    columns = {"value": None, "unit": None, "area": None, "by": None, "missing": None}
    with pytest.raises(Faults) as caught:
        read_one([{**columns, **FACT}, {**columns, **FACT, "period": "2020", **bad}], plan, tmp_path)
    assert "row 3" in str(caught.value)
    assert says in str(caught.value)
    assert not [*(tmp_path / "out").iterdir()]


def test_a_good_row_is_no_fault(plan: Plan, tmp_path: Path) -> None:
    read_one([FACT], plan, tmp_path)
    assert pl.read_parquet(tmp_path / "out" / "cities.parquet").height == 1


def test_a_hundred_faults_are_told_and_all_are_counted(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(Faults) as caught:
        read_one([{**FACT, "key": "nothing"}] * 250, plan, tmp_path)
    assert "row 101: " in str(caught.value)
    assert "and 150 faults more" in str(caught.value)


def test_the_rows_of_a_city_must_stand_together(plan: Plan, tmp_path: Path) -> None:
    pl.DataFrame([FACT, {**FACT, "city": "乙"}, {**FACT, "period": "2020"}]).write_parquet(tmp_path / "facts.parquet")
    pl.DataFrame([CITY, {**CITY, "city": "乙"}]).write_parquet(tmp_path / "cities.parquet")
    tables = read_tables(tmp_path / "facts.parquet", tmp_path / "cities.parquet", None, plan.layout)
    with pytest.raises(Faults, match="row 4: the rows of a city must stand together; '甲' comes again"):
        assess_tables(tables, plan, tmp_path / "out", (), lambda done: None)


def test_a_city_without_facts_is_assessed(plan: Plan, tmp_path: Path) -> None:
    pl.DataFrame([FACT]).write_parquet(tmp_path / "facts.parquet")
    pl.DataFrame([{**CITY, "city": "乙"}, CITY]).write_parquet(tmp_path / "cities.parquet")
    tables = read_tables(tmp_path / "facts.parquet", tmp_path / "cities.parquet", None, plan.layout)
    assert assess_tables(tables, plan, tmp_path / "out", (), lambda done: None).count == 2


def test_unknown_and_missing_columns(plan: Plan, tmp_path: Path) -> None:
    pl.DataFrame([{"city": "甲", "kye": "team.staff"}]).write_parquet(tmp_path / "facts.parquet")
    pl.DataFrame([CITY]).write_parquet(tmp_path / "cities.parquet")
    with pytest.raises(Faults) as caught:
        read_tables(tmp_path / "facts.parquet", tmp_path / "cities.parquet", None, plan.layout)
    assert "no such column: 'kye'; did you mean 'key'?" in str(caught.value)
    assert "the column 'source' is missing" in str(caught.value)


FAULTY_CITIES: dict[str, list[dict[str, object]]] = {
    "row 2: 'con' can be no name of a file": [{"city": "con"}],
    "row 2: 'a/b' holds a character that no name of a file may have": [{"city": "a/b"}],
    "row 2: 'a.' ends with a dot or a space, which some systems drop": [{"city": "a."}],
    "row 3: 'XINING' stands there twice": [{"city": "Xining"}, {"city": "XINING"}],
    "row 2: holds a character that cannot be shown (U+202E); delete it": [{"name": "\u202e市"}],
    "row 2: '2021-02-30' is no day of the calendar": [{"reference_date": "2021-02-30"}],
    "the column 'name' holds no texts (List(String))": [{"name": ["市"]}],
}


@pytest.mark.parametrize("says", FAULTY_CITIES)
def test_a_city_that_cannot_be_is_told_by_its_row(says: str, plan: Plan, tmp_path: Path) -> None:
    pl.DataFrame([FACT]).write_parquet(tmp_path / "facts.parquet")
    rows = [{**CITY, **changed} for changed in FAULTY_CITIES[says]]
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(tmp_path / "cities.parquet")
    with pytest.raises(Faults) as caught:
        read_tables(tmp_path / "facts.parquet", tmp_path / "cities.parquet", None, plan.layout)
    assert says in str(caught.value)


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_table_that_ends_its_reader_is_refused(ending: str, plan: Plan, tmp_path: Path) -> None:
    """It is read elsewhere first; what ends that process ends nothing here."""
    for name, row in (("facts", FACT), ("cities", CITY)):
        frame = pl.DataFrame([row])
        frame.write_parquet(tmp_path / f"{name}.{ending}") if ending == "parquet" else frame.write_ipc(
            tmp_path / f"{name}.{ending}"
        )
    whole = (tmp_path / f"facts.{ending}").read_bytes()
    (tmp_path / f"facts.{ending}").write_bytes(whole[: len(whole) // 2] + whole[-12:])
    with pytest.raises(CityrubricError, match=f"facts.{ending} cannot be read: is damaged"):
        read_tables(tmp_path / f"facts.{ending}", tmp_path / f"cities.{ending}", None, plan.layout)


def test_a_folder_may_have_any_name_and_a_city_that_of_a_table(plan: Plan, tmp_path: Path) -> None:
    """Square brackets and stars are no patterns here; `outcomes` is a table, and may be a city."""
    folder = tmp_path / "结果 [1]"
    folder.mkdir()
    city = {**CITY, "city": "outcomes"}
    pl.DataFrame([{**FACT, "city": "outcomes"}]).write_ipc(folder / "facts.arrow")
    pl.DataFrame([city]).write_parquet(folder / "cities[2].parquet")
    tables = read_tables(folder / "facts.arrow", folder / "cities[2].parquet", None, plan.layout)
    assess_tables(tables, plan, folder / "out", ["outcomes"], lambda done: None)
    assert read_assessment(folder / "out" / "outcomes" / FILE_NAME).city.id == "outcomes"
    assert pl.read_parquet(folder / "out" / "cities.parquet", glob=False).height == 1


def test_what_is_no_number_is_told_and_not_repeated_as_it_is(plan: Plan, tmp_path: Path) -> None:
    """Whatever stands there: a terminal obeys some signs instead of showing them."""
    pl.DataFrame([FACT]).write_parquet(tmp_path / "facts.parquet")
    pl.DataFrame([{**CITY, "assessment_year": "\x1b[31m"}]).write_parquet(tmp_path / "cities.parquet")
    with pytest.raises(CityrubricError, match=r"cities.parquet cannot be read: .*'assessment_year'") as caught:
        read_tables(tmp_path / "facts.parquet", tmp_path / "cities.parquet", None, plan.layout)
    assert "\x1b" not in str(caught.value)


def test_rows_of_no_known_city_are_told_and_nothing_else(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(Faults, match="row 2: no such city in the table of cities: '乙'"):
        read_one([{**FACT, "city": "乙"}], plan, tmp_path)


def test_texts_count_in_nfc(plan: Plan, tmp_path: Path) -> None:
    """As in any other file: the same hash, however the accents were typed."""
    results = []
    for number, title in enumerate(("Caf\u00e9", "Cafe\u0301")):
        folder = tmp_path / str(number)
        folder.mkdir()
        pl.DataFrame([{**FACT, "source": title}]).write_parquet(folder / "facts.parquet")
        pl.DataFrame([CITY]).write_parquet(folder / "cities.parquet")
        tables = read_tables(folder / "facts.parquet", folder / "cities.parquet", None, plan.layout)
        assess_tables(tables, plan, folder / "out", ["甲"], lambda done: None)
        results.append((folder / "out" / "甲" / FILE_NAME).read_bytes())
    assert results[0] == results[1]
