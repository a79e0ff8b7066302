"""What reads files that say something of a city, handed in as bytes: facts, inspections, tables, draws."""

import json
import shutil
import zlib
from pathlib import Path
from unittest import mock

import polars

from cityrubric.bulk.run import assess_tables
from cityrubric.bulk.tables import read_tables
from cityrubric.cli.draw import draw, replace_point, verify_record
from cityrubric.errors import CityrubricError
from cityrubric.evaluate.plan import plan_of
from cityrubric.fieldwork.plan import read_plan
from cityrubric.fieldwork.register import read_register
from cityrubric.intake.facts import read_city
from cityrubric.intake.importing import import_files, write_import
from cityrubric.paths import shipped
from cityrubric.telling.stored import read_assessment, store
from cityrubric.telling.tell import assess
from materials import materials, rules


def fuzz_city(content: bytes, folder: Path) -> None:
    (folder / "city.toml").write_bytes(content)
    city = read_city(folder, rules())
    if zlib.crc32(content) % 8 == 0:  # an assessment takes ten times as long as reading
        store(assess(city, rules()), folder / "out")


def fuzz_plan(content: bytes, folder: Path) -> None:
    (folder / "draw.toml").write_bytes(content)
    read_plan(folder / "draw.toml", rules())


def fuzz_register(ending: str, content: bytes, folder: Path) -> None:
    (folder / f"register{ending}").write_bytes(content)
    read_register(folder / f"register{ending}", read_plan(materials() / "draw.toml", rules()), rules())


def fuzz_record(content: bytes, folder: Path) -> None:
    """One that was tampered with is told with exit code 1, and no point of it can be replaced by accident."""
    (folder / "record.json").write_bytes(content)
    at = materials()
    verify_record(at / "draw.toml", at / "register.csv", folder / "record.json", at / "frozen.json", None)
    replace_point(at / "draw.toml", folder / "record.json", json.loads(content)["strata"][0]["points"][0]["id"], "关门")


def fuzz_frozen(content: bytes, folder: Path) -> None:
    (folder / "frozen.json").write_bytes(content)
    at = materials()
    draw(at / "draw.toml", at / "register.csv", folder / "frozen.json", "明查", "03 11", folder / "out", None)


def fuzz_import(content: bytes, folder: Path) -> None:
    """A workbook that came back; whatever it says, the city's files are all new or all old."""
    city = shutil.copytree(shipped("cities") / "xining", folder / "xining")
    (folder / "answers.xlsx").write_bytes(content)
    write_import(import_files([folder / "answers.xlsx"], city, rules()), city)
    read_city(city, rules())


def fuzz_evidence(content: bytes, folder: Path) -> None:
    city = shutil.copytree(shipped("cities") / "panjin", folder / "panjin")
    (city / "evidence.csv").write_bytes(content)
    read_city(city, rules())


def fuzz_inspections(name: str, content: bytes, folder: Path) -> None:
    city = shutil.copytree(materials() / "onsite", folder / "onsite")
    (city / name).write_bytes(content)
    read_city(city, rules())


def fuzz_changes(content: bytes, folder: Path) -> None:
    """The list of files that wait for their places, beside files that could take any."""
    city = shutil.copytree(shipped("cities") / "panjin", folder / "panjin")
    (city / ".changes.json").write_bytes(content)
    (city / ".city.toml.new").write_bytes((city / "city.toml").read_bytes())
    read_city(city, rules())
    assert {path.name for path in folder.iterdir()} == {"panjin"}


def fuzz_import_list(content: bytes, folder: Path) -> None:
    """A list of evidence that came back by itself."""
    city = shutil.copytree(shipped("cities") / "panjin", folder / "panjin")
    (folder / "evidence.csv").write_bytes(content)
    write_import(import_files([folder / "evidence.csv"], city, rules()), city)
    read_city(city, rules())


def fuzz_columns(name: str, content: bytes, folder: Path) -> None:
    """A table that `bulk` reads, damaged; beside two that are not.

    Whatever ends the process that reads it first must not end ours; the ones of a test are taken for such, too.
    """
    _kind, _dot, ending = name.partition(".")
    for other in ("facts", "cities"):
        shutil.copy(materials() / f"{other}.{ending}", folder)
    (folder / name).write_bytes(content)
    with mock.patch("cityrubric.workbooks.multiprocessing.parent_process", return_value=None):
        _assess_tables(folder / f"facts.{ending}", folder / f"cities.{ending}", folder)


def fuzz_rows(name: str, content: bytes, folder: Path) -> None:
    """Rows of a table that `bulk` reads: sound as a file, odd in what they say."""
    for other in ("facts", "cities"):
        shutil.copy(materials() / f"{other}.parquet", folder)
    try:
        frame = polars.DataFrame(json.loads(content), infer_schema_length=None, strict=False)
        frame.write_parquet(folder / f"{name}.parquet")
    except Exception:  # no table
        raise CityrubricError(f"{folder}: no table") from None
    with mock.patch("cityrubric.workbooks.multiprocessing.parent_process", return_value=True):
        _assess_tables(folder / "facts.parquet", folder / "cities.parquet", folder)


def _assess_tables(facts: Path, cities: Path, folder: Path) -> None:
    plan = plan_of(rules())
    tables = read_tables(facts, cities, None, plan.layout)
    try:
        assess_tables(tables, plan, folder / "out", [*tables.cities], lambda done: None)
    except CityrubricError:
        assert not (folder / "out").exists()
        raise
    for path in (folder / "out").glob("*/assessment.json"):
        read_assessment(path)


def fuzz_inspected(content: bytes, folder: Path) -> None:
    with mock.patch("cityrubric.workbooks.multiprocessing.parent_process", return_value=None):
        city = shutil.copytree(materials() / "onsite", folder / "onsite")
        (city / "inspections.csv").unlink()
        (city / "inspections.parquet").write_bytes(content)
        read_city(city, rules())
