"""`cityrubric bulk`: thousands of cities in one process, from folders or tables, into tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from cityrubric.bulk.run import TABLES, Tally, assess_lots, assess_tables
from cityrubric.bulk.tables import read_tables
from cityrubric.cli.saying import FAULTY, say, screen
from cityrubric.cli.session import find_city, load_ruleset
from cityrubric.errors import CityrubricError
from cityrubric.evaluate.block import CITIES_PER_BLOCK
from cityrubric.evaluate.plan import plan_of
from cityrubric.files import check_apart
from cityrubric.intake.facts import read_city
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.report.words import decision_word
from cityrubric.rubric.model import Ruleset


def bulk_tables(facts: Path, cities: Path, areas: Path | None, version: str, out: Path, full: Sequence[str]) -> int:
    """Assess the cities of some tables, and return the exit code."""
    plan = plan_of(load_ruleset(version))
    tables = read_tables(facts, cities, areas, plan.layout)
    if strangers := [name for name in full if name not in tables.cities]:
        raise CityrubricError(_("no such city in the table of cities: '{city}'").format(city=", ".join(strangers)))
    with _progress() as progress:
        task = progress.add_task("", total=len(tables.cities))
        tally = assess_tables(tables, plan, out, full, lambda done: progress.update(task, completed=done))
    return _conclude(tally, {}, out)


def bulk_folders(folders: Sequence[Path], version: str, out: Path, full: Sequence[str]) -> int:
    """Assess the cities of some folders, and return the exit code; a faulty one costs no other."""
    ruleset = load_ruleset(version)
    found = [find_city(folder) for folder in folders]
    check_apart(folder.resolve().name for folder in found)
    names = {folder.resolve().name for folder in found}
    if strangers := [name for name in full if name not in names]:
        raise CityrubricError(
            _("no such city: {city} (a folder with a {file})").format(city=", ".join(strangers), file="city.toml")
        )
    failed: dict[str, str] = {}
    with _progress() as progress:
        task = progress.add_task("", total=len(found))
        lots = _lots(found, ruleset, failed)
        try:
            tally = assess_lots(lots, plan_of(ruleset), out, full, lambda done: progress.update(task, completed=done))
        except CityrubricError:  # none is left, which these tell why
            _tell_failed(failed)
            raise
    return _conclude(tally, failed, out)


def _lots(folders: Sequence[Path], ruleset: Ruleset, failed: dict[str, str]) -> Iterator[list[City]]:
    remaining = iter(folders)
    while some := [*itertools.islice(remaining, CITIES_PER_BLOCK)]:
        lot = []
        for folder in some:
            try:
                lot.append(read_city(folder, ruleset))
            except CityrubricError as error:
                failed[folder.resolve().name] = str(error)
        yield lot


def _conclude(tally: Tally, unread: dict[str, str], out: Path) -> int:
    failed = {**tally.failed, **unread}
    _tell_failed(failed)
    counts = ", ".join(f"{decision_word(code)} {count}" for code, count in sorted(tally.conclusions.items()))
    say(_("cities assessed: {n} ({counts}); failed: {failed}").format(n=tally.count, counts=counts, failed=len(failed)))
    say(_("written: {file}").format(file=", ".join(str(out / f"{name}.parquet") for name in TABLES)))
    return FAULTY if failed else 0


def _tell_failed(failed: Mapping[str, str]) -> None:
    for name, why in sorted(failed.items()):
        say(_("{city} failed: {why}").format(city=name, why=why.replace("\n", "\n  ")))


def _progress() -> Progress:
    console = screen(stderr=True)
    columns = (MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
