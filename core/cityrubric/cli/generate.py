"""`cityrubric generate`: cities that do not exist, as folders to try things on."""

from __future__ import annotations

import math
from pathlib import Path

from attrs import evolve

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.authoring.registers import fictional_register
from cityrubric.authoring.streams import stream_table
from cityrubric.authoring.visits import Visits, fictional_visits
from cityrubric.authoring.written import city_text, evidence_text
from cityrubric.cli.saying import say
from cityrubric.cli.session import load_ruleset
from cityrubric.fieldwork.plan import plan_version, read_plan
from cityrubric.files import write_whole
from cityrubric.intake.evidence import EVIDENCE_FILE
from cityrubric.intake.facts import FACT_FILE
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset

MIX = Mix(missing=0.15, inexact=0.1, disputed=0.02, documented=0.8)
"""Some facts missing, some uncertain: as files are."""

_SEEN_AGAIN = 0.05
"""Share of the rows of inspections whose points another pair visits, too, which leads to disputes."""

_NOTICE = "# 虚构的城市，由程序生成，不是真实数据 (fictional: made up by a program)\n"


def generate_cities(count: int, seed: int, out: Path, version: str, inspected: int, table: str) -> None:
    """Write made-up cities, each into a folder of its own; the same seed writes the same files.

    Args:
        count: how many.
        seed: the number of the first.
        out: the folder.
        version: of the rule set.
        inspected: so many rows of inspections for each, at least; 0 for none.
        table: the kind of file they are written to: csv or parquet.

    Raises:
        CityrubricError: if the rule set does not exist, or a file cannot be written.
    """
    ruleset = load_ruleset(version)
    for number in range(seed, seed + count):
        city = fictional_city(number, ruleset, MIX)
        if inspected:
            city = _without_fed(city, ruleset)
            visits = Visits(number, inspected, tuple(area.name for area in city.areas), city.reference_date)
            stream_table(fictional_visits(visits, ruleset), out / city.id / f"inspections.{table}")
            few = evolve(visits, rows=math.ceil(inspected * _SEEN_AGAIN))
            stream_table(fictional_visits(few, ruleset, again=True), out / city.id / f"inspections-2.{table}")
        write_whole(out / city.id / EVIDENCE_FILE, evidence_text(city))
        write_whole(out / city.id / FACT_FILE, _NOTICE + city_text(city, ruleset))  # last: it makes the folder a city
    say(_("{n} fictional cities written: {folder}").format(n=count, folder=out))


def generate_register(plan_file: Path, rows: int, seed: int, target: Path) -> None:
    """Write a register that does not exist, for a plan.

    Raises:
        CityrubricError: if the plan is faulty, or the file cannot be written.
    """
    ruleset = load_ruleset(plan_version(plan_file))
    count = stream_table(fictional_register(seed, rows, read_plan(plan_file, ruleset)), target)
    say(_("{n} fictional enterprises written: {file}").format(n=count, file=target))


def _without_fed(city: City, ruleset: Ruleset) -> City:
    """What inspections say, a made-up city does not state as well."""
    terms = ruleset.inspections
    fed = {key for sheet in terms.sheets for row in sheet.rows for key in row.feeds} if terms else set()
    return evolve(city, claims=tuple(claim for claim in city.claims if claim.key not in fed))
