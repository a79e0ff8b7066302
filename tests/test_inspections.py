"""Inspections: what sheets say of points becomes claims, exactly as counting by hand would have it."""

import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.documents import check_document
from cityrubric.errors import FaultLog
from cityrubric.intake.facts import read_city
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Speaker
from cityrubric.telling.stored import read_assessment, store, to_json
from cityrubric.telling.tell import assess
from inspecting import FAIL, FOUND, fact, folder_of, one, outcome, rows_of, visited, written


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
    city = read_city(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
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
    assessment = assess(read_city(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset), ruleset)
    assert outcome(assessment, "C.20.66") == ("not_applicable", (0.0, 0.0))


def test_what_was_not_inspected_stays_open(tmp_path: Path, ruleset: Ruleset) -> None:
    unseen = {"result": "未检查", "note": "停电"}
    some = read_city(
        folder_of(tmp_path / "a", {"inspections.csv": rows_of("Y17", "P1", ruleset, r1=unseen)}, ruleset), ruleset
    )
    claim = one(some, "sheet.C2066.Y17")
    assert (claim.low, claim.high) == (float(Fraction(500, 6)), 100.0)
    all_rows = rows_of("Y17", "P1", ruleset, **{f"r{n}": unseen for n in range(1, 7)})
    nothing = read_city(folder_of(tmp_path / "b", {"inspections.csv": all_rows}, ruleset), ruleset)
    assert outcome(assess(nothing, ruleset), "C.20.66")[0] == "not_assessed"


def test_the_published_sheet(tmp_path: Path, ruleset: Ruleset) -> None:
    """Item 39 loses half a point per occurrence from what its other rows earn; 65 starts from three points."""
    rows = [
        *rows_of("Y25", "S1", ruleset, r39_1={**FAIL, "earned": "1"}, r39_4={**FOUND, "occurrence": "O1"}),
        *rows_of("Y25", "S2", ruleset, r65_2={**FOUND, "occurrence": "O2"}),
    ]
    rows.append({**rows[-2], "occurrence": "O3"})
    city = read_city(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
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
    assert ruleset.inspections is not None
    ruleset = evolve(ruleset, inspections=evolve(ruleset.inspections, once=rule == "once"))
    found = {**FOUND, "occurrence": "O1"}
    rows = rows_of("Y25", "S1", ruleset, r65_1=found, r65_2=found)
    city = read_city(folder_of(tmp_path, {"inspections.csv": rows}, ruleset), ruleset)
    assert city.inspections is not None
    (occurrence,) = city.inspections.occurrences
    assert (occurrence.rows, occurrence.costs) == (("Y25.65.1", "Y25.65.2"), costs)
    assert one(city, "school.stalls_nearby").low + one(city, "school.unlicensed").low == len(costs)


@pytest.mark.parametrize("seed", range(3))
def test_sums_are_what_counting_by_hand_gives(seed: int, tmp_path: Path, ruleset: Ruleset) -> None:
    cells = visited(seed, 1500, ruleset)
    city = read_city(written(tmp_path, {"inspections.csv": cells}), ruleset)
    rates, counts = by_hand(cells, ruleset)
    for key, points in rates.items():
        assert one(city, key).low == one(city, key).high == float(sum(points, Fraction()) / len(points) * 100), key
        assert fact(city, key).points == len(points)
    for key, count in counts.items():
        assert one(city, key).low == count, key


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


def test_it_is_stored_whole_and_read_back(tmp_path: Path, ruleset: Ruleset) -> None:
    city = read_city(written(tmp_path / "city", {"inspections.csv": visited(5, 800, ruleset)}), ruleset)
    assessment = assess(city, ruleset)
    file = store(assessment, tmp_path / "out")
    log = FaultLog()
    check_document(json.loads(file.read_text(encoding="utf-8")), "it", "assessment", log)
    log.check()
    assert to_json(read_assessment(file)).encode() == file.read_bytes()
