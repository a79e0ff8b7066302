"""The program speaks Chinese and English: every message is translated, with the same blanks to fill in."""

import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from cityrubric.documents import parse_document
from cityrubric.errors import FaultLog
from cityrubric.language import speak, translate

CORE = Path(__file__).parent.parent / "core" / "cityrubric"
CATALOGUE = CORE / "locale" / "zh_CN" / "LC_MESSAGES" / "cityrubric"
EXTRACTORS = [("**.py", "python"), ("**.html", "jinja2")]
MESSAGES = {
    message: where
    for where, _line, message, _comments, _context in extract_from_dir(CORE, EXTRACTORS, keywords={"_": None})
}


def chinese() -> gettext.NullTranslations:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_translated_with_the_same_blanks(message: str) -> None:
    translated = chinese().gettext(message)
    assert translated != message, MESSAGES[message]
    assert set(re.findall(r"\{\w+\}", translated)) == set(re.findall(r"\{\w+\}", message))


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with CATALOGUE.with_suffix(".po").open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    fresh, shipped = gettext.GNUTranslations(compiled), chinese()
    assert [fresh.gettext(message) for message in MESSAGES] == [shipped.gettext(message) for message in MESSAGES]
    assert {message.id for message in catalogue if message.id} == set(MESSAGES)


@pytest.mark.parametrize(
    "text",
    [
        "a = [1",
        "a b",
        "a = x",
        "[a",
        "[[a]",
        'a = "x',
        "a = 2021-13-01",
        "a = 1 b = 2",
        "[a]\n[a]",
        "a = 1\na = 2",
        "名 = 1",
    ],
)
def test_what_a_parser_says_is_chinese(text: str) -> None:
    speak("zh")
    log = FaultLog()
    assert parse_document(text, "city.toml", log) is None
    (fault,) = (one.says.removeprefix("不是有效的 TOML：") for one in log.faults)
    assert re.search("第[0-9]+行第[0-9]+列|文件末尾", fault)
    assert re.findall("[A-Za-z]{2,}", fault) == []


@pytest.mark.parametrize(
    ("language", "environment", "says"),
    [
        ("zh", {}, "待定"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "undetermined"),
        (None, {"LANG": "zh_CN.GBK"}, "待定"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "undetermined"),
        (None, {"LANG": "de_DE.UTF-8"}, "undetermined"),
    ],
)
def test_option_before_environment(
    language: str | None, environment: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    speak(language)
    assert translate("undetermined") == says
