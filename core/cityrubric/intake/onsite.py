"""A city's inspection tables, if its folder holds any: their results join its claims like any others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from attrs import evolve

from cityrubric.errors import FaultLog
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset

_FILES = "inspections*"
_ENDINGS = {".csv", ".xlsx", ".parquet"}
_SHORTEST_NAME = 2  # characters: what names a city without its kind, 某 of 某市, would be found in too many names
_KINDS = ("市", "区", "县", "州", "盟", "旗")


def inspection_files(folder: Path) -> list[Path]:
    """Return a city's inspection tables, and what says how they are read."""
    return sorted(folder.glob(_FILES))


def inspection_tables(folder: Path) -> list[Path]:
    """Return a city's inspection tables."""
    return [path for path in inspection_files(folder) if path.suffix.lower() in _ENDINGS]


def with_inspections(city: City, folder: Path, ruleset: Ruleset, log: FaultLog) -> City:
    """Return the city with what its inspection tables say; faults are noted in the log."""
    paths = inspection_tables(folder)
    if not paths:
        return city
    if ruleset.inspections is None:
        log.add(
            paths[0].as_posix(), "", _("rule set '{version}' has no inspection sheets").format(version=ruleset.version)
        )
        return city
    from cityrubric.fieldwork.inspections.checks import Limits  # polars, which no other city needs
    from cityrubric.fieldwork.inspections.read import read_inspections

    limits = Limits(
        terms=ruleset.inspections,
        types=ruleset.domains["type"],
        modes=tuple(ruleset.domains["mode"]),
        districts=tuple(area.name for area in city.areas),
        city_names=_names(city),
        province=city.province,
        first_day=date(city.assessment_year, 1, 1),
        last_day=city.reference_date,
        draws=(),
    )
    read = read_inspections(paths, limits, ruleset.offers.catalogue, city.assessment_year, log)
    if read is None:
        return city
    if any(source.id == read.source.id for source in city.sources):
        log.add(
            paths[0].as_posix(),
            "",
            _("the id '{id}' stands for these tables; rename the city's source").format(id=read.source.id),
        )
    claims = tuple(sorted((*city.claims, *read.claims), key=lambda claim: claim.key))
    return evolve(city, sources=(*city.sources, read.source), claims=claims, inspections=read.inspections)


def _names(city: City) -> tuple[str, ...]:
    """Names by which offices of the city and its areas are known, with and without 市, 区, 县."""
    names = [city.name, *(area.name for area in city.areas)]
    short = [name[:-1] for name in names if name.endswith(_KINDS) and len(name) > _SHORTEST_NAME]
    return tuple(dict.fromkeys((*names, *short)))
