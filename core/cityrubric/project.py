"""Where rule sets, cities and plugins come from: what ships, and what a project or a folder named on purpose adds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.language import translate as _
from cityrubric.paths import shipped

RULESET_FILE = "ruleset.toml"
CITY_FILE = "city.toml"


@frozen
class Project:
    """What is used besides what ships; only what is named here is ever looked at, wherever the program stands.

    Attributes:
        folder: a folder with `rulesets/`, `cities/` and `plugins/` of its own, which go before those that ship.
        plugins_dirs: further folders that hold one folder per plugin.
        without: names of plugins that are left out.
    """

    folder: Path | None = None
    plugins_dirs: tuple[Path, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def plugin_folders(self) -> tuple[Path, ...]:
        """Every folder from which plugins are loaded, but for the shipped one, as which a checkout may be a project."""
        own = (self.folder / "plugins",) if self.folder else ()
        ships = shipped("plugins").resolve()
        return tuple(some for some in (*own, *self.plugins_dirs) if some.is_dir() and some.resolve() != ships)

    def folders(self, kind: str) -> Iterator[Path]:
        """Yield the folders of a kind, the project's own first: `rulesets` or `cities`."""
        if self.folder:
            yield self.folder / kind
        yield shipped(kind)

    def ruleset_versions(self) -> list[str]:
        """Return the names of all rule sets."""
        files = [file for some in self.folders("rulesets") for file in some.glob(f"*/{RULESET_FILE}")]
        return sorted({file.parent.name for file in files})

    def find_ruleset(self, version: str | Path) -> Path:
        """Return a rule set's folder: of that name, the project's own first, or as given.

        Raises:
            CityrubricError: if there is none.
        """
        if isinstance(version, Path):
            return version
        for some in self.folders("rulesets"):
            if os.path.isfile(some / version / RULESET_FILE):  # also of a name that is too long, which pathlib raises
                return some / version
        if os.path.isfile(Path(version) / RULESET_FILE):
            return Path(version)
        hint = did_you_mean(version, self.ruleset_versions())
        raise CityrubricError(_("no rule set '{version}'").format(version=version) + hint)

    def find_city(self, city: Path) -> Path:
        """Return a city's folder: as given, or of that name, the project's own first.

        Raises:
            CityrubricError: if there is none.
        """
        if os.path.isdir(city):
            return city
        if city.parent.as_posix() in {".", "cities"}:
            for some in self.folders("cities"):
                if os.path.isfile(some / city.name / CITY_FILE):
                    return some / city.name
        known = [file.parent.name for some in self.folders("cities") for file in some.glob(f"*/{CITY_FILE}")]
        says = _("no such city: {city} (a folder with a {file}); `cityrubric --project DIR new city` starts one")
        raise CityrubricError(says.format(city=city, file=CITY_FILE) + did_you_mean(city.name, known))


SHIPPED = Project()


def open_project(folder: Path | None, plugins_dirs: tuple[Path, ...] = (), without: tuple[str, ...] = ()) -> Project:
    """Return the project of a run, its folders absolute, so that every process finds the same.

    Raises:
        CityrubricError: if a folder does not exist, or is no project.
    """
    for some in (*([folder] if folder else []), *plugins_dirs):
        if not some.is_dir():
            raise CityrubricError(_("no such folder: {folder}").format(folder=some))
    if folder and not any((folder / kind).is_dir() for kind in ("rulesets", "cities", "plugins")):
        says = _("{folder} is no project: it has none of rulesets/, cities/, plugins/; `init` starts one")
        raise CityrubricError(says.format(folder=folder))
    absolute = tuple(dict.fromkeys(some.resolve() for some in plugins_dirs))
    return Project(folder.resolve() if folder else None, absolute, tuple(dict.fromkeys(without)))
