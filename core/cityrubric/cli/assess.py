"""`cityrubric assess`: cities in, a summary each out; one faulty city costs no other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from cityrubric.assessment import Assessment
from cityrubric.cli.saying import FAULTY, result, say
from cityrubric.errors import CityrubricError
from cityrubric.intake.facts import FACT_FILE, read_city
from cityrubric.language import translate as _
from cityrubric.paths import shipped
from cityrubric.report.stored import store, to_document
from cityrubric.report.terminal import summary
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.tell import assess


def assess_cities(cities: Sequence[Path], version: str, out: Path | None, *, as_json: bool) -> int:
    """Assess the cities and return the exit code."""
    folders = [find_city(city) for city in cities]
    ruleset = load_ruleset(version)
    failed = []
    for folder in folders:
        try:
            assessment = assess(read_city(folder, ruleset), ruleset)
            _tell(assessment, out, as_json=as_json)
        except CityrubricError as error:
            say(str(error))
            failed.append(folder.name)
        else:
            failed += [folder.name] if any(outcome.failure for outcome in assessment.outcomes) else []
    if failed:
        say(_("failed: {cities}").format(cities=", ".join(failed)))
    return FAULTY if failed else 0


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
        result(json.dumps(to_document(assessment), ensure_ascii=False, allow_nan=False) + "\n")
    else:
        Console().print(summary(assessment))
    if out is not None:
        say(_("written: {file}").format(file=store(assessment, out)))
