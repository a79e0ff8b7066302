"""Plugins in: found, imported, checked, and what they offer gathered; nothing is ever skipped in silence."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

import pluggy
from attrs import evolve, frozen

from cityrubric import canonical
from cityrubric.catalogue import FactSpec, read_catalogue
from cityrubric.errors import FaultLog, PluginError, did_you_mean
from cityrubric.hookspecs import NAMESPACE, Hooks, Measure
from cityrubric.language import translate as _
from cityrubric.paths import shipped

HASHED_ENDINGS = (".py", ".toml")

Offered = TypeVar("Offered", FactSpec, Measure)


@frozen
class Plugin:
    """One plugin as loaded.

    Attributes:
        name: the indicator group's name.
        origin: `shipped` for those that come with the product, else the folder they were loaded from.
        hash: of its source, independent of where it stands.
        facts: how many facts its catalogue has.
        measures: how many measures it offers.
    """

    name: str
    origin: str
    hash: str
    facts: int
    measures: int


@frozen(eq=False)
class Offers:
    """What all loaded plugins offer together."""

    plugins: tuple[Plugin, ...]
    catalogue: Mapping[str, FactSpec]
    measures: Mapping[str, Measure]


@functools.cache
def load_plugins(*folders: Path) -> Offers:
    """Load the plugins that ship with the product, and those in further folders.

    Args:
        folders: each holds one folder per plugin. Only what is named here is ever loaded.

    Raises:
        PluginError: if a plugin cannot be imported, misspells a hook, or offers what another offers already.
        Faults: if a catalogue is faulty.
    """
    sources = [(name, folder) for folder in (shipped("plugins"), *folders) for name in _plugins_in(folder)]
    for name, count in Counter(name for name, _folder in sources).items():
        if count > 1:
            raise PluginError(_("two plugins are called '{name}': rename one folder").format(name=name))
    manager = pluggy.PluginManager(NAMESPACE)
    manager.add_hookspecs(Hooks)
    for name, folder in sources:
        manager.register(_import(name, folder), name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        name = manager.get_name(error.plugin) or "?"
        raise PluginError(_("plugin '{name}' implements no known hook: {why}").format(name=name, why=error)) from error
    return _gather(manager, dict(sources))


def _plugins_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        raise PluginError(_("no such plugin folder: {folder}").format(folder=folder))
    return sorted(path.parent.name for path in folder.glob("*/__init__.py"))


def _import(name: str, folder: Path) -> ModuleType:
    try:
        if folder == shipped("plugins"):
            return importlib.import_module(f"cityrubric.plugins.{name}")
        package = folder / name
        unique = f"cityrubric_local_{name}_{hashlib.sha256(str(package.resolve()).encode()).hexdigest()[:8]}"
        spec = importlib.util.spec_from_file_location(unique, package / "__init__.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[unique] = module  # so that the plugin's own relative imports find it
        spec.loader.exec_module(module)
    except Exception as error:
        raise _broken(name, error) from error
    return module


def _gather(manager: pluggy.PluginManager, folders: Mapping[str, Path]) -> Offers:
    log = FaultLog()
    catalogue: dict[str, FactSpec] = {}
    measures: dict[str, Measure] = {}
    for impl in sorted(manager.hook.catalogue.get_hookimpls(), key=lambda impl: impl.plugin_name):
        path = _call(impl)
        name = f"{impl.plugin_name}/{path.name}"
        _merge(catalogue, read_catalogue(path, name, impl.plugin_name, log), _("fact"))
    for impl in sorted(manager.hook.measures.get_hookimpls(), key=lambda impl: impl.plugin_name):
        for offered in _call(impl):
            _merge(measures, {offered.id: evolve(offered, plugin=impl.plugin_name)}, _("measure"))
    log.check()
    for measure in measures.values():
        _check_reads(measure, catalogue)
    plugins = tuple(_plugin(name, folders[name], catalogue, measures) for name in sorted(folders))
    return Offers(plugins, MappingProxyType(catalogue), MappingProxyType(measures))


def _call(impl: pluggy.HookImpl) -> Any:
    try:
        return impl.function()
    except Exception as error:
        raise _broken(impl.plugin_name, error) from error


def _broken(name: str, error: Exception) -> PluginError:
    why = f"{type(error).__name__}: {error}"
    return PluginError(_("plugin '{name}' cannot be loaded: {why}").format(name=name, why=why))


def _merge(offers: dict[str, Offered], new: Mapping[str, Offered], what: str) -> None:
    for key, value in new.items():
        if key in offers:
            message = _("two plugins offer the {what} '{key}': '{first}' and '{second}'")
            names = {"first": offers[key].plugin, "second": value.plugin}
            raise PluginError(message.format(what=what, key=key, **names))
        offers[key] = value


def _check_reads(measure: Measure, catalogue: Mapping[str, FactSpec]) -> None:
    for key in measure.reads:
        if key not in catalogue:
            message = _("plugin '{name}': measure '{id}' reads '{key}', which is in no catalogue")
            hint = did_you_mean(key, catalogue)
            raise PluginError(message.format(name=measure.plugin, id=measure.id, key=key) + hint)


def _plugin(name: str, folder: Path, catalogue: Mapping[str, FactSpec], measures: Mapping[str, Measure]) -> Plugin:
    return Plugin(
        name=name,
        origin="shipped" if folder == shipped("plugins") else str(folder),
        hash=canonical.fingerprint_folder(folder / name, HASHED_ENDINGS),
        facts=sum(spec.plugin == name for spec in catalogue.values()),
        measures=sum(measure.plugin == name for measure in measures.values()),
    )
