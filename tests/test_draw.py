"""Drawing points: the same for everyone, fair, never below a minimum; and no change to its record goes unseen."""

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import polars
import pytest
from attrs import evolve, fields
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from cityrubric.authoring.registers import fictional_register
from cityrubric.authoring.streams import stream_table
from cityrubric.cli.draw import draw, freeze_register, replace_point, reveal, verify_record
from cityrubric.documents import Document
from cityrubric.errors import CityrubricError, Faults
from cityrubric.fieldwork.commitment import Frozen
from cityrubric.fieldwork.draw import draw_points, place_of
from cityrubric.fieldwork.plan import Course, Plan, Team, read_plan
from cityrubric.fieldwork.record import Record
from cityrubric.fieldwork.register import Row, read_register
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset

PLAN = shipped("cities") / "xining" / "draw.toml"
COUNT = 600
STRATA = [(district, type_) for district in ("a", "b") for type_ in ("x", "y")]
PLACE = "5933261f7833c01ac30b0d7e4335c11aac5dda44eed880eb8b231fa7ce1d1637"
STEPS = {"strata": 97, "outside": 8}
WEIGHTS = {"high": 4, "mid": 2, "low": 1}


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Xining's plan for a register of 600 rows."""
    path = tmp_path_factory.mktemp("plan") / "draw.toml"
    path.write_text(PLAN.read_text(encoding="utf-8").replace("count = 45359", f"count = {COUNT}"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def plan(plan_file: Path, ruleset: Ruleset) -> Plan:
    return read_plan(plan_file, ruleset)


@pytest.fixture(scope="module")
def rows(plan: Plan) -> list[tuple[str, ...]]:
    return [*fictional_register(7, COUNT, plan)]


def write(path: Path, rows: list[tuple[str, ...]]) -> Path:
    if path.suffix == ".parquet":
        polars.DataFrame(rows[1:], schema=list(rows[0]), orient="row").write_parquet(path)
    elif path.suffix == ".xlsx":
        workbook = Workbook()
        for row in rows:
            workbook.active.append(row)
        workbook.save(path)
    else:
        stream_table(rows, path)
    return path


@pytest.fixture(scope="module")
def drawn(plan_file: Path, rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register, what was frozen, and both draws."""
    folder = tmp_path_factory.mktemp("drawn")
    register, secret = write(folder / "register.csv", rows), folder / "secret"
    freeze_register(plan_file, register, folder, secret)
    draw(plan_file, register, folder / "frozen.json", "明查", "03 11 20", folder, None)
    draw(plan_file, register, folder / "frozen.json", "暗访", "03 11 20", folder, secret)
    return folder


@pytest.fixture
def copy(drawn: Path, tmp_path: Path) -> Path:
    shutil.copytree(drawn, tmp_path / "copy")
    return tmp_path / "copy"


def check(folder: Path, plan_file: Path, which: str = "open") -> int:
    secret = folder / "secret" if which == "covert" else None
    return verify_record(
        plan_file, folder / "register.csv", folder / which / "record.json", folder / "frozen.json", secret
    )


def test_xinings_shape(drawn: Path) -> None:
    for which, total, districts, types in (("open", 92, 4, 19), ("covert", 43, 2, 9)):
        record = json.loads((drawn / which / "record.json").read_text(encoding="utf-8"))
        points = [point for stratum in record["strata"] for point in stratum["points"]]
        assert len({point["id"] for point in points}) == total
        assert len({point["district"] for point in points}) == districts
        assert len({point["type"] for point in points}) == types
        assert all(len(stratum["points"]) >= stratum["minimum"] >= 1 for stratum in record["strata"])


def test_every_row_of_the_register_is_in_a_stratum_or_counted_outside_by_reason(
    copy: Path, plan_file: Path, plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    for which in ("open", "covert"):
        file = copy / which / "record.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        outside = document["outside"]
        counted = sum(stratum["size"] for stratum in document["strata"]) + sum(part["rows"] for part in outside)
        assert counted == document["frozen"]["rows"]
        reasons = {exclusion.reason for exclusion in plan.exclusions}
        assert {part["reason"] for part in outside} <= {*reasons, ""}
        assert all(bool(part["reason"]) != bool(part["district"] and part["type"]) for part in outside)
        outside[0]["rows"] += 1
        file.write_text(json.dumps(document), encoding="utf-8")
        assert check(copy, plan_file, which) == 1
        assert (
            f"{outside[0]['rows']} rows in the record, {outside[0]['rows'] - 1} in the reg" in capsys.readouterr().err
        )


def test_the_secret_is_nowhere_before_it_is_revealed(copy: Path, plan_file: Path) -> None:
    secret = (copy / "secret").read_text(encoding="utf-8").strip()
    assert len(secret) == 64
    files = [copy / "frozen.json", *(p for which in ("open", "covert") for p in (copy / which).iterdir())]
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    record = copy / "covert" / "record.json"
    reveal(record, copy / "secret")
    assert verify_record(plan_file, copy / "register.csv", record, copy / "frozen.json", None) == 0


def test_another_secret_is_refused(copy: Path, plan_file: Path) -> None:
    (copy / "secret").write_text("0" * 64, encoding="utf-8")
    with pytest.raises(CityrubricError, match="not the secret"):
        check(copy, plan_file, "covert")
    with pytest.raises(CityrubricError, match="not the secret"):
        reveal(copy / "covert" / "record.json", copy / "secret")


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_the_kind_of_file_and_the_order_of_rows_change_nothing(
    ending: str, plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path, drawn: Path
) -> None:
    turned = write(tmp_path / f"register.{ending}", [rows[0], *reversed(rows[1:])])
    first = read_register(drawn / "register.csv", plan, ruleset)
    assert read_register(turned, plan, ruleset).hash == first.hash


def small(total: int, minimum: int) -> Course:
    minimums = dict.fromkeys(STRATA, minimum)
    return Course("open", False, total, 2, ("a", "b"), minimums, (Team("t", ("a", "b")),))


def stratum_rows(sizes: list[int]) -> dict[tuple[str, str], list[Row]]:
    return {
        key: [Row(0, f"{key}{n}", "", *key, [*WEIGHTS][n % 3]) for n in range(size)]
        for key, size in zip(STRATA, sizes, strict=True)
    }


@settings(max_examples=60)
@given(st.lists(st.integers(3, 12), min_size=4, max_size=4), st.integers(0, 3), st.data())
def test_any_order_same_draw_and_minimums_kept(sizes: list[int], minimum: int, data: st.DataObject) -> None:
    course = small(data.draw(st.integers(4 * minimum, sum(sizes))), minimum)
    strata = stratum_rows(sizes)
    shuffled = {key: data.draw(st.permutations(strata[key])) for key in data.draw(st.permutations(STRATA))}
    seed = data.draw(st.text(max_size=8))
    first = draw_points(strata, course, WEIGHTS, seed)
    assert draw_points(shuffled, course, WEIGHTS, seed) == first
    assert sum(len(stratum.points) for stratum in first) == course.total
    assert all(len(stratum.points) >= minimum for stratum in first)
    assert all(not {*stratum.points} & {*stratum.reserves} for stratum in first)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.data())
def test_a_row_that_was_not_drawn_changes_no_other_stratum(seed: int, data: st.DataObject) -> None:
    strata, course = stratum_rows([8, 8, 8, 8]), small(10, 2)
    before = draw_points(strata, course, WEIGHTS, str(seed))
    key = data.draw(st.sampled_from(STRATA))
    points = next(stratum.points for stratum in before if (stratum.district, stratum.type) == key)
    gone = data.draw(st.sampled_from([row for row in strata[key] if row not in points]))
    after = draw_points({**strata, key: [row for row in strata[key] if row != gone]}, course, WEIGHTS, str(seed))
    for old, new in zip(before, after, strict=True):
        assert old.points == new.points
        assert old == new or (old.district, old.type) == key


def test_a_place_is_the_same_in_every_version() -> None:
    assert place_of("seed", "id", 3).hex() == PLACE


def test_chances_follow_weights() -> None:
    """20,000 draws of one row out of three with weights 4, 2 and 1: chi-square below the 99.9 % point, 13.8."""
    weights, draws = {"a": 4, "b": 2, "c": 1}, 20_000
    won = dict.fromkeys(weights, 0)
    for seed in range(draws):
        won[min(weights, key=lambda id_: place_of(str(seed), id_, weights[id_]))] += 1
    expected = {id_: draws * weight / 7 for id_, weight in weights.items()}
    assert sum((won[id_] - expected[id_]) ** 2 / expected[id_] for id_ in weights) < 13.8


Place = tuple[str | int, ...]


def places(value: object, *path: str | int) -> list[Place]:
    """Return every place in a document: each key, each entry of a list, and what is in them."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in entries for place in places(item, *path, key))]


def change(document: Document, path: Place, *, delete: bool) -> None:
    """Delete what is in a place; or alter a text, a number or a truth, and empty anything else."""
    *way, last = path
    inner: Any = document
    for step in way:
        inner = inner[step]
    old = inner[last]
    if delete:
        del inner[last]
    elif isinstance(old, bool):
        inner[last] = not old
    else:
        inner[last] = old + 1 if isinstance(old, int) else f"{old}0" if isinstance(old, str) else type(old)()


def refused(folder: Path, plan_file: Path, which: str) -> bool:
    try:
        return check(folder, plan_file, which) == 1
    except CityrubricError:
        return True


@pytest.fixture(scope="module")
def finished(drawn: Path, plan_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both draws with points that were replaced, the covert one with its secret."""
    folder = tmp_path_factory.mktemp("finished") / "drawn"
    shutil.copytree(drawn, folder)
    for which in ("open", "covert"):
        file = folder / which / "record.json"
        strata = json.loads(file.read_text(encoding="utf-8"))["strata"]
        for stratum in [one for one in strata if one["reserves"]][:2]:  # which have any is drawn, too
            replace_point(plan_file, file, stratum["points"][0]["id"], "歇业")
    reveal(folder / "covert" / "record.json", folder / "secret")
    return folder


@pytest.mark.parametrize("which", ["open", "covert"])
@pytest.mark.parametrize("key", ["schema_version", *(attribute.name for attribute in fields(Record))])
def test_whatever_is_deleted_or_altered_in_a_record_is_found(
    key: str,
    which: str,
    finished: Path,
    tmp_path: Path,
    plan_file: Path,
    ruleset: Ruleset,
    plan: Plan,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every place of it; of its long lists, some. The list beside it says which points were replaced, too."""
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    register = read_register(folder / "register.csv", plan, ruleset)
    monkeypatch.setattr("cityrubric.cli.draw._inputs", lambda *_files: (plan, register, ruleset))
    file = folder / which / "record.json"
    whole = json.loads(file.read_text(encoding="utf-8"))
    assert check(folder, plan_file, which) == 0
    if key != "replaced":
        (folder / which / "list.xlsx").unlink()
    for path in places(whole[key], key)[:: STEPS.get(key, 1)]:
        for delete in (True, False):
            if (path[0], path[-1], delete) == ("replaced", "reason", False):
                continue  # why a point was replaced stands nowhere else
            document = deepcopy(whole)
            change(document, path, delete=delete)
            file.write_text(json.dumps(document), encoding="utf-8")
            assert document == whole or refused(folder, plan_file, which), (path, delete)


@pytest.mark.parametrize("key", [attribute.name for attribute in fields(Frozen)])
def test_what_was_published_is_held_against_register_and_plan(key: str, copy: Path, plan_file: Path) -> None:
    """Altered in both files alike, so that they agree with each other."""
    for file, place in (("frozen.json", (key,)), ("open/record.json", ("frozen", key))):
        document = json.loads((copy / file).read_text(encoding="utf-8"))
        change(document, place, delete=False)
        (copy / file).write_text(json.dumps(document), encoding="utf-8")
    assert refused(copy, plan_file, "open")


def test_replacing_takes_the_next_reserve_and_is_verified(
    copy: Path, plan_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = copy / "open" / "record.json"
    strata = json.loads(file.read_text(encoding="utf-8"))["strata"]
    stratum = next(one for one in strata if len(one["reserves"]) == 3)
    out, reserves = stratum["points"][0]["id"], [point["id"] for point in stratum["reserves"]]
    with pytest.raises(CityrubricError, match="needs a reason"):
        replace_point(plan_file, file, out, " ")
    replace_point(plan_file, file, out, "歇业")
    replace_point(plan_file, file, reserves[0], "搬迁")
    assert check(copy, plan_file) == 0
    document = json.loads(file.read_text(encoding="utf-8"))
    assert [entry["into"] for entry in document["replaced"]] == reserves[:2]
    document["replaced"][0]["into"] = reserves[2]
    file.write_text(json.dumps(document), encoding="utf-8")
    capsys.readouterr()
    assert check(copy, plan_file) == 1
    assert f"'{reserves[2]}' is not the next reserve" in capsys.readouterr().err


def test_a_covert_point_in_an_open_list_is_named_by_row(
    copy: Path, plan_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    covert = [cell.value for cell in load_workbook(copy / "covert" / "list.xlsx").active[2]]
    workbook = load_workbook(copy / "open" / "list.xlsx")
    workbook.active.append(covert)
    workbook.save(copy / "open" / "list.xlsx")
    capsys.readouterr()
    assert check(copy, plan_file) == 1
    assert f"row 94: '{covert[2]}' is a point of 暗访" in capsys.readouterr().err


def test_a_register_changed_after_freezing(copy: Path, plan_file: Path, rows: list[tuple[str, ...]]) -> None:
    changed = [*rows[:-1], (*rows[-1][:1], "改名", *rows[-1][2:])]
    write(copy / "register.csv", changed)
    with pytest.raises(CityrubricError, match=r"register.csv was changed after freezing \(600 rows, 600"):
        check(copy, plan_file)


def test_nothing_drawn_is_overwritten(copy: Path, plan_file: Path) -> None:
    with pytest.raises(CityrubricError, match="never overwritten"):
        draw(plan_file, copy / "register.csv", copy / "frozen.json", "明查", "another", copy, None)
    with pytest.raises(CityrubricError, match="never overwritten"):
        freeze_register(plan_file, copy / "register.csv", copy, copy / "secret")


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (2, "城中", "row 9: '城中' is none of the plan's districts; did you mean '城中区'?"),
        (3, "小餐饭", "row 9: '小餐饭' is no business type of the rule set; did you mean '小餐饮'?"),
        (3, "屠宰企业x", "row 9: '屠宰企业x' is no business type"),
        (4, "极高", "row 9: credit level '极高' has no weight"),
        (0, "", "row 9: nothing stands in the column '统一社会信用代码'"),
        (0, "F0000700000000000", "row 9: the id 'F0000700000000000' stands in row 2 already"),
    ],
)
def test_a_faulty_row_is_named(
    column: int, value: str, says: str, plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    row = [*rows[8]]
    row[column] = value
    with pytest.raises(Faults) as raised:
        read_register(write(tmp_path / "r.csv", [*rows[:8], tuple(row), *rows[9:]]), plan, ruleset)
    assert says in str(raised.value)


def test_a_row_in_no_stratum_is_named(
    plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    bare = evolve(plan, exclusions=())
    row = (*rows[8][:3], "Y03", *rows[8][4:])
    with pytest.raises(Faults, match="row 9: 'F0000700000000007' is in no stratum: Y03"):
        read_register(write(tmp_path / "r.csv", [*rows[:8], row, *rows[9:]]), bare, ruleset)


def test_faults_come_row_by_row(plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    bad = [[*row] for row in rows]
    bad[4][4], bad[6][2], bad[6][3], bad[9][1] = "极高", "某区", "某业", ""
    with pytest.raises(Faults) as raised:
        read_register(write(tmp_path / "r.csv", [tuple(row) for row in bad]), plan, ruleset)
    assert [fault.path for fault in raised.value.faults] == ["row 5", "row 7", "row 7", "row 10"]


def test_a_task_sheet_says_the_district_where_the_register_knows_no_address(
    plan_file: Path, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    register = write(tmp_path / "r.csv", [rows[0], *((*row[:5], "") for row in rows[1:])])
    freeze_register(plan_file, register, tmp_path, tmp_path / "secret")
    draw(plan_file, register, tmp_path / "frozen.json", "明查", "x", tmp_path, None)
    sheet = load_workbook(tmp_path / "open" / "tasks-第一组.xlsx").active
    assert {row[2].value for row in sheet.iter_rows(min_row=4) if row[0].value == "1"} <= {"城中区", "城东区"}
    assert sheet["C4"].value


def test_the_first_hundred_faults_and_a_count(
    plan: Plan, ruleset: Ruleset, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    bad = [rows[0], *((*row[:2], "某区", *row[3:]) for row in rows[1:-1])]
    with pytest.raises(Faults) as raised:
        read_register(write(tmp_path / "r.csv", bad), plan, ruleset)
    assert len(raised.value.faults) == 100
    assert raised.value.faults[0].says == f"{COUNT - 1} rows, but {COUNT} enterprises are declared; " + (
        "explain or mend the difference"
    )
    assert str(raised.value).endswith(f"and {COUNT - 100} faults more")


def test_a_stratum_smaller_than_its_minimum(
    plan_file: Path, plan: Plan, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    moved = [
        (*r[:3], "Y04", *r[4:]) if r[2] == "城中区" and r[3] == "Y05" and n > 20 else r for n, r in enumerate(rows)
    ]
    register = write(tmp_path / "register.csv", moved)
    held = sum(r[2:4] == ("城中区", "Y05") for r in moved)
    tight = tmp_path / "draw.toml"
    text = plan_file.read_text(encoding="utf-8")
    tight.write_text(text.replace('"Y05", minimum = 1', '"Y05", minimum = 4'), encoding="utf-8")
    with pytest.raises(Faults, match=f"城中区 Y05 holds {held} rows .*fewer than its minimum of 4"):
        freeze_register(tight, register, tmp_path, tmp_path / "secret")
    assert not (tmp_path / "frozen.json").exists()
    assert not (tmp_path / "secret").exists()


def test_every_fault_of_a_plan(ruleset: Ruleset, tmp_path: Path) -> None:
    text = PLAN.read_text(encoding="utf-8")
    for old, new in (
        ("total = 92", "total = 70"),
        ('mode = "暗访"', 'mode = "暗仿"'),
        ('type = "Y04"', 'type = "Y99"'),
    ):
        text = text.replace(old, new)
    path = tmp_path / "draw.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as raised:
        read_plan(path, ruleset)
    told = str(raised.value)
    assert "add up to 76, more than the total of 70" in told
    assert "'暗仿' is no known mode" in told
    assert "'Y99' is no known type" in told


def test_a_name_that_looks_like_a_formula_is_text(plan_file: Path, rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    register = write(tmp_path / "r.csv", [rows[0], *((r[0], f"=1+{n}", *r[2:]) for n, r in enumerate(rows[1:]))])
    freeze_register(plan_file, register, tmp_path, tmp_path / "secret")
    draw(plan_file, register, tmp_path / "frozen.json", "明查", "x", tmp_path, None)
    for file in (tmp_path / "open").glob("*.xlsx"):
        cells = [cell for row in load_workbook(file).active for cell in row]
        assert any(str(cell.value).startswith("=1+") for cell in cells)
        assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}


def test_task_sheets_print_on_a4(drawn: Path) -> None:
    sheet = load_workbook(drawn / "open" / "tasks-第一组.xlsx").active
    assert (sheet.page_setup.paperSize, sheet.print_title_rows) == (9, "$1:$3")
    texts = [row[0].value for row in sheet.iter_rows(min_row=4)]
    points = [text for text in texts if text and text.isdigit()]
    assert texts[len(points) : len(points) + 5] == [None] * 5
    assert "签字" in str(texts[len(points) + 6])


@pytest.mark.parametrize("column", ["序号", "业态", "名称"])
def test_a_list_that_describes_a_point_otherwise(
    column: str, copy: Path, plan_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = load_workbook(copy / "open" / "list.xlsx")
    place = [cell.value for cell in workbook.active[1]].index(column)
    workbook.active[3][place].value = "77"
    workbook.save(copy / "open" / "list.xlsx")
    assert check(copy, plan_file) == 1
    assert "row 3: '" in (told := capsys.readouterr().err)
    assert "is described otherwise in the record" in told
