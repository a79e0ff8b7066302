"""Rows of texts, headings first, written as a table: a workbook, Parquet or CSV, by the file's ending."""

import csv
from collections.abc import Sequence
from pathlib import Path

import polars
from openpyxl import Workbook


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    if path.suffix == ".parquet":
        polars.DataFrame(rows[1:], schema=list(rows[0]), orient="row").write_parquet(path)
    elif path.suffix == ".xlsx":
        workbook = Workbook()
        for row in rows:
            workbook.active.append(row)
        workbook.save(path)
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return path
