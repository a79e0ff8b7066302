"""Equal inputs give equal bytes: whatever the hash seed, locale, time zone, jobs, engine, block and Python."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cityrubric.authoring.fictional import fictional_city
from cityrubric.cli.generate import MIX
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.plan import plan_of
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import to_json
from cityrubric.telling.tell import assess, tell
from test_command_line import TOP, run

MADE_UP = 9
SHIPPED = sorted(path.parent.name for path in shipped("cities").glob("*/city.toml"))
PYTHONS = ("3.10", "3.12", "3.13")
LOCALES = {"zh_CN.GBK": ("zh_CN", "GBK"), "zh_CN.GB18030": ("zh_CN", "GB18030"), "tr_TR.UTF-8": ("tr_TR", "UTF-8")}

SURROUNDINGS: dict[str, tuple[dict[str, str], Sequence[str]]] = {
    "seed 0": ({"PYTHONHASHSEED": "0"}, ()),
    "seed 4294967295": ({"PYTHONHASHSEED": "4294967295"}, ()),
    "C locale": ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, ()),
    "GBK": ({"LC_ALL": "zh_CN.GBK", "PYTHONUTF8": "0"}, ()),
    "GB18030": ({"LC_ALL": "zh_CN.GB18030", "PYTHONUTF8": "0"}, ()),
    "Turkish": ({"LC_ALL": "tr_TR.UTF-8"}, ()),
    "Chinese messages": ({}, ("--lang", "zh")),
    "Kiritimati": ({"TZ": "Pacific/Kiritimati"}, ()),
    "Niue": ({"TZ": "Pacific/Niue"}, ()),
    "two jobs": ({}, ("--jobs", "2")),
    "five jobs": ({}, ("--jobs", "5")),
    "plain": ({}, ("--engine", "plain", "--jobs", "1")),
    "durable": ({}, ("--engine", "durable", "--jobs", "2")),
    "optimised": ({"PYTHONOPTIMIZE": "2"}, ()),
    "without caches": ({"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/nowhere"}, ()),
}


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Made-up cities, and those that ship."""
    folder = tmp_path_factory.mktemp("determinism") / "cities"
    assert run("generate", "--cities", str(MADE_UP), "--seed", "77", "--out", str(folder)).returncode == 0
    return [*sorted(map(str, folder.iterdir())), *SHIPPED]


@pytest.fixture(scope="module")
def expected(cities: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("expected")
    done = run("assess", *cities, "--jobs", "1", "--out", str(out))
    assert done.returncode == 0, done.stderr
    return files(out)


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Locales that few machines have, made here."""
    folder = tmp_path_factory.mktemp("locales")
    for name, (source, charset) in LOCALES.items():
        if shutil.which("localedef"):
            subprocess.run(["localedef", "-i", source, "-f", charset, folder / name], capture_output=True, check=False)
    return folder


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_whatever_the_surroundings(
    name: str, cities: list[str], expected: dict[str, bytes], locales: Path, tmp_path: Path
) -> None:
    environment, options = SURROUNDINGS[name]
    if environment.get("LC_ALL") in LOCALES and not (locales / environment["LC_ALL"]).exists():
        pytest.skip("this locale cannot be made here")
    if "durable" in options:
        pytest.importorskip("durable_rules_engine")
    command = [sys.executable, "-m", "cityrubric", "assess", *cities, "--out", str(tmp_path), *options]
    env = {**os.environ, "LOCPATH": str(locales), **environment}
    done = subprocess.run(command, capture_output=True, cwd=TOP, env=env, check=False)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path) == expected


@pytest.mark.parametrize("size", [1, 2, 7, 30])
def test_whatever_the_block(size: int, ruleset: Ruleset) -> None:
    cities = [fictional_city(seed, ruleset, MIX) for seed in range(30 - len(SHIPPED))]
    cities += [read_city(shipped("cities") / name, ruleset) for name in SHIPPED]
    plan = plan_of(ruleset)
    for first in range(0, len(cities), size):
        some = cities[first : first + size]
        block = make_block(some, plan)
        results = assess_block(block, plan)
        for column, city in enumerate(some):
            assert to_json(tell(block, results, column, plan)) == to_json(assess(city, ruleset)), city.id


@pytest.mark.slow
@pytest.mark.parametrize("version", PYTHONS)
def test_whatever_the_version_of_python(
    version: str, cities: list[str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    python, uv = find_python(version), shutil.which("uv")
    if python is None or uv is None:
        pytest.skip(f"no Python {version} here, or no uv")
    own = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(tmp_path / "venv"), "CC": "/none"}
    sync = [uv, "sync", "--quiet", "--no-dev", "--no-install-package", "durable-rules", "--python", str(python)]
    subprocess.run(sync, check=True, cwd=TOP, env=own)
    assess = [str(tmp_path / "venv/bin/cityrubric"), "assess", *cities, "--out", str(tmp_path / "out")]
    done = subprocess.run(assess, capture_output=True, cwd=TOP, check=False)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "out") == expected


def find_python(version: str) -> Path | None:
    """Return an interpreter of this version: on the path, or one of pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [*pyenv.glob(f"{version}.*/bin/python"), Path(shutil.which(f"python{version}") or "nowhere")]
    for candidate in candidates:
        if candidate.exists() and subprocess.run([candidate, "-V"], capture_output=True, check=False).returncode == 0:
            return candidate
    return None
