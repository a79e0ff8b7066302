"""Tables of many cities: every fault is told by its row, and a table may stand and be called as it likes."""

from pathlib import Path

import polars as pl
import pytest

from cityrubric.bulk.run import assess_tables
from cityrubric.bulk.tables import read_tables
from cityrubric.errors import CityrubricError, Faults
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import FILE_NAME, read_assessment

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


@pytest.fixture(scope="module")
def plan(ruleset: Ruleset) -> Plan:
    return plan_of(ruleset)


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
    assert not (tmp_path / "out").exists()


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
