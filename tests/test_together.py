"""Several who write into one folder at once, or are stopped while they do: nothing is lost, nothing is mixed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cityrubric import files, folders
from cityrubric.errors import CityrubricError
from cityrubric.folders import alone_in, finish_group, write_group
from cityrubric.intake.importing import import_files, import_into, write_import
from cityrubric.rubric.model import Ruleset
from workbooks import GIVEN, add, fill, stated, write

HANDS = ("张三", "李四", "王五", "赵六")
ASKED = ("team.staff", "全市", "2021")
HOLDER = """
import pathlib, sys, time
from cityrubric.folders import alone_in
with alone_in(pathlib.Path(sys.argv[1])):
    print("alone", flush=True)
    time.sleep(600)
"""


@contextmanager
def held(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process be alone in a folder; it is killed at the end, if not before."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, folder], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "alone\n"
            yield holder
        finally:
            holder.kill()


def handed_in(folder: Path, ruleset: Ruleset) -> list[Path]:
    """A workbook of everybody: a different figure for one fact, and a document of the own."""
    paths = []
    for number, name in enumerate(HANDS, 1):
        path = write(folder, ruleset, name, name=name)
        fill(path, {ASKED: {"数值或内容": 800 + number, **GIVEN}})
        add(path, "佐证台账", 佐证编号=f"E{number}", 名称=f"{name}的材料")
        paths.append(path)
    return paths


def test_of_those_who_import_at_once_nobody_loses_anything(folder: Path, ruleset: Ruleset, tmp_path: Path) -> None:
    """All of them wait for one who holds the city; when he is gone they come one by one, in whatever order."""
    shutil.copytree(folder, tmp_path / "one by one" / "xining")
    paths = handed_in(folder, ruleset)
    with held(folder) as holder:
        command = [sys.executable, "-m", "cityrubric", "--lang", "en", "import"]
        running = [subprocess.Popen([*command, path, folder], stderr=subprocess.PIPE, text=True) for path in paths]
        with pytest.raises(subprocess.TimeoutExpired):
            running[0].wait(3)
        holder.kill()
        told = [one.communicate()[1] for one in running]
    assert [one.returncode for one in running] == [0] * len(HANDS), told
    assert sorted(entry.entered_by for entry in stated(folder, "team.staff") if entry.entered_by) == sorted(HANDS)
    import_into(tmp_path / "one by one" / "xining", paths, ruleset)
    for name in ("city.toml", "evidence.csv"):
        assert (folder / name).read_bytes() == (tmp_path / "one by one" / "xining" / name).read_bytes()


def test_a_killed_process_locks_nothing(folder: Path, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    path, *_others = handed_in(folder, ruleset)
    monkeypatch.setattr(folders, "_PATIENCE", 0.2)
    with held(folder) as holder:
        with pytest.raises(CityrubricError, match="is being written by another process"):
            import_into(folder, [path], ruleset)
        assert import_files([path], folder, ruleset).files  # who only reads waits for nobody
        holder.kill()
        holder.wait()
        import_into(folder, [path], ruleset)
    assert [entry.value for entry in stated(folder, "team.staff")] == [801]


def test_a_folder_that_cannot_be_locked_is_told(tmp_path: Path) -> None:
    """A read-only folder fails in the same way, but for whoever runs these tests as root."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine", encoding="utf-8")
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / folders.LOCK_FILE).symlink_to(elsewhere)
    (tmp_path / "blocked" / folders.LOCK_FILE).mkdir(parents=True)
    for name in ("planted", "blocked"):
        with pytest.raises(CityrubricError, match=f"{name} cannot be locked for writing: .*copy the folder"):
            alone_in(tmp_path / name).__enter__()
    assert elsewhere.read_text(encoding="utf-8") == "mine"
    with pytest.raises(CityrubricError, match="no such folder"):
        alone_in(tmp_path / "nowhere").__enter__()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(CityrubricError, match="cannot be locked for writing: Permission denied"):
            alone_in(tmp_path).__enter__()
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize("name", ["city.toml", "evidence.csv", "inspections.csv", "inspections.toml"])
def test_a_city_that_somebody_changed_meanwhile_is_left_alone(name: str, folder: Path, ruleset: Ruleset) -> None:
    """An editor takes no lock: whatever an import has read must still be as it was."""
    path, *_others = handed_in(folder, ruleset)
    imported = import_files([path], folder, ruleset)
    before = (folder / "city.toml").read_bytes()
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("# 后来\n")
    after = {one.name: one.read_bytes() for one in folder.iterdir()}
    with pytest.raises(CityrubricError, match=f"{name} was changed by somebody else"):
        write_import(imported, folder)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == after
    assert (name == "city.toml") == (after["city.toml"] != before)


@pytest.mark.parametrize("stops_after", range(5))
def test_whatever_stops_the_writing_all_files_are_old_or_all_new(
    stops_after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")
    (tmp_path / "b").write_text("old", encoding="utf-8")
    replace, left = Path.replace, [stops_after]

    def stopping(self: Path, target: Path) -> Path:
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return replace(self, target)

    monkeypatch.setattr(files.Path, "replace", stopping)
    with pytest.raises(KeyboardInterrupt), alone_in(tmp_path):
        write_group(tmp_path, {"a": "new", "b": "new"})
    monkeypatch.undo()
    finish_group(tmp_path)
    assert (tmp_path / "a").read_text(encoding="utf-8") == (tmp_path / "b").read_text(encoding="utf-8")
    assert (tmp_path / "a").read_text(encoding="utf-8") == ("new" if stops_after >= 3 else "old")
