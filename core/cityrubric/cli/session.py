"""What this run of the program uses besides what ships; every command loads rule sets and finds cities through here."""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path

from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.language import translate as _
from cityrubric.pluginhost import Offers, load_plugins
from cityrubric.project import SHIPPED, Project, open_project
from cityrubric.rubric import load
from cityrubric.rubric.model import Ruleset

_project: ContextVar[Project] = ContextVar("project", default=SHIPPED)


def begin(folder: Path | None, plugins_dirs: list[Path], without: list[str]) -> None:
    """Set what this run uses.

    Raises:
        CityrubricError: if a folder does not exist, or is no project.
    """
    _project.set(open_project(folder, tuple(plugins_dirs), tuple(without)))


def project() -> Project:
    """Return what this run uses besides what ships."""
    return _project.get()


def load_ruleset(version: str | Path, overlay: str = "") -> Ruleset:
    """Read a rule set by its name, or by its folder, and what a province lays over it."""
    return load.load_ruleset(version, project=project(), overlay=overlay)


def load_rules(version: str | Path, overlay: str) -> Ruleset:
    """Read a rule set, or of an overlay the province's own ledger: for whatever looks at rules and at no city."""
    ruleset = load_ruleset(version, overlay)
    return ruleset.overlay.ruleset if ruleset.overlay else ruleset


def load_named(version: str, overlay: str = "") -> Ruleset:
    """Read the rules that a file names: some of those there are, for no file may bring rules of its own along.

    Raises:
        CityrubricError: if there is none of that name.
    """
    known = project().ruleset_versions()
    if version not in known:
        raise CityrubricError(_("no rule set '{version}'").format(version=version) + did_you_mean(version, known))
    return load_ruleset(version, overlay)


def find_city(city: Path) -> Path:
    """Return a city's folder: as given, or of that name."""
    return project().find_city(city)


def offers() -> Offers:
    """Return what all plugins of this run offer."""
    return load_plugins(*project().plugin_folders, without=project().without)
