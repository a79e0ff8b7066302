"""A stored assessment reads back as the very records it was written from."""

import json
from pathlib import Path

import pytest
from attrs import asdict, evolve

from cityrubric.assessment import Assessment
from cityrubric.canonical import fingerprint
from cityrubric.errors import Faults
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import read_assessment, store, to_document, to_json
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


ALIKE = (0, 0.0, -0.0, 1, 1.0, True, False, 1e16, 1e-7, None, "", "1", (), ("1",))
"""Values of which many are equal and none is written the same as another."""


@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_what_was_written_before_changes_no_byte(order: int, xining: Assessment) -> None:
    """Texts are remembered from city to city; that must not show, in whatever order they come."""
    for value in ALIKE[::order]:
        facts = tuple(evolve(fact, low=value, high=value, period="2021") for fact in xining.facts[:2])
        one = evolve(xining, facts=facts, observations=({"says": value},))
        assert to_json(one) == json.dumps(to_document(one), ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_what_was_hashed_before_changes_no_hash(order: int, xining: Assessment) -> None:
    left_out = {"entered_by", "checked_by", "overruled"}
    for value in ALIKE[::order]:
        if isinstance(value, bool):
            continue  # no fact's end
        fact = evolve(xining.facts[0], low=value, high=value)
        spelled = {name: entry for name, entry in asdict(fact).items() if name not in left_out or entry}
        assert fingerprint(fact) == fingerprint(spelled)
