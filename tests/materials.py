"""Faultless files of every kind, to be made wrong."""

import functools
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import polars

from cityrubric.authoring.fictional import fictional_city
from cityrubric.authoring.registers import fictional_register
from cityrubric.cli.draw import draw, freeze_register
from cityrubric.cli.filled import renew_choices, renew_ledger
from cityrubric.cli.generate import MIX
from cityrubric.cli.workbook import write_workbook
from cityrubric.fieldwork.plan import read_plan
from cityrubric.ledger.ledger import record
from cityrubric.paths import shipped
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.stored import FILE_NAME, store, to_document
from cityrubric.telling.tell import assess
from inspecting import folder_of, rows_of
from tables import write_tables
from tabular import write
from test_from_table import HEAD, ROWS, excel, word

EVIDENCE = """佐证编号,名称,部门,日期,评价内容,文件,SHA-256
E1,会议纪要,市食安办,2021-03-01,A.01.01,a.pdf,-
E2,"通报; 照片",市监局,2021-11-30,A.01.02;A.01.03,"b.jpg;c.jpg",-;-
"""


@functools.cache
def rules() -> Any:
    return load_ruleset("2021")


@functools.cache
def materials() -> Path:
    """Faultless files of every kind, made once per process."""
    folder = Path(tempfile.mkdtemp(prefix="cityrubric-fuzz-"))
    plan = (shipped("cities") / "xining" / "draw.toml").read_text(encoding="utf-8").replace("45359", "400")
    (folder / "draw.toml").write_text(plan, encoding="utf-8")
    rows = [*fictional_register(7, 400, read_plan(folder / "draw.toml", rules()))]
    for ending in ("csv", "xlsx", "parquet"):
        write(folder / f"register.{ending}", rows)
    freeze_register(folder / "draw.toml", folder / "register.csv", folder, folder / "secret")
    draw(folder / "draw.toml", folder / "register.csv", folder / "frozen.json", "明查", "03 11", folder, None)
    stored = assess(fictional_city(1, rules(), MIX), rules())
    store(stored, folder)
    record(folder / "ledger.db", to_document(stored))
    with sqlite3.connect(folder / "ledger.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = delete")
    database.close()
    write_workbook(shipped("cities") / "xining", "2021", folder / "answers.xlsx", ["A.10.38"], "张三")
    _make_onsite(folder)
    _make_tables(folder)
    _make_filled(folder)
    return folder


def _make_onsite(folder: Path) -> None:
    """A city with a table of inspections, and a list of evidence."""
    headings = rules().inspections.columns
    rows = [row for type_ in ("Y01", "Y05") for row in rows_of(type_, f"P-{type_}", rules())]
    folder_of(folder / "onsite", {"inspections.csv": rows}, rules())
    words = {column: heading for column, heading in headings.items() if column in {"result", "mode"}}
    mapping = "schema_version = 1\n[columns]\n" + "".join(f'{name} = "{word}"\n' for name, word in words.items())
    mapping += '[words.result]\n"合格" = "符合"\n'
    mapping += '[[draws]]\nrecord = "record.json"\ndrawn_on = "2021-10-01"\n'
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    (folder / "evidence.csv").write_text(EVIDENCE, encoding="utf-8")
    polars.read_csv(folder / "onsite" / "inspections.csv", infer_schema=False).write_parquet(folder / "onsite.parquet")


def _make_tables(folder: Path) -> None:
    """What `bulk` reads, in both formats and as rows; and an official table."""
    city = fictional_city(2, rules(), MIX)
    for name, path in write_tables([city], rules(), folder).items():
        frame = polars.read_parquet(path)
        frame.write_ipc(folder / f"{name}.arrow")
        (folder / f"{name}.json").write_text(frame.head(30).write_json(), encoding="utf-8")
    excel(folder / "official.xlsx", HEAD, ROWS, (1, 2))
    word(folder / "official.docx", HEAD, ROWS, (1, 2))


def _make_filled(folder: Path) -> None:
    """Workbooks that people fill in."""
    stored = folder / "fictional-1" / FILE_NAME
    renew_choices(stored, folder / "choices.xlsx", None)
    renew_ledger(stored, folder / "rectification.xlsx", None, check=False)
