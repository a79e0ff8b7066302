"""What the tests of draws share: a plan, its register, and both draws from it."""

import shutil
from pathlib import Path

import pytest

from cityrubric.authoring.registers import fictional_register
from cityrubric.cli.draw import draw, freeze_register
from cityrubric.fieldwork.plan import Plan, read_plan
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset
from tabular import write

COUNT = 600


@pytest.fixture(scope="session")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Xining's plan for a register of 600 rows."""
    path = tmp_path_factory.mktemp("plan") / "draw.toml"
    text = (shipped("cities") / "xining" / "draw.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("count = 45359", f"count = {COUNT}"), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def plan(plan_file: Path, ruleset: Ruleset) -> Plan:
    return read_plan(plan_file, ruleset)


@pytest.fixture(scope="session")
def rows(plan: Plan) -> list[tuple[str, ...]]:
    return [*fictional_register(7, COUNT, plan)]


@pytest.fixture(scope="session")
def drawn(plan_file: Path, rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register, what was frozen, and both draws."""
    folder = tmp_path_factory.mktemp("drawn")
    register, secret = write(folder / "register.csv", rows), folder / "secret"
    freeze_register(plan_file, register, folder, secret)
    draw(plan_file, register, folder / "frozen.json", "明查", "03 11 20", folder, None)
    draw(plan_file, register, folder / "frozen.json", "暗访", "03 11 20", folder, secret)
    return folder


@pytest.fixture
def copy(drawn: Path, tmp_path: Path) -> Path:
    shutil.copytree(drawn, tmp_path / "copy")
    return tmp_path / "copy"
