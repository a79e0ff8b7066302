"""Odd arguments: a message in the language of the rest, the right exit code, and nothing left behind."""

from pathlib import Path

import pytest
import tomli

from cityrubric.cli.main import run
from cityrubric.paths import shipped

CASES = tomli.loads((Path(__file__).parent / "broken" / "arguments.toml").read_text(encoding="utf-8"))["cases"]
CITY = """
schema_version = 1
name = "某市"
province = "某省"
assessment_year = 2021
reference_date = 2021-12-31
"""
WORDS = {"LONG": "长" * 300, "BYTES": "bad\udcff", "PLAN": str(shipped("cities") / "xining" / "draw.toml")}


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in ("here", "empty"):
        (tmp_path / kind).mkdir()
    (tmp_path / "here" / "city.toml").write_text(CITY, encoding="utf-8")
    (tmp_path / "file").touch()
    (tmp_path / "impact.json").write_text("kept", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_odd_arguments(case: dict[str, object], office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, arguments = names(office), case["arguments"]
    assert isinstance(arguments, list)
    with pytest.raises(SystemExit) as ended:
        run(["--lang", "zh", *(WORDS.get(word, word) for word in arguments)])
    told = capsys.readouterr().err
    assert str(case["says"]) in told
    assert "程序" not in told
    assert ended.value.code == case["code"]
    assert names(office) - before == {*case.get("leaves", ())}  # type: ignore[misc]
    assert (office / "impact.json").read_text(encoding="utf-8") == "kept"
