"""A folder's files are read from that folder alone, and nothing but a file is written over."""

import os
import shutil
from pathlib import Path

import pytest

from cityrubric.errors import CityrubricError, Faults
from cityrubric.files import write_whole
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from smallest import city_text
from test_command_line import run

HERE = Path(__file__).parent


def test_a_list_of_waiting_files_moves_nothing_elsewhere(ruleset: Ruleset, tmp_path: Path) -> None:
    city = shutil.copytree(shipped("cities") / "panjin", tmp_path / "city")
    (city / ".changes.json").write_text('["../victim"]', encoding="utf-8")
    (city / ".victim.new").write_text("theirs", encoding="utf-8")
    (tmp_path / "victim").write_text("ours", encoding="utf-8")
    with pytest.raises(CityrubricError, match="is no list of files"):
        read_city(city, ruleset)
    assert (tmp_path / "victim").read_text(encoding="utf-8") == "ours"


@pytest.mark.parametrize("name", ["../secret.toml", "/etc/passwd", "a/../../secret.toml", "..\\secret.toml"])
def test_a_rule_set_reads_only_what_stands_beside_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text('secret = "do not show"', encoding="utf-8")
    folder = tmp_path / "rules"
    folder.mkdir()
    for file in (HERE / "tiny" / "ruleset").iterdir():
        text = file.read_text(encoding="utf-8")
        replaced = text.replace('file = "', f'file = {name!r} # "', 1) if file.name == "ruleset.toml" else text
        (folder / file.name).write_text(replaced, encoding="utf-8")
    with pytest.raises(Faults) as raised:
        load_ruleset(folder, [HERE / "tiny" / "plugins"])
    assert "do not show" not in str(raised.value)
    assert "cannot be read" not in str(raised.value)


@pytest.mark.skipif(os.name != "posix", reason="links and devices of POSIX")
@pytest.mark.parametrize("kind", ["link out", "link to a device", "pipe", "folder"])
def test_a_city_reads_only_files_of_its_own_folder(kind: str, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text(city_text('secret = "do not show"\n'), encoding="utf-8")
    file = tmp_path / "city" / "city.toml"
    file.parent.mkdir()
    make = {
        "link out": lambda: file.symlink_to(tmp_path / "secret.toml"),
        "link to a device": lambda: file.symlink_to("/dev/zero"),
        "pipe": lambda: os.mkfifo(file),
        "folder": file.mkdir,
    }
    make[kind]()
    done = run("assess", str(file.parent))
    assert done.returncode == 1
    assert ("leads out of its folder" if "link" in kind else "is no file") in done.stderr
    assert "do not show" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
def test_a_device_or_a_pipe_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    """Who works as root and writes to /dev/null would be without it afterwards."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CityrubricError, match="pipe cannot be written: is no file"):
        write_whole(tmp_path / "pipe", "text")
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_within_the_folder_is_followed(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "facts.toml").write_text(city_text(), encoding="utf-8")
    (tmp_path / "city" / "city.toml").symlink_to("facts.toml")
    assert read_city(tmp_path / "city", ruleset).name == "某市"
