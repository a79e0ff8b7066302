"""What a plugin may offer, and how it says so: the contract between the engine and an indicator group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import pluggy
from attrs import field, frozen

from cityrubric.interval import Interval
from cityrubric.scoring import Aggregation, Operator

NAMESPACE = "cityrubric"

API_VERSION = 1
"""Of this contract: raised whenever a plugin written before might no longer do what it did.

A plugin says for which it was written, from the first to the last: `CITYRUBRIC_API = (1, 1)` in its `__init__.py`.
"""

hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


class Facts(Protocol):
    """What a measure sees of the cities: the facts it declared, as intervals over years and cities."""

    def __getitem__(self, key: str) -> Interval:
        """Return a declared fact.

        Raises:
            UndeclaredReadError: if the key is not in the measure's `reads`.
        """
        ...

    def share(self, part: str, rest: str) -> Interval:
        """Return part / (part + rest) of two declared facts, narrower than the quotient written out."""
        ...


MeasureFunction = Callable[[Facts], Interval]


@frozen
class Measure:
    """How a measured value comes from facts.

    Attributes:
        id: its name, under which indicators ask for it.
        unit: of the result.
        reads: keys of every fact the function may look at.
        function: facts to interval, for all cities and years at once.
        by_row: the function needs `if`, so it is called once per city and year.
        plugin: who offers it; set by the host.
    """

    id: str
    unit: str
    reads: tuple[str, ...]
    function: MeasureFunction = field(repr=False)
    by_row: bool = False
    plugin: str = ""


def measure(
    id: str,  # noqa: A002 - the word that rule sets use
    unit: str,
    reads: Iterable[str],
    *,
    by_row: bool = False,
) -> Callable[[MeasureFunction], Measure]:
    """Declare a function as a measure; a plugin's `measures` hook hands it to the engine.

    Args:
        id: name of the measured value, unique among all plugins.
        unit: of the result; indicators that use it must say the same.
        reads: keys of the facts the function looks at; any other access is an error.
        by_row: call it once per city and year with single intervals, so that `if` works; slower.

    Raises:
        TypeError: if `reads` is one text.
    """
    if isinstance(reads, str):
        raise TypeError(f'reads must be a list of keys: reads=("{reads}",)')
    return lambda function: Measure(id, unit, tuple(reads), function, by_row)


@frozen
class Stated:
    """One claim that an importer read.

    Attributes:
        key: of the fact.
        claim: as under `facts` in a `city.toml`: value or series, unit, period, by, source, at ...
        place: where it stands in the file, as messages name it.
    """

    key: str
    claim: Mapping[str, Any]
    place: str


@frozen
class Importer:
    """Reads files of one kind for `cityrubric import`.

    Attributes:
        ending: of these files, as in `.json`.
        read: what a file states; every claim is checked as if it stood in the city's own file.
    """

    ending: str
    read: Callable[[Path], Iterable[Stated]]


class Hooks:
    """The hooks; a plugin implements those it needs as functions marked `@hookimpl`."""

    @hookspec
    def catalogue(self) -> Path:
        """Return the path of the plugin's fact catalogue, a TOML file."""
        raise AssertionError("a specification, never called")

    @hookspec
    def operators(self) -> Iterable[Operator]:
        """Return operators: ways in which a part turns a measured value into points."""
        raise AssertionError("a specification, never called")

    @hookspec
    def aggregations(self) -> Iterable[Aggregation]:
        """Return aggregations: ways in which points, and results of points, become one result."""
        raise AssertionError("a specification, never called")

    @hookspec
    def importers(self) -> Iterable[Importer]:
        """Return importers: further kinds of file that `cityrubric import` takes."""
        raise AssertionError("a specification, never called")

    @hookspec
    def exporters(self) -> Iterable[Any]:
        """Return `cityrubric.report.editions.Format`s: further formats for `--format`."""
        raise AssertionError("a specification, never called")

    @hookspec
    def overlay(self) -> Path:
        """Return the path of what a province lays over a national rule set, a TOML file; its name is the plugin's."""
        raise AssertionError("a specification, never called")

    @hookspec
    def sections(self) -> Path:
        """Return the path of what the plugin adds to documents, a TOML file: sections after those of the rule set."""
        raise AssertionError("a specification, never called")

    @hookspec
    def measures(self) -> Iterable[Measure]:
        """Return the measures the plugin offers."""
        raise AssertionError("a specification, never called")
