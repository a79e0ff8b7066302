"""`cityrubric choices` and `rectify`: workbooks that people fill in, renewed without losing what they wrote."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from attrs import asdict

from cityrubric.assessment import Assessment
from cityrubric.cli.saying import result, say
from cityrubric.cli.session import project
from cityrubric.errors import CityrubricError
from cityrubric.files import write_whole
from cityrubric.language import translate as _
from cityrubric.report.audience import Audience
from cityrubric.report.choices import Choice
from cityrubric.report.choosing import offer, read_choices, write_choices
from cityrubric.report.editions import Edition, Order, edition_of, texts_of
from cityrubric.report.formats import all_sentences
from cityrubric.report.masking import view_for
from cityrubric.report.rectification import Row, read_ledger, update_rows, write_ledger
from cityrubric.telling.stored import read_assessment


def renew_choices(file: Path, workbook: Path, templates: Path | None) -> None:
    """Write the workbook of sentences anew, with what people have chosen."""
    assessment = read_assessment(file)
    edition = _edition(assessment, templates)
    texts = texts_of(assessment.ruleset.version, edition)
    choices: dict[str, Choice] = {}
    generated: dict[str, str] = {}
    if workbook.exists():
        choices, generated = read_choices(workbook, texts, assessment.city)
    rows = offer(all_sentences(assessment, edition), choices, generated, assessment)
    write_whole(workbook, write_choices(rows, texts, assessment.city))
    counts = Counter(one.state for one in rows)
    message = _("{file}: {new} new, {valid} as before, {changed} whose basis has changed, {gone} no longer said")
    say(message.format(file=workbook, **{state: counts[state] for state in ("new", "valid", "changed", "gone")}))


def renew_ledger(file: Path, workbook: Path, templates: Path | None, *, check: bool) -> None:
    """Write the ledger anew, or only check it; the assessment is read and never written."""
    assessment = read_assessment(file)
    texts = texts_of(assessment.ruleset.version, _edition(assessment, templates))
    view = view_for(assessment, Audience.CITY)
    if check and not workbook.exists():
        raise CityrubricError(_("no such file: {file}").format(file=workbook))
    before: tuple[Row, ...] = read_ledger(workbook, view, texts) if workbook.exists() else ()
    if check:
        result(json.dumps([asdict(row) for row in before], ensure_ascii=False, indent=1) + "\n")
        return
    rows = update_rows(before, view, texts)
    write_whole(workbook, write_ledger(rows, view, texts))
    counts = Counter(row.found for row in rows)
    message = _("{file}: {new} new, {still} still found, {back} found again after they were closed, {gone} not found")
    say(message.format(file=workbook, **{found: counts[found] for found in ("new", "still", "back", "gone")}))


def _edition(assessment: Assessment, templates: Path | None) -> Edition:
    return edition_of(Order(Edition(templates=templates), (), project()), assessment.ruleset.version)
