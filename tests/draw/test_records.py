"""Verifying a draw: no change to its record, its lists or its register goes unseen, and its secret is kept."""

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from attrs import fields
from openpyxl import load_workbook

from cityrubric.cli.draw import replace_point, reveal, verify_record
from cityrubric.documents import Document
from cityrubric.errors import CityrubricError
from cityrubric.fieldwork.commitment import Frozen
from cityrubric.fieldwork.plan import Plan
from cityrubric.fieldwork.record import Record
from cityrubric.fieldwork.register import read_register
from cityrubric.rubric.model import Ruleset
from tabular import write

STEPS = {"strata": 97, "outside": 8}


def check(folder: Path, plan_file: Path, which: str = "open") -> int:
    secret = folder / "secret" if which == "covert" else None
    return verify_record(
        plan_file, folder / "register.csv", folder / which / "record.json", folder / "frozen.json", secret
    )


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
