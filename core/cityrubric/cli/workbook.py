"""`cityrubric workbook` and `import`: facts out to those who know them, and back in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cityrubric.cli.saying import result, say
from cityrubric.cli.session import find_city, load_ruleset
from cityrubric.errors import FaultLog, Spot
from cityrubric.files import write_whole
from cityrubric.intake.facts import FACT_FILE, build_city, read_documents
from cityrubric.intake.importing import import_into
from cityrubric.intake.rulings import claim_text
from cityrubric.intake.workbook.plan import plan_workbook
from cityrubric.intake.workbook.questions import read_part
from cityrubric.intake.workbook.writing import workbook_bytes
from cityrubric.language import translate as _


def write_workbook(city_folder: Path, version: str, out: Path, parts: Sequence[str], assessor: str) -> None:
    """Write a workbook that asks for a city's facts, filled with what is known."""
    ruleset, folder = load_ruleset(version), find_city(city_folder)
    log = FaultLog()
    document = read_documents(folder, log)
    log.check()
    city = build_city(folder.resolve().name, document, ruleset, Spot((folder / FACT_FILE).as_posix(), log), folder)
    log.check()
    plan = plan_workbook(city, document, ruleset, read_part(parts, city, ruleset), assessor)
    write_whole(out, workbook_bytes(plan, city, ruleset))
    say(_("written: {file}").format(file=out))


def bring_in(paths: Sequence[Path], version: str) -> None:
    """Merge workbooks into the city that comes last, and list what is disputed now."""
    ruleset, folder = load_ruleset(version), find_city(paths[-1])
    imported = import_into(folder, paths[:-1], ruleset)
    for document, remark in imported.remarks:
        say(f"{document}: {remark}")
    for name in sorted(imported.files):
        say(_("written: {file}").format(file=folder / name))
    if not imported.files:
        say(_("nothing new: the city says all of it already"))
    for claims in imported.disputed:
        first = claims[0]
        about = {"title": ruleset.offers.catalogue[first.key].title, "key": first.key}
        place = " ".join(word for word in (first.area or "", str(first.period or "")) if word)
        texts = " | ".join(sorted({claim_text(claim, ruleset.texts) for claim in claims}))
        result(_("disputed: {title} ({key}) {place}: {texts}").format(**about, place=place, texts=texts) + "\n")
