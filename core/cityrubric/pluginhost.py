"""Plugins in: found, imported, checked, and what they offer gathered; nothing is ever skipped in silence."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

import pluggy
from attrs import evolve, field, frozen

from cityrubric import basics, canonical
from cityrubric.catalogue import FactSpec, read_catalogue
from cityrubric.errors import CityrubricError, FaultLog, PluginError, did_you_mean
from cityrubric.hookspecs import API_VERSION, NAMESPACE, Hooks, Importer, Measure
from cityrubric.language import translate as _
from cityrubric.plugincalls import Format, check_offer, guarded, offered_files, offered_things
from cityrubric.pluginsources import PluginSource, import_plugin, plugin_sources
from cityrubric.scoring import Aggregation, Operator

HASHED_ENDINGS = (".py", ".toml")
NOT_HASHED = ("tests", "pyproject.toml")
"""What a plugin has only where it is written, and not where it is installed."""
BASICS = "cityrubric"
"""Under this name the engine itself offers what every rule set may use."""

Offered = TypeVar("Offered", FactSpec, Measure)


@frozen
class Plugin:
    """One plugin as loaded.

    Attributes:
        name: the indicator group's name.
        origin: `shipped`, an installed distribution with its version, or the folder it was loaded from.
        hash: of its source, independent of where it stands.
        facts: how many facts its catalogue has.
        measures: how many measures it offers.
        hooks: every hook that it implements.
    """

    name: str
    origin: str
    hash: str
    facts: int
    measures: int
    hooks: tuple[str, ...]


@frozen(eq=False)
class Offers:
    """What all loaded plugins offer together.

    Attributes:
        operators: by name, those of every rule set among them.
        aggregations: the same.
        importers: by the ending of the files that they read.
        exporters: by name, formats beside the shipped ones.
        overlays: by plugin, the file of what a province lays over a rule set.
        sections: by plugin, the file of what it adds to documents.
        left_out: names of plugins that are there, and were not loaded because somebody asked for that.
    """

    plugins: tuple[Plugin, ...]
    catalogue: Mapping[str, FactSpec]
    measures: Mapping[str, Measure]
    operators: Mapping[str, Operator]
    aggregations: Mapping[str, Aggregation]
    importers: Mapping[str, Importer]
    exporters: Mapping[str, Any]
    overlays: Mapping[str, Path] = field(factory=dict)
    sections: Mapping[str, Path] = field(factory=dict)
    left_out: tuple[str, ...] = ()


@functools.cache
def load_plugins(*folders: Path, without: tuple[str, ...] = ()) -> Offers:
    """Load the plugins that ship with the product, those that are installed, and those in further folders.

    Args:
        folders: each holds one folder per plugin. Only what is named here is ever loaded from a folder.
        without: names of plugins to leave out; they are not even imported.

    Raises:
        PluginError: if a plugin cannot be imported, was written for another API, misspells a hook, or offers what
            another offers already.
        Faults: if a catalogue is faulty.
        CityrubricError: if there is no such plugin to leave out.
    """
    sources = _chosen(plugin_sources(folders), without)
    modules = {name: _import(source) for name, source in sources.items()}
    manager = _register(modules)
    return _gather(manager, sources, modules, without)


def _register(modules: Mapping[str, ModuleType]) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(NAMESPACE)
    manager.add_hookspecs(Hooks)
    manager.register(basics, BASICS)
    for name, module in modules.items():
        guarded(name, functools.partial(manager.register, module, name))  # a hook with arguments is no hook
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        name = manager.get_name(error.plugin) or "?"
        raise PluginError(_("plugin '{name}' implements no known hook: {why}").format(name=name, why=error)) from error
    return manager


def _chosen(found: Sequence[PluginSource], without: tuple[str, ...]) -> dict[str, PluginSource]:
    known = {source.name for source in found}
    for name in without:
        if name not in known:
            raise CityrubricError(_("no plugin '{name}' to leave out").format(name=name) + did_you_mean(name, known))
    sources: dict[str, PluginSource] = {}
    for source in found:
        if source.name not in without:
            other = sources.setdefault(source.name, source)
            if other is not source:
                says = _("two plugins are called '{name}' ({first}; {second}): rename one folder")
                raise PluginError(says.format(name=source.name, first=other.origin, second=source.origin))
    return sources


def _import(source: PluginSource) -> ModuleType:
    module = guarded(source.name, lambda: import_plugin(source))
    _check_api(source.name, getattr(module, "CITYRUBRIC_API", None))
    return module


def _check_api(name: str, declared: object) -> None:
    if not (isinstance(declared, tuple) and len(declared) == 2 and all(type(end) is int for end in declared)):
        says = _("plugin '{name}' does not say for which API it was written: add CITYRUBRIC_API = ({api}, {api})")
        raise PluginError(says.format(name=name, api=API_VERSION))
    first, last = declared
    if not first <= API_VERSION <= last:
        says = _("plugin '{name}' was written for API {first} to {last}, this is API {api}: update one of them")
        raise PluginError(says.format(name=name, first=first, last=last, api=API_VERSION))


def _gather(
    manager: pluggy.PluginManager,
    sources: Mapping[str, PluginSource],
    modules: Mapping[str, ModuleType],
    left_out: tuple[str, ...],
) -> Offers:
    log = FaultLog()
    catalogue: dict[str, FactSpec] = {}
    measures: dict[str, Measure] = {}
    for name, path in offered_files(manager.hook.catalogue, modules).items():
        _merge(catalogue, read_catalogue(path, f"{name}/{path.name}", name, log), _("fact"))
    for owner, one in offered_things(manager.hook.measures, Measure, BASICS):
        _merge(measures, {one.id: evolve(one, plugin=owner)}, _("measure"))
    log.check()
    for measure in measures.values():
        _check_reads(measure, catalogue, left_out)
    plugins = tuple(
        _plugin(sources[name], modules[name], _hooks(manager, modules[name]), catalogue, measures)
        for name in sorted(sources)
    )
    return Offers(
        plugins,
        MappingProxyType(catalogue),
        MappingProxyType(measures),
        MappingProxyType(_named(manager.hook.operators, Operator, _("operator"))),
        MappingProxyType(_named(manager.hook.aggregations, Aggregation, _("aggregation"))),
        MappingProxyType(_named(manager.hook.importers, Importer, _("importer"), "ending")),
        MappingProxyType(_named(manager.hook.exporters, Format, _("format"))),
        MappingProxyType(offered_files(manager.hook.overlay, modules)),
        MappingProxyType(offered_files(manager.hook.sections, modules)),
        tuple(sorted(left_out)),
    )


def _named(hook: pluggy.HookCaller, kind: type[Any], what: str, attribute: str = "name") -> dict[str, Any]:
    """What is offered by name; nobody may take the name of another's, nor of the engine's own."""
    offers: dict[str, Any] = {}
    owners: dict[str, str] = {}
    for owner, one in offered_things(hook, kind, BASICS):
        name = getattr(one, attribute)
        check_offer(owner, one, what)
        if name in offers:
            raise _twice(what, name, owners[name], owner)
        owners[name] = owner
        offers[name] = evolve(one, plugin=owner) if isinstance(one, (Operator, Aggregation)) else one
    return offers


def _twice(what: str, key: str, first: str, second: str) -> PluginError:
    says = _("two plugins offer the {what} '{key}': '{first}' and '{second}'")
    return PluginError(says.format(what=what, key=key, first=first, second=second))


def _merge(offers: dict[str, Offered], new: Mapping[str, Offered], what: str) -> None:
    for key, value in new.items():
        if key in offers:
            raise _twice(what, key, offers[key].plugin, value.plugin)
        offers[key] = value


def _check_reads(measure: Measure, catalogue: Mapping[str, FactSpec], left_out: tuple[str, ...]) -> None:
    for key in measure.reads:
        if key not in catalogue:
            message = _("plugin '{name}': measure '{id}' reads '{key}', which is in no catalogue")
            hint = did_you_mean(key, catalogue)
            hint += _("; left out: {names}").format(names=", ".join(left_out)) if left_out else ""
            raise PluginError(message.format(name=measure.plugin, id=measure.id, key=key) + hint)


def _hooks(manager: pluggy.PluginManager, module: ModuleType) -> tuple[str, ...]:
    return tuple(sorted(caller.name for caller in manager.get_hookcallers(module) or ()))


def _plugin(
    source: PluginSource,
    module: ModuleType,
    hooks: tuple[str, ...],
    catalogue: Mapping[str, FactSpec],
    measures: Mapping[str, Measure],
) -> Plugin:
    assert module.__file__ is not None
    return Plugin(
        name=source.name,
        origin=source.origin,
        hash=canonical.fingerprint_folder(Path(module.__file__).parent, HASHED_ENDINGS, NOT_HASHED),
        facts=sum(spec.plugin == source.name for spec in catalogue.values()),
        measures=sum(measure.plugin == source.name for measure in measures.values()),
        hooks=hooks,
    )
