"""`cityrubric init` and `new`: what a project, a plugin, a rule set or a city starts from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cityrubric.authoring.scaffold.write import write_city, write_plugin, write_project, write_ruleset
from cityrubric.cli.saying import say
from cityrubric.cli.session import load_ruleset, offers, project
from cityrubric.errors import CityrubricError
from cityrubric.language import translate as _


def init(folder: Path) -> None:
    """Start a project."""
    _tell(write_project(folder))


def new_plugin(name: str, version: str) -> None:
    """Write a plugin into the project.

    Raises:
        CityrubricError: if there is no project, or anything of that name already.
    """
    if name in {plugin.name for plugin in offers().plugins}:
        raise CityrubricError(_("there is a plugin '{name}' already").format(name=name))
    _tell(write_plugin(_folder(), name, load_ruleset(version).version))


def new_ruleset(version: str, source: str) -> None:
    """Copy a rule set into the project under a new version.

    Raises:
        CityrubricError: if there is no project, or anything of that name already.
    """
    if version in project().ruleset_versions():
        raise CityrubricError(_("there is a rule set '{version}' already").format(version=version))
    _tell(write_ruleset(_folder(), version, load_ruleset(source), project().find_ruleset(source)))


def new_city(name: str, version: str) -> None:
    """Write a city into the project.

    Raises:
        CityrubricError: if there is no project, or anything of that name already.
    """
    _tell(write_city(_folder(), name, load_ruleset(version).version))


def _folder() -> Path:
    folder = project().folder
    if folder is None:
        raise CityrubricError(_("name the project: --project DIR; `cityrubric init DIR` starts one"))
    return folder


def _tell(files: Iterable[Path]) -> None:
    for file in files:
        say(_("written: {file}").format(file=file))
