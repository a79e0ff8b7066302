"""Tables of inspections as files: of any kind, in any order, under any headings, read at once or piece by piece."""

import os
import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityrubric.errors import Faults
from cityrubric.fieldwork.inspections import runs
from cityrubric.intake.facts import read_city
from cityrubric.rubric.model import Ruleset
from inspecting import faults, folder_of, one, rows_of, visited, written


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_the_kind_of_file_and_the_order_of_rows_change_no_claim(ending: str, tmp_path: Path, ruleset: Ruleset) -> None:
    rows = visited(3, 900, ruleset)
    turned = [rows[0], *random.Random(1).sample(rows[1:], len(rows) - 1)]
    one_ = read_city(written(tmp_path / "a", {"inspections.csv": rows}), ruleset)
    other = read_city(written(tmp_path / "b", {f"inspections.{ending}": turned}), ruleset)
    assert one_.claims == other.claims
    assert one_.inspections is not None
    assert other.inspections is not None
    assert (one_.inspections.rows, one_.inspections.types) == (other.inspections.rows, other.inspections.types)


def test_a_folder_may_be_called_like_a_pattern(tmp_path: Path, ruleset: Ruleset) -> None:
    rows = rows_of("Y01", "S1", ruleset)
    folder = folder_of(tmp_path / "西宁[1]", {"inspections.parquet": rows}, ruleset)
    assert read_city(folder, ruleset).inspections is not None


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
        read_city(folder, ruleset)


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_pipe_is_no_table(ending: str, tmp_path: Path, ruleset: Ruleset) -> None:
    folder = written(tmp_path, {})
    os.mkfifo(folder / f"inspections.{ending}")
    with pytest.raises(Faults, match="is no file"):
        read_city(folder, ruleset)


def test_a_column_of_lists_holds_no_texts(tmp_path: Path, ruleset: Ruleset) -> None:
    folder = folder_of(tmp_path, {"inspections.parquet": rows_of("Y01", "S1", ruleset)}, ruleset)
    file = folder / "inspections.parquet"
    frame = polars.read_parquet(file, glob=False)
    frame.with_columns(polars.col("点位").implode().over("点位", mapping_strategy="join")).write_parquet(file)
    with pytest.raises(Faults, match=r"the column '点位' holds no texts \(List"):
        read_city(folder, ruleset)


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
            written(Path(folder), {"inspections.csv": [head, *rows]})
            try:
                city = read_city(Path(folder), ruleset)
                told.append(repr((city.claims, city.inspections)))
            except Faults as error:
                told.append(str(error).replace(folder, ""))
    assert told[0] == told[1] == told[2]


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
    assert one(read_city(folder, ruleset), "sheet.C2066.Y17").low == 100.0
