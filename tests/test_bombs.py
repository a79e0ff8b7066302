"""Small tables that grow when they are read: refused before they fill the memory."""

import subprocess
import sys
import zipfile
from pathlib import Path

import polars
import pytest
from openpyxl import Workbook


def sparse(path: Path) -> None:
    workbook = Workbook()
    workbook.active["A1"], workbook.active["XFD1048576"] = "a", "b"
    workbook.save(path)


def zip_bomb(path: Path) -> None:
    sparse(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/more.xml", "w") as file:
        for _turn in range(200):
            file.write(bytes(2**20))


def no_archive(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 this is no archive")


def entities(path: Path) -> None:
    """Entities that would grow to 10 GB, and one that would read a file."""
    workbook = Workbook()
    workbook.active["A1"] = "a"
    workbook.save(path)
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 10}">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].replace(">a<", ">&e9;&f;<").replace("<v>0</v>", "<v>&e9;&f;</v>")
    members["xl/worksheets/sheet1.xml"] = doctype + sheet
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


def many_rows(path: Path) -> None:
    polars.LazyFrame({"a": ["x"]}).select(polars.col("a").repeat_by(2_000_000).explode()).collect().write_parquet(path)


@pytest.mark.parametrize(
    ("make", "ending", "says"),
    [
        (sparse, ".xlsx", "a sheet of 1048576 rows and 16384 columns"),
        (zip_bomb, ".xlsx", "MB when unpacked; the limit is 100 MB"),
        (no_archive, ".xlsx", "is no workbook"),
        (entities, ".xlsx", "cannot be read"),
        (many_rows, ".parquet", "2000000 rows; the limit is 1000000"),
    ],
    ids=["sparse", "zip bomb", "no archive", "entities", "many rows"],
)
def test_a_small_table_cannot_fill_the_memory(make, ending: str, says: str, tmp_path: Path) -> None:
    """In a process with little memory: what the readers do without being asked is end the process."""
    path = tmp_path / f"table{ending}"
    make(path)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))\n"
        "from pathlib import Path; from cityrubric.fieldwork.tables import RowFaults, read_table\n"
        "from cityrubric.errors import Faults\n"
        "try:\n    print(read_table(Path(sys.argv[1]), RowFaults('table')))\n"
        "except Faults as faults:\n    print('refused:', faults)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-300:]
    assert "root:" not in done.stdout
    assert says in done.stdout
