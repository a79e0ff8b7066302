"""`cityrubric assess`: cities in, a summary each out; one faulty city costs no other."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from cityrubric.assessment import Assessment
from cityrubric.cli.saying import FAULTY, result, say
from cityrubric.errors import CityrubricError
from cityrubric.evaluate.inference.engines import Engine, choose_engine
from cityrubric.intake.facts import FACT_FILE, read_city
from cityrubric.language import translate as _
from cityrubric.ledger.ledger import open_ledger, record
from cityrubric.paths import shipped
from cityrubric.report.stored import store, to_document
from cityrubric.report.terminal import summary
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess


class Drawing(NamedTuple):
    """How conclusions are drawn: the engine's name, and whether both engines must agree."""

    engine: str
    cross_check: bool


def assess_cities(
    cities: Sequence[Path],
    version: str,
    out: Path | None,
    drawing: Drawing,
    *,
    as_json: bool,
    ledger: Path | None = None,
) -> int:
    """Assess the cities and return the exit code."""
    folders = [find_city(city) for city in cities]
    if out is not None:
        _check_names(folders)
    if ledger is not None:
        with open_ledger(ledger, create=True):
            pass  # a ledger that cannot be used is told before anything is assessed
    ruleset = load_ruleset(version)
    engine = choose_engine(drawing.engine, len(folders), say, cross_check=drawing.cross_check)
    with closing(engine):
        failed = _assess_each(folders, ruleset, engine, out, as_json=as_json, ledger=ledger)
    if failed:
        say(_("failed: {cities}").format(cities=", ".join(failed)))
    return FAULTY if failed else 0


def _assess_each(
    folders: Sequence[Path], ruleset: Ruleset, engine: Engine, out: Path | None, *, as_json: bool, ledger: Path | None
) -> list[str]:
    """Assess one city after the other; return the names of those that failed."""
    failed = []
    for folder in folders:
        try:
            assessment = assess(read_city(folder, ruleset), ruleset, engine)
            _tell(assessment, out, as_json=as_json)
            if ledger is not None:
                record(ledger, to_document(assessment))
        except CityrubricError as error:
            say(str(error))
            failed.append(folder.name)
        else:
            failed += [folder.name] if any(outcome.failure for outcome in assessment.outcomes) else []
    return failed


def _check_names(folders: Sequence[Path]) -> None:
    """Results are stored under the names of the folders; one must not overwrite another.

    Raises:
        CityrubricError: if two are called the same.
    """
    for name, count in Counter(folder.resolve().name for folder in folders).items():
        if count > 1:
            raise CityrubricError(
                _("{n} cities are called '{name}'; their results would overwrite each other").format(n=count, name=name)
            )


def find_city(city: Path) -> Path:
    """Return a city's folder: as given, or the shipped one of that name.

    Raises:
        CityrubricError: if there is no such folder.
    """
    if city.is_dir():
        return city
    if (shipped("cities") / city.name / FACT_FILE).is_file() and city.parent.as_posix() in {".", "cities"}:
        return shipped("cities") / city.name
    raise CityrubricError(_("no such city: {city} (a folder with a {file})").format(city=city, file=FACT_FILE))


def _tell(assessment: Assessment, out: Path | None, *, as_json: bool) -> None:
    if as_json:
        plain = sys.stdout.encoding.lower().replace("-", "") != "utf8"
        result(json.dumps(to_document(assessment), ensure_ascii=plain, allow_nan=False) + "\n")
    else:
        Console().print(summary(assessment))
    if out is not None:
        say(_("written: {file}").format(file=store(assessment, out)))
