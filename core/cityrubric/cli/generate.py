"""`cityrubric generate`: cities that do not exist, as folders to try things on."""

from __future__ import annotations

from pathlib import Path

from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.authoring.written import city_text, evidence_text
from cityrubric.cli.saying import say
from cityrubric.cli.session import load_ruleset
from cityrubric.files import write_whole
from cityrubric.intake.evidence import EVIDENCE_FILE
from cityrubric.intake.facts import FACT_FILE
from cityrubric.language import translate as _

MIX = Mix(missing=0.15, inexact=0.1, disputed=0.02, documented=0.8)
"""Some facts missing, some uncertain: as files are."""

_NOTICE = "# 虚构的城市，由程序生成，不是真实数据 (fictional: made up by a program)\n"


def generate_cities(count: int, seed: int, out: Path, version: str) -> None:
    """Write made-up cities, each into a folder of its own; the same seed writes the same files.

    Raises:
        CityrubricError: if the rule set does not exist, or a file cannot be written.
    """
    ruleset = load_ruleset(version)
    for number in range(seed, seed + count):
        city = fictional_city(number, ruleset, MIX)
        write_whole(out / city.id / FACT_FILE, _NOTICE + city_text(city, ruleset))
        write_whole(out / city.id / EVIDENCE_FILE, evidence_text(city))
    say(_("{n} fictional cities written: {folder}").format(n=count, folder=out))
