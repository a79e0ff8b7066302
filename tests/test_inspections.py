"""Inspections: what sheets say of points becomes claims, exactly; every faulty row is named and nothing is lost."""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars
import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cityrubric.assessment import Assessment
from cityrubric.authoring.visits import Visits, fictional_visits
from cityrubric.cli.generate import generate_cities
from cityrubric.documents import check_document
from cityrubric.errors import FaultLog, Faults
from cityrubric.fieldwork.inspections import runs
from cityrubric.fieldwork.wilson import wilson
from cityrubric.inspected import FactRate
from cityrubric.intake.facts import read_city
from cityrubric.records import City, Claim
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Speaker
from cityrubric.telling.stored import read_assessment, store, to_json
from cityrubric.telling.tell import assess

CITY = """
schema_version = 1
name = "虚构市"
province = "虚构省"
assessment_year = 2021
reference_date = 2021-12-31

[areas]
east = { name = "东区", kind = "district" }
west = { name = "西县", kind = "county" }
"""
Row = dict[str, str]
BROKEN = tomli.loads((Path(__file__).parent / "broken" / "inspections.toml").read_text(encoding="utf-8"))["broken"]
SAME = {"mode": "明查", "district": "东区", "time": "2021-11-03 10:00", "inspector": "甲", "second": "乙"}


def rows_of(type_: str, point: str, ruleset: Ruleset, **changes: Row) -> list[Row]:
    """All rows of a point passed, but for changes by the last part of the row's id, such as r2."""
    assert ruleset.inspections is not None
    sheet = next(sheet for sheet in ruleset.inspections.sheets if sheet.type == type_)
    mode = next(iter(changes.values()), {}).get("mode", sheet.modes[0])
    base = [
        {**SAME, "mode": mode, "point": point, "type": type_, "row": row.id, "result": "符合"}
        for row in sheet.asked(mode)
    ]
    return [{**row, **changes.get("r" + row["row"].partition(".")[2].replace(".", "_"), {})} for row in base]


def folder_of(tmp_path: Path, tables: dict[str, list[Row]], ruleset: Ruleset, mapping: str = "") -> Path:
    assert ruleset.inspections is not None
    columns = ruleset.inspections.columns
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "city.toml").write_text(CITY, encoding="utf-8")
    if mapping:
        (tmp_path / "inspections.toml").write_text("schema_version = 1\n" + mapping, encoding="utf-8")
    for name, rows in tables.items():
        cells = [[*columns.values()], *([row.get(column, "") for column in columns] for row in rows)]
        write(tmp_path / name, cells)
    return tmp_path


def write(path: Path, cells: list[list[str]]) -> None:
    if path.suffix == ".parquet":
        polars.DataFrame(cells[1:], schema=cells[0], orient="row").write_parquet(path)
    elif path.suffix == ".xlsx":
        workbook = Workbook()
        for row in cells:
            workbook.active.append(row)
        workbook.save(path)
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(cells)


def read(folder: Path, ruleset: Ruleset) -> City:
    return read_city(folder, ruleset)


def one(city: City, key: str) -> Claim:
    (claim,) = [claim for claim in city.claims if claim.key == key]
    return claim


def fact(city: City, key: str) -> FactRate:
    assert city.inspections is not None
    return next(rate for rate in city.inspections.facts if rate.key == key)


def faults(folder: Path, ruleset: Ruleset) -> list[str]:
    with pytest.raises(Faults) as raised:
        read_city(folder, ruleset)
    return [f"{fault.path}: {fault.says}" for fault in raised.value.faults]


FAIL = {"result": "不符合"}
FOUND = {**FAIL, "photos": "1.jpg", "confirmed": "是"}


def test_every_sheet_fact_is_fed_by_the_sheet_of_its_type_and_nothing_made_up_looks_official(ruleset: Ruleset) -> None:
    assert ruleset.inspections is not None
    sheets = {sheet.type: sheet for sheet in ruleset.inspections.sheets}
    assert sorted(sheets) == sorted(ruleset.domains["type"])
    fed = {key: type_ for type_, sheet in sheets.items() for row in sheet.rows for key in row.feeds}
    read_by_sheets = {
        key for i in ruleset.indicators for part in i.parts if part.operator == "sheet" for key in part.facts
    }
    assert read_by_sheets <= fed.keys()
    assert {type_ for type_, sheet in sheets.items() if sheet.provenance.documented} == {"Y25"}
    assert sheets["Y25"].modes == ("暗访",)  # only the covert one was published
    for sheet in sheets.values():
        for row in sheet.rows:
            own = [row.provenance, row.points_provenance, *([row.each_provenance] if row.each_provenance else [])]
            assert all(one.documented == (sheet.type == "Y25") for one in own), row.id


def test_a_claim_is_the_mean_of_the_points_and_says_whose_it_is(tmp_path: Path, ruleset: Ruleset) -> None:
    exempt = {"result": "合理缺项", "approver": "省级评审组", "note": "无此环节"}
    rows = [
        *rows_of("Y17", "P1", ruleset, r1=FAIL, r2={**FAIL, "earned": "0.25"}),  # 4.25 of 6
        *rows_of("Y17", "P2", ruleset, r4=exempt),  # 5 of 5
        *rows_of("Y17", "P3", ruleset, **{f"r{n}": exempt for n in range(1, 7)}),  # no score
    ]
    city = read(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
    claim = one(city, "sheet.C2066.Y17")
    expected = (Fraction(17, 24) + 1) / 2
    assert (claim.low, claim.high) == (float(expected * 100),) * 2
    assert (claim.speaker, str(claim.period), claim.source, claim.note) == (Speaker.VERIFIED, "2021", "inspections", "")
    assert fact(city, "sheet.C2066.Y17").points == 2
    assert city.inspections is not None
    (score,) = city.inspections.types
    assert (score.points, score.scored, score.score) == (3, 2, (float(expected * 100),) * 2)
    (source,) = city.sources
    assert city.inspections.tables[0].sha256 in source.title


def test_only_exceptions_mean_that_the_type_does_not_occur(tmp_path: Path, ruleset: Ruleset) -> None:
    exempt = {"result": "合理缺项", "approver": "省级评审组", "note": "停业"}
    rows = rows_of("Y17", "P1", ruleset, **{f"r{n}": exempt for n in range(1, 7)})
    assessment = assess(read(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset), ruleset)
    assert outcome(assessment, "C.20.66") == ("not_applicable", (0.0, 0.0))


def test_what_was_not_inspected_stays_open(tmp_path: Path, ruleset: Ruleset) -> None:
    unseen = {"result": "未检查", "note": "停电"}
    some = read(
        folder_of(tmp_path / "a", {"inspections.csv": rows_of("Y17", "P1", ruleset, r1=unseen)}, ruleset), ruleset
    )
    claim = one(some, "sheet.C2066.Y17")
    assert (claim.low, claim.high) == (float(Fraction(500, 6)), 100.0)
    all_rows = rows_of("Y17", "P1", ruleset, **{f"r{n}": unseen for n in range(1, 7)})
    nothing = read(folder_of(tmp_path / "b", {"inspections.csv": all_rows}, ruleset), ruleset)
    assert outcome(assess(nothing, ruleset), "C.20.66")[0] == "not_assessed"


def outcome(assessment: Assessment, id_: str) -> tuple[str, tuple[float, float]]:
    return next((one.verdict, one.score) for one in assessment.outcomes if one.id == id_)


def test_the_published_sheet(tmp_path: Path, ruleset: Ruleset) -> None:
    """Item 39 loses half a point per occurrence from what its other rows earn; 65 starts from three points."""
    rows = [
        *rows_of("Y25", "S1", ruleset, r39_1={**FAIL, "earned": "1"}, r39_4={**FOUND, "occurrence": "O1"}),
        *rows_of("Y25", "S2", ruleset, r65_2={**FOUND, "occurrence": "O2"}),
    ]
    rows.append({**rows[-2], "occurrence": "O3"})
    city = read(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
    assert one(city, "publicity.law_duty").low == 75.0
    assert one(city, "publicity.week").low == 1.0
    assert one(city, "publicity.occurrences").low == 1.0
    assert (one(city, "school.unlicensed").low, one(city, "school.stalls_nearby").low) == (2.0, 0.0)
    assert city.inspections is not None
    (score,) = city.inspections.types
    assert score.score == ((float((Fraction(85, 100) + Fraction(9, 10)) / 2 * 100),) * 2)
    assert (score.occurrences, score.per_point, score.lost, score.lost_per_point) == (3, 1.5, 1.5, 0.75)


@pytest.mark.parametrize(("rule", "costs"), [("once", ("Y25.65.1",)), ("each", ("Y25.65.1", "Y25.65.2"))])
def test_one_occurrence_under_two_rows_costs_once_or_in_each(
    rule: str, costs: tuple[str, ...], tmp_path: Path, ruleset: Ruleset
) -> None:
    from attrs import evolve

    assert ruleset.inspections is not None
    ruleset = evolve(ruleset, inspections=evolve(ruleset.inspections, once=rule == "once"))
    found = {**FOUND, "occurrence": "O1"}
    rows = rows_of("Y25", "S1", ruleset, r65_1=found, r65_2=found)
    city = read(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
    assert city.inspections is not None
    (occurrence,) = city.inspections.occurrences
    assert (occurrence.rows, occurrence.costs) == (("Y25.65.1", "Y25.65.2"), costs)
    assert one(city, "school.stalls_nearby").low + one(city, "school.unlicensed").low == len(costs)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_the_kind_of_file_and_the_order_of_rows_change_no_claim(ending: str, tmp_path: Path, ruleset: Ruleset) -> None:
    rows = visited(3, 900, ruleset)
    turned = [rows[0], *random.Random(1).sample(rows[1:], len(rows) - 1)]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for folder, cells, name in (("a", rows, "inspections.csv"), ("b", turned, f"inspections.{ending}")):
        (tmp_path / folder / "city.toml").write_text(CITY, encoding="utf-8")
        write(tmp_path / folder / name, cells)
    one_, other = (read(tmp_path / folder, ruleset) for folder in ("a", "b"))
    assert one_.claims == other.claims
    assert one_.inspections is not None
    assert other.inspections is not None
    assert (one_.inspections.rows, one_.inspections.types) == (other.inspections.rows, other.inspections.types)


def test_a_folder_may_be_called_like_a_pattern(tmp_path: Path, ruleset: Ruleset) -> None:
    rows = rows_of("Y01", "S1", ruleset)
    folder = folder_of(tmp_path / "西宁[1]", {"inspections.parquet": rows}, ruleset)
    assert read(folder, ruleset).inspections is not None


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "half of it": lambda whole: whole[: len(whole) // 2],
    "its end alone": lambda whole: whole[-200:],
    "nothing": lambda _whole: b"",
    "a page of it": lambda whole: whole[:40] + bytes(200) + whole[240:],
}


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_table_is_refused_before_it_is_read_here(how: str, tmp_path: Path, ruleset: Ruleset) -> None:
    folder = folder_of(tmp_path, {"inspections.parquet": rows_of("Y01", "S1", ruleset)}, ruleset)
    file = folder / "inspections.parquet"
    file.write_bytes(DAMAGED[how](file.read_bytes()))
    with pytest.raises(Faults, match=r"cannot be read: is damaged, or no Parquet file"):
        read(folder, ruleset)


def test_a_column_of_lists_holds_no_texts(tmp_path: Path, ruleset: Ruleset) -> None:
    folder = folder_of(tmp_path, {"inspections.parquet": rows_of("Y01", "S1", ruleset)}, ruleset)
    file = folder / "inspections.parquet"
    frame = polars.read_parquet(file, glob=False)
    frame.with_columns(polars.col("点位").implode().over("点位", mapping_strategy="join")).write_parquet(file)
    with pytest.raises(Faults, match=r"the column '点位' holds no texts \(List"):
        read(folder, ruleset)


def visited(seed: int, count: int, ruleset: Ruleset) -> list[list[str]]:
    visits = Visits(seed, count, ("东区", "西县"), date(2021, 12, 30))
    return [[*row] for row in fictional_visits(visits, ruleset)]


@pytest.mark.parametrize("seed", range(3))
def test_sums_are_what_counting_by_hand_gives(seed: int, tmp_path: Path, ruleset: Ruleset) -> None:
    (tmp_path / "city.toml").write_text(CITY, encoding="utf-8")
    cells = visited(seed, 1500, ruleset)
    write(tmp_path / "inspections.csv", cells)
    city = read(tmp_path, ruleset)
    rates, counts = by_hand(cells, ruleset)
    for key, points in rates.items():
        assert one(city, key).low == one(city, key).high == float(sum(points, Fraction()) / len(points) * 100), key
        assert fact(city, key).points == len(points)
    for key, count in counts.items():
        assert one(city, key).low == count, key


@given(seed=st.integers(0, 99), piece=st.integers(1, 60), turned=st.booleans(), data=st.data())
@settings(max_examples=25)
def test_lines_taken_together_are_told_like_lines_taken_one_by_one(
    seed: int, piece: int, turned: bool, data: st.DataObject, ruleset: Ruleset
) -> None:
    """Whatever is changed in whichever line, in whatever order they stand."""
    head, *rows = visited(seed, 60, ruleset)
    if turned:
        rows = data.draw(st.permutations(rows))
    for _n in range(data.draw(st.integers(0, 2))):
        line, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(head) - 1))
        other = rows[data.draw(st.integers(0, len(rows) - 1))][column]
        word = data.draw(st.sampled_from(["", "合理缺项", "未检查", "明查", "暗访", "1", "2021-02-30", other]))
        rows[line] = [*rows[line][:column], word, *rows[line][column + 1 :]]
    told = []
    for size in (500_000, piece, 1):
        with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(runs, "_PIECE", size)
            if size == 1:  # nothing follows anything: each line is a run of its own
                patch.setattr(runs, "_begins", lambda _columns: polars.repeat(True, polars.len()))
            (Path(folder) / "city.toml").write_text(CITY, encoding="utf-8")
            write(Path(folder) / "inspections.csv", [head, *rows])
            try:
                city = read(Path(folder), ruleset)
                told.append(repr((city.claims, city.inspections)))
            except Faults as error:
                told.append(str(error).replace(folder, ""))
    assert told[0] == told[1] == told[2]


def by_hand(cells: list[list[str]], ruleset: Ruleset) -> tuple[dict[str, list[Fraction]], dict[str, int]]:
    """Rates of each point by fact, and occurrences by fact, without any of the product's sums."""
    assert ruleset.inspections is not None
    names = list(ruleset.inspections.columns)
    rows = {row.id: row for sheet in ruleset.inspections.sheets for row in sheet.rows}
    earned: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    most: dict[tuple[str, str], int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    for line in cells[1:]:
        cell = dict(zip(names, line, strict=True))
        row = rows[cell["row"]]
        for key in row.feeds:
            if ruleset.offers.catalogue[key].unit != "%":
                counts[key] += bool(cell["occurrence"])
            elif cell["result"] != "合理缺项":
                got = Fraction(row.points) if cell["result"] == "符合" else Fraction(cell["earned"] or "0") * 1000
                earned[key, cell["point"]] += got
                most[key, cell["point"]] += row.points
    rates: dict[str, list[Fraction]] = defaultdict(list)
    for (key, point), full in most.items():
        rates[key].append(earned[key, point] / full)
    return rates, {k: n for k, n in counts.items() if ruleset.offers.catalogue[k].kind == "number"}


@pytest.mark.parametrize("broken", BROKEN, ids=[broken["name"] for broken in BROKEN])
def test_each_bad_row_is_named(broken: dict[str, Any], tmp_path: Path, ruleset: Ruleset) -> None:
    rows = rows_of("Y17", "P1", ruleset)
    if "twice" in broken:
        rows.append(rows[broken["twice"] - 2])
    elif "without" in broken:
        del rows[broken["without"] - 2]
    else:
        rows[broken["row"] - 2].update(broken["put"])
    for name in ("inspections.csv", "inspections.parquet"):
        folder = folder_of(tmp_path / name.partition(".")[2], {name: rows}, ruleset)
        assert faults(folder, ruleset) == broken["says"]


def test_the_first_hundred_faults_are_told_and_all_are_counted(tmp_path: Path, ruleset: Ruleset) -> None:
    rows = [row for n in range(40) for row in rows_of("Y17", f"P{n}", ruleset)]
    for row in rows[10:]:
        row["district"] = "北区"
    with pytest.raises(Faults) as raised:
        read_city(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
    first, *told, last = str(raised.value).splitlines()
    assert first.endswith(f"inspections.csv: {len(rows) - 10} faults")
    assert len(told) == 100
    assert told[0].startswith("  row 12: ")
    assert last == f"  and {len(rows) - 10 - 100} faults more"


def test_of_two_faulty_tables_each_tells_its_own_number(tmp_path: Path, ruleset: Ruleset) -> None:
    long, short = ([row for n in some for row in rows_of("Y17", f"P{n}", ruleset)] for some in (range(40), (40,)))
    for row in (*long, *short[:2]):
        row["district"] = "北区"
    folder = folder_of(tmp_path, {"inspections-1.csv": long, "inspections-2.csv": short}, ruleset)
    with pytest.raises(Faults) as raised:
        read_city(folder, ruleset)
    counts = [line.rpartition(": ")[2] for line in str(raised.value).splitlines() if not line.startswith(" ")]
    assert counts == [f"{len(long)} faults", "2 faults"]


def test_a_deduction_without_the_ids_of_its_occurrences_is_refused(tmp_path: Path, ruleset: Ruleset) -> None:
    told = faults(folder_of(tmp_path, {"inspections.csv": rows_of("Y23", "P1", ruleset, r2=FAIL)}, ruleset), ruleset)
    assert told == ["row 3: '不符合' needs the id of each occurrence, one line each"]


def test_an_occurrence_at_two_points_is_refused(tmp_path: Path, ruleset: Ruleset) -> None:
    found = {**FOUND, "occurrence": "O1"}
    rows = [*rows_of("Y23", "P1", ruleset, r2=found), *rows_of("Y23", "P2", ruleset, r3=found)]
    told = faults(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
    assert told == ["row 9: occurrence 'O1' was recorded at 'P1' in row 3"]


@pytest.mark.parametrize("names", [("inspections.csv",), ("inspections-1.csv", "inspections-2.csv")])
@pytest.mark.parametrize(("type_", "district"), [("Y17", "西县"), ("Y18", "东区")])
def test_a_point_is_of_one_type_and_one_district(
    type_: str, district: str, names: tuple[str, ...], tmp_path: Path, ruleset: Ruleset
) -> None:
    """Even if every row of both is there."""
    first = rows_of("Y17", "P1", ruleset)
    second = [{**row, "district": district} for row in rows_of(type_, "P1", ruleset)]
    tables = {names[0]: [*first, *second]} if len(names) == 1 else dict(zip(names, (first, second), strict=True))
    told = faults(folder_of(tmp_path, tables, ruleset), ruleset)
    where = "row 2" if len(names) == 1 else "row 2 of inspections-1.csv"
    says = f"'P1' is {type_} in {district} here, and Y17 in 东区 in {where}"
    assert [one.partition(": ")[2] for one in told if "stands in row" not in one] == [says] * len(second)
    assert len(told) == len(second) * (2 if type_ == "Y17" and len(names) == 1 else 1)


def test_headings_that_are_missing_or_meant_otherwise(tmp_path: Path, ruleset: Ruleset) -> None:
    """An export of a form is mapped by a column file."""
    rows = rows_of("Y17", "P1", ruleset)
    folder = folder_of(tmp_path, {"inspections.csv": rows}, ruleset)
    text = (
        (folder / "inspections.csv").read_text(encoding="utf-8").replace("结果", "检查结论").replace(",符合,", ",合格,")
    )
    (folder / "inspections.csv").write_text(text, encoding="utf-8")
    (told,) = faults(folder, ruleset)
    assert told.startswith("row 1: no column '结果'; ")
    assert told.endswith(f"; or name its heading in {folder.as_posix()}/inspections.toml")
    mapping = 'schema_version = 1\n[columns]\nresult = "检查结论"\n[words.result]\n"合格" = "符合"\n'
    (folder / "inspections.toml").write_text(mapping, encoding="utf-8")
    assert one(read(folder, ruleset), "sheet.C2066.Y17").low == 100.0


@given(count=st.integers(1, 500), data=st.data())
def test_the_wilson_interval_holds_the_rate_and_is_the_textbooks(count: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, count))
    rate = Fraction(passed, count)
    low, high = wilson(rate, count, 0.95)
    assert 0 <= low <= float(rate) <= high <= 1
    assert (low == 0) == (passed == 0)
    assert (high == 1) == (passed == count)
    z = 1.959963984540054
    for end in (low, high):  # the ends are where the rate lies z standard errors away
        if 0 < end < 1:
            assert (float(rate) - end) ** 2 == pytest.approx(z * z * end * (1 - end) / count, rel=1e-6)


def test_it_is_told_whether_a_verdict_would_survive_another_draw(tmp_path: Path, ruleset: Ruleset) -> None:
    whole = [row for n in range(4) for row in rows_of("Y17", f"P{n}", ruleset)]
    city = read(folder_of(tmp_path / "a", {"inspections.csv": whole}, ruleset), ruleset)
    told = {one.id: one for one in assess(city, ruleset).robustness}
    assert (told["C.20.66"].verdict, told["C.20.66"].over, told["C.20.66"].same) == ("met", "undetermined", False)
    some = [row for n in range(4) for row in rows_of("Y17", f"P{n}", ruleset, **({"r1": FAIL} if n < 2 else {}))]
    city = read(folder_of(tmp_path / "b", {"inspections.csv": some}, ruleset), ruleset)
    told = {one.id: one for one in assess(city, ruleset).robustness}
    assert (told["C.20.66"].verdict, told["C.20.66"].same) == ("partly_met", True)


def test_it_is_stored_whole_and_read_back(tmp_path: Path, ruleset: Ruleset) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "city.toml").write_text(CITY, encoding="utf-8")
    write(tmp_path / "city" / "inspections.csv", visited(5, 800, ruleset))
    assessment = assess(read(tmp_path / "city", ruleset), ruleset)
    file = store(assessment, tmp_path / "out")
    log = FaultLog()
    check_document(json.loads(file.read_text(encoding="utf-8")), "it", "assessment", log)
    log.check()
    assert to_json(read_assessment(file)).encode() == file.read_bytes()


def twice(first: list[Row], second: list[Row], tmp_path: Path, ruleset: Ruleset, mapping: str = "") -> City:
    tables = {"inspections-1.csv": first, "inspections-2.xlsx": second}
    return read(folder_of(tmp_path, tables, ruleset, mapping), ruleset)


def test_two_inspectors_who_say_the_same_count_once(tmp_path: Path, ruleset: Ruleset) -> None:
    rows = rows_of("Y23", "P1", ruleset, r2={**FOUND, "occurrence": "O1"})
    city = twice(rows, [{**row, "inspector": "丙", "second": "丁"} for row in rows], tmp_path, ruleset)
    assert one(city, "school.canteen_occurrences").low == 1.0
    assert city.inspections is not None
    assert city.inspections.disputes == ()
    (occurrence,) = city.inspections.occurrences
    assert occurrence.inspectors == ("甲", "乙", "丙", "丁")
    assert [table.file for table in city.inspections.tables] == ["inspections-1.csv", "inspections-2.xlsx"]


def test_differing_results_are_disputed_and_cover_both(tmp_path: Path, ruleset: Ruleset) -> None:
    first, second = rows_of("Y17", "P1", ruleset), rows_of("Y17", "P1", ruleset, r1=FAIL)
    city = twice(first, second, tmp_path, ruleset)
    claims = [claim for claim in city.claims if claim.key == "sheet.C2066.Y17"]
    assert [(claim.low, claim.high) for claim in claims] == [(float(Fraction(500, 6)),) * 2, (100.0, 100.0)]
    assert city.inspections is not None
    (dispute,) = city.inspections.disputes
    assert (dispute.point, dispute.row, dispute.says, dispute.settled_by) == ("P1", "Y17.1", ("符合", "不符合"), "")
    assessment = assess(city, ruleset)
    assert outcome(assessment, "C.20.66")[0] == "undetermined"
    assert any(one.reason == "disputed" for o in assessment.outcomes if o.id == "C.20.66" for one in o.missing)


def test_an_occurrence_only_one_of_them_saw_is_disputed(tmp_path: Path, ruleset: Ruleset) -> None:
    first = rows_of("Y23", "P1", ruleset, r2={**FOUND, "occurrence": "O1"})
    second = [*first, {**first[1], "occurrence": "O2"}]
    claims = [c for c in twice(first, second, tmp_path, ruleset).claims if c.key == "school.canteen_occurrences"]
    assert [claim.low for claim in claims] == [1.0, 2.0]


def test_who_did_not_inspect_a_row_contradicts_nobody(tmp_path: Path, ruleset: Ruleset) -> None:
    first = rows_of("Y17", "P1", ruleset, r1={"result": "未检查", "note": "锁门"})
    city = twice(first, rows_of("Y17", "P1", ruleset), tmp_path, ruleset)
    assert city.inspections is not None
    assert city.inspections.disputes == ()
    assert one(city, "sheet.C2066.Y17").low == 100.0


SETTLED = """
[[settlements]]
point = "P1"
mode = "明查"
row = "{row}"
result = "{result}"
by = "省食安办"
on = 2021-12-01
reason = "复核照片"
{more}
"""


def test_a_record_settles_a_dispute(tmp_path: Path, ruleset: Ruleset) -> None:
    first, second = rows_of("Y17", "P1", ruleset), rows_of("Y17", "P1", ruleset, r2={**FAIL, "earned": "0.5"})
    mapping = SETTLED.format(row="Y17.2", result="fail", more="earned = 0.25")
    city = twice(first, second, tmp_path, ruleset, mapping)
    assert one(city, "sheet.C2066.Y17").low == float(Fraction(525, 6))
    assert city.inspections is not None
    (dispute,) = city.inspections.disputes
    assert (dispute.settled_by, dispute.reason) == ("省食安办 2021-12-01", "复核照片")


@pytest.mark.parametrize(
    ("row", "result", "more", "says"),
    [
        ("Y17.3", "pass", "", "nothing to settle: the tables do not differ on row 'Y17.3' of 'P1'"),
        ("Y17.2", "fail", "", "`earned` belongs to what failed in a row that earns in proportion"),
        ("Y17.2", "fail", "earned = 1.5", "'1.5' points cannot be earned here; write 0 to 1.0"),
        ("Y17.2", "pass", "earned = 1", "`earned` belongs to what failed in a row that earns in proportion"),
        ("Y17.2", "fail", 'earned = 0\noccurrences = ["O9"]', "occurrence 'O9' is recorded by no table in this row"),
    ],
)
def test_a_settlement_fits_its_row(
    row: str, result: str, more: str, says: str, tmp_path: Path, ruleset: Ruleset
) -> None:
    tables = {
        "inspections-1.csv": rows_of("Y17", "P1", ruleset),
        "inspections-2.csv": rows_of("Y17", "P1", ruleset, r2={**FAIL, "earned": "0.5"}),
    }
    mapping = SETTLED.format(row=row, result=result, more=more)
    (told,) = faults(folder_of(tmp_path, tables, ruleset, mapping), ruleset)
    assert told.startswith(f"$.settlements[0]: {says}")


def test_merging_a_table_with_itself_changes_no_claim(tmp_path: Path, ruleset: Ruleset) -> None:
    cells = visited(11, 1200, ruleset)
    for folder, names in (("a", ["inspections.csv"]), ("b", ["inspections-1.csv", "inspections-2.csv"])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "city.toml").write_text(CITY, encoding="utf-8")
        for name in names:
            write(tmp_path / folder / name, cells)
    one_, other = (read(tmp_path / folder, ruleset) for folder in ("a", "b"))
    assert one_.claims == other.claims
    assert one_.inspections is not None
    assert other.inspections is not None
    assert (one_.inspections.rows, one_.inspections.types) == (other.inspections.rows, other.inspections.types)
    assert one_.inspections.occurrences == other.inspections.occurrences


def record(points: list[str], mode: str, *, covert: bool) -> str:
    """The record of a draw of canteens in one district."""
    common = {"title": "t", "announced": "a", "ruleset": "2021", "rows": 9, "declared": 9}
    frozen = {**common, "register_hash": "0" * 64, "plan_hash": "0" * 64, "commitments": {}}
    listed = [
        {"id": p, "name": p, "district": "东区", "type": "Y17", "credit": "", "address": "", "team": ""} for p in points
    ]
    stratum = {"district": "东区", "type": "Y17", "size": 9, "minimum": 1, "points": listed, "reserves": []}
    head = {"schema_version": 1, "mode": mode, "covert": covert, "total": len(points), "frozen": frozen}
    return json.dumps({**head, "public": "p", "secret": "", "strata": [stratum], "replaced": [], "outside": []})


DRAWN = """
[[draws]]
record = "open.json"
drawn_on = 2021-11-01

[[draws]]
record = "covert.json"
drawn_on = 2021-11-01
"""


def drawn(rows: list[Row], tmp_path: Path, ruleset: Ruleset) -> Path:
    folder = folder_of(tmp_path, {"inspections.csv": rows}, ruleset, DRAWN)
    (folder / "open.json").write_text(record(["P1", "P2"], "明查", covert=False), encoding="utf-8")
    (folder / "covert.json").write_text(record(["C1"], "暗访", covert=True), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"time": "2021-10-31"}, "row 2: inspected on 2021-10-31, before its point was drawn on 2021-11-01"),
        ({"point": "C1"}, "row 2: 'C1' is a covert point and must not stand among those of 明查"),
        ({"point": "P9"}, "row 2: 'P9' was not drawn for 明查"),
        ({"district": "西县"}, "row 2: 'P1' was drawn as 东区 Y17"),
    ],
)
def test_inspections_follow_their_draw(change: Row, says: str, tmp_path: Path, ruleset: Ruleset) -> None:
    rows = [{**row, **change} for row in rows_of("Y17", "P1", ruleset)]
    told = faults(drawn(rows, tmp_path, ruleset), ruleset)
    assert told[0] == says
    assert len(told) == len(rows)


def test_a_point_that_was_replaced_is_no_longer_inspected(tmp_path: Path, ruleset: Ruleset) -> None:
    folder = drawn(rows_of("Y17", "P1", ruleset), tmp_path, ruleset)
    document = json.loads((folder / "open.json").read_text(encoding="utf-8"))
    stratum = document["strata"][0]
    stratum["reserves"] = [{**stratum["points"][0], "id": "R1"}]
    document["replaced"] = [{"out": "P1", "into": "R1", "reason": "歇业"}]
    (folder / "open.json").write_text(json.dumps(document), encoding="utf-8")
    told = faults(folder, ruleset)
    assert told == [f"row {n}: 'P1' was replaced by a reserve and is no longer a point of 明查" for n in range(2, 8)]
    folder = folder_of(tmp_path, {"inspections.csv": rows_of("Y17", "R1", ruleset)}, ruleset, DRAWN)
    city = read(folder, ruleset)
    assert city.inspections is not None
    assert city.inspections.not_visited == ("C1", "P2")


def test_points_that_were_drawn_and_not_visited_are_named(tmp_path: Path, ruleset: Ruleset) -> None:
    city = read(drawn(rows_of("Y17", "P1", ruleset), tmp_path, ruleset), ruleset)
    assert city.inspections is not None
    assert city.inspections.not_visited == ("C1", "P2")


def test_made_up_inspections_are_disputed_here_and_there(tmp_path: Path, ruleset: Ruleset) -> None:
    """Another pair visits a share of the points; the same seed makes the same files."""
    for out in ("a", "b"):
        generate_cities(1, 3, tmp_path / out, "2021", 2000, "csv")
    folder = tmp_path / "a" / "fictional-3"
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "b" / "fictional-3").iterdir()}
    inspections = read(folder, ruleset).inspections
    assert inspections is not None
    rows = files["inspections-2.csv"].count(b"\n") - 1
    assert 100 <= rows < 200
    assert 0 < len(inspections.disputes) < rows / 10
    assert all(len(set(one.says)) == 2 and not one.settled_by for one in inspections.disputes)
