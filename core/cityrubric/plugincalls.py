"""Calling a plugin's hooks: whatever one raises, or returns instead of what it should, the plugin is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeVar, runtime_checkable

import pluggy

from cityrubric.errors import PluginError
from cityrubric.language import translate as _
from cityrubric.pluginsources import speaking_aside

Returned = TypeVar("Returned")

_LONGEST_VALUE = 60
_CALLED = {"read": True, "render": True, "join": True, "line": False, "curve": False, "summarise": False}
"""What offers are called by, and whether they must be."""


@runtime_checkable
class Format(Protocol):
    """What an exporter must have at least; `report.editions.Format` has it."""

    name: str
    render: Callable[..., Any]


def guarded(name: str, call: Callable[[], Returned]) -> Returned:
    """Call code of a plugin.

    Raises:
        PluginError: whatever it raises; also if it would end the program.
    """
    try:
        with speaking_aside():
            return call()
    except (Exception, SystemExit) as error:
        why = f"{type(error).__name__}: {error}"
        raise PluginError(_("plugin '{name}' cannot be loaded: {why}").format(name=name, why=why)) from error


def offered_files(hook: pluggy.HookCaller, modules: Mapping[str, ModuleType]) -> dict[str, Path]:
    """Return the file that each plugin offers, by plugin: in its own folder, for its hash covers nothing else.

    Raises:
        PluginError: if a plugin returns anything else.
    """
    files: dict[str, Path] = {}
    for impl in sorted(hook.get_hookimpls(), key=lambda impl: impl.plugin_name):
        name, offered = impl.plugin_name, guarded(impl.plugin_name, impl.function)
        own = Path(modules[name].__file__ or "").resolve().parent
        if not isinstance(offered, (str, PathLike)) or own not in Path(offered).resolve().parents:
            says = _("plugin '{name}': the hook '{hook}' must return a path in the plugin's own folder, not {value}")
            raise PluginError(says.format(name=name, hook=hook.name, value=_shown(offered)))
        files[name] = Path(offered)
    return files


def offered_things(hook: pluggy.HookCaller, kind: type[Any], first: str) -> Iterator[tuple[str, Any]]:
    """Yield the plugin and each thing that it offers, by plugin.

    Args:
        hook: what to call.
        kind: what each thing must be.
        first: whose come before all others.

    Raises:
        PluginError: if a plugin returns anything else than a list of such things.
    """
    for impl in sorted(hook.get_hookimpls(), key=lambda impl: (impl.plugin_name != first, impl.plugin_name)):
        returned = guarded(impl.plugin_name, lambda: _listed(impl.function()))  # noqa: B023 - called at once
        for one in returned if isinstance(returned, list) else [returned]:
            if not (isinstance(returned, list) and isinstance(one, kind)):
                says = _("plugin '{name}': the hook '{hook}' must return a list of {kind}, not {value}")
                words = {"name": impl.plugin_name, "hook": hook.name, "kind": kind.__name__, "value": _shown(one)}
                raise PluginError(says.format(**words))
            yield impl.plugin_name, one


def check_offer(owner: str, one: Any, what: str) -> None:
    """Refuse what would fail only when it is used.

    Raises:
        PluginError: if what must be called cannot be, or its name is none.
    """
    name = getattr(one, "name", None) or getattr(one, "ending", None)
    says = _("plugin '{owner}': {what} {name}: '{field}' must be {wanted}, not {value}")
    wrong: dict[str, tuple[str, object]] = {}
    if not isinstance(name, str):
        wrong["name"] = _("a text"), name
    elif hasattr(one, "ending") and not (name.startswith(".") and name == name.lower() and len(name) > 1):
        wrong["ending"] = _("an ending in small letters such as '.json'"), name
    for field, needed in _CALLED.items():
        value = getattr(one, field, None)
        if not callable(value) and (value is not None or (needed and hasattr(one, field))):
            wrong[field] = _("a function"), value
    for field, (wanted, value) in wrong.items():
        words = {"owner": owner, "what": what, "name": _shown(name), "field": field, "wanted": wanted}
        raise PluginError(says.format(**words, value=_shown(value)))


def _listed(returned: object) -> object:
    """All that is in it, where there is anything in it: a generator runs here, so that what it raises is caught."""
    return [*returned] if isinstance(returned, Iterable) and not isinstance(returned, str) else returned


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"
