"""What the tests share: the shipped rule set, read once, Xining, assessed once, and messages in English."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from cityrubric.assessment import Assessment
from cityrubric.intake.facts import read_city
from cityrubric.language import speak
from cityrubric.paths import shipped
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from secretive import secretive_of

# a slow moment of the machine is no failure
settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    return load_ruleset("2021")


@pytest.fixture(scope="session")
def xining(ruleset: Ruleset) -> Assessment:
    return assess(read_city(shipped("cities") / "xining", ruleset), ruleset)


@pytest.fixture(scope="session")
def joint() -> Assessment:
    """Xining by the national rules and those of the example province."""
    own = load_ruleset("2021", overlay="qinghai")
    return assess(read_city(shipped("cities") / "xining", own), own)


@pytest.fixture(scope="session")
def secretive(xining: Assessment) -> Assessment:
    """Xining, with secrets."""
    return secretive_of(xining)


@pytest.fixture(scope="session")
def maturity() -> Ruleset:
    """A maturity model of another trade, with operators, aggregations and further results."""
    folder = Path(__file__).parent / "peers" / "maturity"
    return load_ruleset(folder / "ruleset", [folder / "plugins"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of Xining that may be changed."""
    shutil.copytree(shipped("cities") / "xining", tmp_path / "xining")
    return tmp_path / "xining"


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--inspection-rows", type=int, default=200_000, help="rows of the benchmark of inspections")
    parser.addoption("--write-golden", action="store_true", help="write golden files anew instead of comparing")
