"""Where plugins are found, and how each is imported; a folder is looked into only if somebody names it."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TextIO

from attrs import frozen

from cityrubric.errors import PluginError
from cityrubric.language import translate as _
from cityrubric.paths import shipped

ENTRY_POINTS = "cityrubric"
SHIPPED = "shipped"


@frozen
class PluginSource:
    """One plugin that can be loaded.

    Attributes:
        name: the folder's, or that of the entry point.
        origin: `shipped`, an installed distribution with its version, or the folder it is loaded from.
        module: under which it is imported.
        folder: where it stands, for those that are loaded from a folder.
    """

    name: str
    origin: str
    module: str
    folder: Path | None = None


def plugin_sources(folders: Iterable[Path]) -> list[PluginSource]:
    """Return every plugin: those that ship, those that are installed, and those in the folders.

    Raises:
        PluginError: if there is no such folder.
    """
    return [*_shipped(), *_installed(), *(source for folder in folders for source in _local(folder))]


def import_plugin(source: PluginSource) -> ModuleType:
    """Import a plugin; whatever it raises is passed on."""
    _owners[source.module] = source.name
    if source.folder is None:
        return importlib.import_module(source.module)
    spec = importlib.util.spec_from_file_location(source.module, source.folder / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[source.module] = module  # so that the plugin's own relative imports find it
    spec.loader.exec_module(module)
    return module


@contextmanager
def speaking_aside() -> Iterator[None]:
    """Send what plugin code prints to stderr, for stdout is for results alone; in whatever thread it runs."""
    _enter()
    try:
        yield
    finally:
        _leave()


def plugin_of(module: str) -> str:
    """Return the plugin to which a module belongs, or nothing."""
    return next((name for own, name in _owners.items() if module == own or module.startswith(f"{own}.")), "")


_owners: dict[str, str] = {}
"""Modules that were imported as plugins, and the names of these."""

_speaking: list[TextIO] = []
"""Where stdout really goes, once for every thread that runs plugin code."""
_turn = threading.Lock()


def _enter() -> None:
    with _turn:
        _speaking.append(_speaking[0] if _speaking else sys.stdout)
        sys.stdout = sys.stderr


def _leave() -> None:
    with _turn:
        stdout = _speaking.pop()
        if not _speaking:
            sys.stdout = stdout


def _shipped() -> list[PluginSource]:
    names = _names(shipped("plugins"))
    return [PluginSource(name, SHIPPED, f"cityrubric.plugins.{name}") for name in names]


def _installed() -> list[PluginSource]:
    return [PluginSource(p.name, _distribution(p), p.module) for p in sorted(entry_points(group=ENTRY_POINTS))]


def _local(folder: Path) -> list[PluginSource]:
    if not folder.is_dir():
        raise PluginError(_("no such plugin folder: {folder}").format(folder=folder))
    return [PluginSource(name, str(folder), _unique(folder / name), folder / name) for name in _names(folder)]


def _names(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("*/__init__.py"))


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "?"


def _unique(package: Path) -> str:
    return f"cityrubric_local_{package.name}_{hashlib.sha256(str(package.resolve()).encode()).hexdigest()[:8]}"
