"""A stored assessment reads back as the very records it was written from."""

import json
from pathlib import Path

import pytest

from cityrubric.errors import Faults
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import read_assessment, store, to_json
from cityrubric.telling.tell import assess

CITIES = sorted(path.parent.name for path in shipped("cities").glob("*/city.toml"))


@pytest.mark.parametrize("city", CITIES)
def test_written_again_it_has_the_same_bytes(city: str, ruleset: Ruleset, tmp_path: Path) -> None:
    file = store(assess(read_city(shipped("cities") / city, ruleset), ruleset), tmp_path)
    assert to_json(read_assessment(file)).encode() == file.read_bytes()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not valid JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "is not a table"),
        (json.dumps({"schema_version": 99}).encode(), "newer version of this program"),
    ],
)
def test_what_is_no_assessment_is_refused_with_a_reason(content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "assessment.json"
    file.write_bytes(content)
    with pytest.raises(Faults, match=says):
        read_assessment(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Faults, match="nothing"):
        read_assessment(tmp_path / "nothing.json")
