"""Several inspectors of one point: what they say alike counts once, what differs is disputed until it is settled."""

from fractions import Fraction
from pathlib import Path

import pytest

from cityrubric.cli.generate import generate_cities
from cityrubric.intake.facts import read_city
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from inspecting import FAIL, FOUND, Row, faults, folder_of, one, outcome, rows_of, visited, written


def twice(first: list[Row], second: list[Row], tmp_path: Path, ruleset: Ruleset, mapping: str = "") -> City:
    tables = {"inspections-1.csv": first, "inspections-2.xlsx": second}
    return read_city(folder_of(tmp_path, tables, ruleset, mapping), ruleset)


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
    one_ = read_city(written(tmp_path / "a", {"inspections.csv": cells}), ruleset)
    other = read_city(written(tmp_path / "b", {"inspections-1.csv": cells, "inspections-2.csv": cells}), ruleset)
    assert one_.claims == other.claims
    assert one_.inspections is not None
    assert other.inspections is not None
    assert (one_.inspections.rows, one_.inspections.types) == (other.inspections.rows, other.inspections.types)
    assert one_.inspections.occurrences == other.inspections.occurrences


def test_made_up_inspections_are_disputed_here_and_there(tmp_path: Path, ruleset: Ruleset) -> None:
    """Another pair visits a share of the points; the same seed makes the same files."""
    for out in ("a", "b"):
        generate_cities(1, 3, tmp_path / out, "2021", 2000, "csv")
    folder = tmp_path / "a" / "fictional-3"
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "b" / "fictional-3").iterdir()}
    inspections = read_city(folder, ruleset).inspections
    assert inspections is not None
    rows = files["inspections-2.csv"].count(b"\n") - 1
    assert 100 <= rows < 200
    assert 0 < len(inspections.disputes) < rows / 10
    assert all(len(set(one.says)) == 2 and not one.settled_by for one in inspections.disputes)
