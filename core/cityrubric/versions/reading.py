"""One city's files, read under either of two versions: what they call by the other's ids is carried over."""

from __future__ import annotations

from pathlib import Path

from cityrubric.documents import Document
from cityrubric.errors import FaultLog, Spot
from cityrubric.intake.facts import FACT_FILE, build_city, read_documents
from cityrubric.intake.onsite import inspection_tables
from cityrubric.intake.references import carried, references
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.versions.crosswalk import Crosswalk
from cityrubric.versions.impact import Views


def views_of(folder: Path, before: Path | None, old: Ruleset, new: Ruleset, crosswalk: Crosswalk) -> Views:
    """Read a city as both versions see it.

    Args:
        folder: its files as they are now.
        before: its files as they were under the old version; None if its facts are the same.
        old: the old version.
        new: the new one.
        crosswalk: from the old to the new.

    Raises:
        Faults: every fault in its files.
    """
    now_old, left_old = _read(folder, old, new, crosswalk.turned())
    now_new, left_new = _read(folder, new, old, crosswalk)
    first = _read(before, old, new, crosswalk.turned())[0] if before else now_old
    left = tuple((version, ids) for version, ids in ((old.version, left_old), (new.version, left_new)) if ids)
    return Views(first, now_old, now_new, left)


def _read(folder: Path, ruleset: Ruleset, other: Ruleset, crosswalk: Crosswalk) -> tuple[City, tuple[str, ...]]:
    """Read a city under a version; `crosswalk` leads there from the other one."""
    log = FaultLog()
    name = (folder / FACT_FILE).as_posix()
    document = read_documents(folder, log)
    log.check()
    left: tuple[str, ...] = ()
    if is_written_for(document, other) and not is_written_for(document, ruleset):
        document, left = carried(document, crosswalk.equal)
    on_site = folder if ruleset.inspections is not None else None  # without sheets, tables say nothing
    if on_site is None:
        left += tuple(table.name for table in inspection_tables(folder))
    city = build_city(folder.resolve().name, document, ruleset, Spot(name, log), on_site)
    log.check()
    return city, left


def is_written_for(document: Document, ruleset: Ruleset) -> bool:
    """Tell whether a version has every indicator that a city's files name."""
    return {*references(document)} <= {indicator.id for indicator in ruleset.indicators}
