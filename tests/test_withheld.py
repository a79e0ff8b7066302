"""What a file may keep that is not on its pages: properties, hidden sheets, comments; and what is said aside."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cityrubric.assessment import Assessment
from cityrubric.cli.filled import renew_ledger
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import render, write_summary
from cityrubric.report.masking import view_for
from cityrubric.report.rows import row_of
from cityrubric.telling.stored import FILE_NAME, store
from secretive import DEEP, HEARD, PEOPLE, PLACES, UNKNOWN, readable

WITHHELD = {
    Audience.PUBLIC: (*PEOPLE, *PLACES, *DEEP, *HEARD, *UNKNOWN),
    Audience.CITY: (*PEOPLE, *HEARD, *UNKNOWN),
}
_TAG = re.compile(r"<[^>]*>")
_EMPTY = re.compile(r"<\?xml[^>]*>\s*<[\w:]+(\s+xmlns(:\w+)?=\"[^\"]*\")*\s*/>\s*")
_NOT_IN_OFFICE_FILES = ("custom", "comments", "people", "embeddings", "externalLinks", "printerSettings", "vbaProject")


def packed(assessment: Assessment, audience: Audience, stage: str) -> Iterator[tuple[str, str, bytes]]:
    """File, part and content of everything that office programs open."""
    for name, content in render(assessment, Order(Edition(audience, stage), ("word", "excel"))).items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                yield name, part, archive.read(part)


@pytest.mark.parametrize("stage", ["draft", "feedback", "review", "final"])
@pytest.mark.parametrize("audience", WITHHELD)
def test_no_part_of_an_office_file_holds_what_is_withheld(
    audience: Audience, stage: str, secretive: Assessment
) -> None:
    """At any stage; nor does one whose letters stand in several runs, which a search of the file itself would miss."""
    for name, part, content in packed(secretive, audience, stage):
        text = readable(content)
        for secret in WITHHELD[audience]:
            assert secret not in text, (name, part)
            assert secret not in _TAG.sub("", text), (name, part)


@pytest.mark.parametrize("audience", Audience)
def test_properties_are_empty_and_nothing_is_hidden(audience: Audience, secretive: Assessment) -> None:
    """Nobody, no time, no program; no comment, no sheet that is not shown, no name that a person has not use for."""
    for name, part, content in packed(secretive, audience, "final"):
        text = content.decode("utf-8", errors="ignore")
        assert not any(word in part for word in _NOT_IN_OFFICE_FILES), (name, part)
        if part.startswith("docProps/"):
            assert _EMPTY.fullmatch(text), (name, part, text)
        assert not re.search(r'state="(very)?[hH]idden"|<w:vanish\b|<w:(ins|del) |w:rsid\w*=', text), (name, part)
        assert not re.search(r'<(row|col)\b[^>]*\bhidden="(1|true)"', text), (name, part)
        names = re.findall(r'<definedName name="([^"]*)"', text)
        assert {*names} <= {"_xlnm._FilterDatabase", "_xlnm.Print_Titles"}, (name, part)


def test_the_overview_of_several_cities_holds_nothing_more(secretive: Assessment, tmp_path: Path) -> None:
    rows = [row_of(view_for(secretive, Audience.PUBLIC))] * 2
    (written,) = write_summary(rows, Order(Edition(Audience.PUBLIC), ("html",)), tmp_path)
    text = readable(written.read_bytes())
    assert secretive.city.name in text
    assert [secret for secret in WITHHELD[Audience.PUBLIC] if secret in text] == []


def test_the_ledger_that_a_city_gets_names_nobody(secretive: Assessment, tmp_path: Path) -> None:
    stored = store(secretive, tmp_path / "out")
    assert stored.name == FILE_NAME
    renew_ledger(stored, tmp_path / "ledger.xlsx", None, check=False)
    with zipfile.ZipFile(tmp_path / "ledger.xlsx") as archive:
        text = "".join(readable(archive.read(part)) for part in archive.namelist())
    assert [secret for secret in WITHHELD[Audience.CITY] if secret in text] == []


def test_what_report_says_aside_names_nobody(
    secretive: Assessment, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from cityrubric.cli.report import report

    stored = store(secretive, tmp_path / "out")
    for audience in WITHHELD:
        report([stored], Order(Edition(audience), ("word", "html")), tmp_path / "out")
    told = capfd.readouterr()
    assert [secret for secret in WITHHELD[Audience.PUBLIC] if secret in told.out + told.err] == []
