"""Templates -> files: a plugin, a rule set, a city or a project to start from; nothing that is there is touched."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from cityrubric.authoring.cases import YEAR, Case
from cityrubric.authoring.testkit.boundaries import boundary_cases
from cityrubric.errors import CityrubricError
from cityrubric.files import write_whole
from cityrubric.hookspecs import API_VERSION
from cityrubric.language import translate as _
from cityrubric.project import CITY_FILE, RULESET_FILE
from cityrubric.rubric.model import Ruleset

TEMPLATES = Path(__file__).parent / "templates"
_MODULE = re.compile(r"[a-z][a-z0-9_]*")
_FOLDER = re.compile(r"[^\W_][\w.-]*")


def write_project(folder: Path) -> list[Path]:
    """Start a project: a folder with `rulesets/`, `cities/` and `plugins/` of its own."""
    files = {Path("README.md"): _filled("project/README.md", {"name": folder.resolve().name})}
    written = _write(folder, files)
    for kind in ("rulesets", "cities", "plugins"):
        (folder / kind).mkdir(exist_ok=True)
    return written


def write_plugin(project: Path, name: str, version: str) -> list[Path]:
    """Write a plugin with two facts, a measure, an overlay with an indicator, cases and their test.

    Args:
        project: the project's folder.
        name: of the plugin; a name that Python can import.
        version: of the rule set that it lies over.
    """
    if not _MODULE.fullmatch(name):
        raise CityrubricError(_("'{name}' is no name of a plugin: small letters, digits and _").format(name=name))
    words = {"name": name, "dashed": name.replace("_", "-"), "version": version, "api": str(API_VERSION)}
    names = ("__init__.py", "measures.py", "catalogue.toml", "overlay.toml", "pyproject.toml", "tests/cases.toml")
    files = {Path(file): _filled(f"plugin/{file}", words) for file in names}
    files[Path(f"tests/test_{name}.py")] = _filled("plugin/tests/test_plugin.py", words)
    return _write(project / "plugins" / name, files)


def write_city(project: Path, name: str, version: str) -> list[Path]:
    """Write a city without facts, and the test that it can be assessed by that version."""
    _check_folder(name)
    words = {"name": name, "year": str(YEAR), "version": version}
    written = _write(project / "cities" / name, {Path(CITY_FILE): _filled(f"city/{CITY_FILE}", words)})
    test = {Path(f"test_city_{_word(name)}.py"): _filled("city/test_city.py", words)}
    return written + _write(project / "tests" / f"city_{_word(name)}", test)


def write_ruleset(project: Path, version: str, old: Ruleset, folder: Path) -> list[Path]:
    """Copy a rule set whole under a new version, with cases on both sides of its lines and their test.

    Args:
        project: the project's folder.
        version: the new one's name.
        old: what is copied.
        folder: where that stands.
    """
    _check_folder(version)
    texts = {file.relative_to(folder): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
    files: dict[Path, str | bytes] = {**texts}
    head = texts[Path(RULESET_FILE)].decode("utf-8-sig")
    head = re.sub(r"(?m)^(version\s*=\s*).*$", lambda found: f"{found[1]}{json.dumps(version)}", head, count=1)
    files[Path(RULESET_FILE)] = re.sub(r'(?m)^status\s*=\s*"published"', 'status = "draft"', head, count=1)
    written = _write(project / "rulesets" / version, files)
    cases = "\n".join(_case_text(case) for case in boundary_cases(old))
    tests: dict[Path, str | bytes] = {
        Path("cases.toml"): cases,
        Path(f"test_rules_{_word(version)}.py"): _filled("ruleset/test_ruleset.py", {"version": version}),
    }
    return written + _write(project / "tests" / f"rules_{_word(version)}", tests)


def _filled(template: str, words: Mapping[str, str]) -> str:
    return Template((TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(words)


def _write(folder: Path, files: Mapping[Path, str | bytes]) -> list[Path]:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CityrubricError(_("{folder} is there already; nothing was written").format(folder=folder))
    for name, content in files.items():
        write_whole(folder / name, content)
    return [folder / name for name in files]


def _check_folder(name: str) -> None:
    if not _FOLDER.fullmatch(name):
        says = _("'{name}' is no name of a folder: letters, digits, _ . and -")
        raise CityrubricError(says.format(name=name))


def _word(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _case_text(case: Case) -> str:
    """A case with one fact and one verdict, as TOML."""
    ((fact, value),) = case.given["facts"].items()
    ((indicator, verdict),) = case.expected["verdicts"].items()
    name, key, id_ = (json.dumps(text, ensure_ascii=False) for text in (case.name, fact, indicator))
    return f'[[cases]]\nname = {name}\nfacts = {{ {key} = {value!r} }}\nverdicts = {{ {id_} = "{verdict}" }}\n'
