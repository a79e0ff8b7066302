"""Whatever data say, a terminal shows it as text: nothing steers it, is markup, or breaks a line."""

from pathlib import Path

import pytest

from cityrubric.cli.saying import say
from cityrubric.errors import Faults
from cityrubric.fieldwork.tables import RowFaults, read_table
from cityrubric.intake.facts import read_city
from cityrubric.rubric.model import Ruleset
from smallest import city_text
from test_command_line import run


@pytest.mark.parametrize("code", [0x00, 0x07, 0x0D, 0x1B, 0x7F, 0x9B, 0x202E, 0x2066, 0xFFFF])
@pytest.mark.parametrize("where", ["key", "value"])
def test_what_cannot_be_shown_is_refused_and_not_repeated(
    code: int, where: str, ruleset: Ruleset, tmp_path: Path
) -> None:
    bad = f'"[31m\\u{code:04x}"'
    text = city_text(f"{bad} = 1\n") if where == "key" else city_text().replace('"某市"', bad)
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Faults, match=rf"holds a character that cannot be shown \(U\+{code:04X}\)") as raised:
        read_city(tmp_path, ruleset)
    assert chr(code) not in str(raised.value)


def test_what_is_said_never_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b]0;title\x07\r\x9b31m\u202eb\ud800\nc\td")
    assert capsys.readouterr().err == "a\\u001b]0;title\\u0007\\u000d\\u009b31m\\u202eb\\ud800\nc\td\n"


def test_markup_in_a_name_is_shown_as_it_is(tmp_path: Path) -> None:
    name = "[bold red]市[/x] [link=file:///etc]"
    (tmp_path / "city.toml").write_text(city_text().replace("某市", name), encoding="utf-8")
    assert name in run("assess", str(tmp_path)).stdout


def test_markup_is_shown_as_it_is_in_every_table(tmp_path: Path) -> None:
    """Also where cells are plain texts: such words vanished, became pictures, or ended the program."""
    name = "[red]甲[/x] :x: [b]"
    (tmp_path / "甲").mkdir()
    (tmp_path / "甲" / "city.toml").write_text(city_text().replace("某市", name), encoding="utf-8")
    ledger = str(tmp_path / "台账.db")
    assert run("assess", str(tmp_path / "甲"), "--ledger", ledger).returncode == 0
    for command in (["history", "甲"], ["compare", "甲"], ["province"]):
        done = run(*command, "--ledger", ledger, COLUMNS="200")
        assert (done.returncode, name in done.stdout) == (0, True), done.stderr


def test_a_name_of_two_lines_is_one_line_among_many(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"c{number}").mkdir()
        text = city_text().replace("某市", "甲\\n乙 pass 158 / 158")
        (tmp_path / f"c{number}" / "city.toml").write_text(text, encoding="utf-8")
    assert len(run("assess", *(str(tmp_path / f"c{n}") for n in range(4))).stdout.splitlines()) == 4


def test_a_register_may_hold_lines_but_nothing_that_steers(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes('a,b\r\n"一\r\n二",x\r\n三,\x1b[31m\r\n'.encode())
    faults = RowFaults("table.csv")
    table = read_table(tmp_path / "table.csv", faults)
    assert table.rows[0] == ("一\n二", "x")
    assert [(fault.path, fault.says) for fault in faults.kept] == [
        ("row 3", "holds a character that cannot be shown (U+001B); delete it")
    ]
