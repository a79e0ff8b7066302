"""Commands that make documents from a stored assessment: report, choices, rectify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import app
from cityrubric.cli.commands.documents import (
    AudienceName,
    AudienceOption,
    Issued,
    StageName,
    StageOption,
    Templates,
    order,
)
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _


@app.command("report", help=_("Make documents from stored assessments, and from nothing else."))
def report_command(
    assessments: Annotated[
        list[Path], typer.Argument(help=_("Stored assessments (assessment.json)."), metavar="FILE...")
    ],
    out: Annotated[Path, typer.Option(help=_("Write DIR/<city>/<audience>/…"), metavar="DIR")],
    formats: Annotated[
        str, typer.Option("--format", help=_("Documents to write, as in json,word."), metavar="NAME,...")
    ] = "word",
    audience: AudienceOption = AudienceName.PUBLIC,
    stage: StageOption = StageName.DRAFT,
    issued: Issued = None,
    templates: Templates = None,
    choices: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("The workbook of chosen sentences; of one city."), metavar="XLSX"),
    ] = None,
    cities: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option("--city", help=_("The folder of a city, whose photos are shown."), metavar="DIR"),
    ] = None,
) -> None:
    """Make documents."""
    from cityrubric.cli.report import report

    with failing():
        raise typer.Exit(
            report(assessments, order(formats, audience, stage, issued, templates), out, choices, cities or ())
        )


StoredFile = Annotated[Path, typer.Argument(help=_("A stored assessment (assessment.json)."), metavar="FILE")]


@app.command("choices", help=_("Write or renew the workbook in which people choose and reword sentences."))
def choices_command(
    assessment: StoredFile,
    workbook: Annotated[Path, typer.Argument(help=_("The workbook; what people chose is kept."), metavar="XLSX")],
    templates: Templates = None,
) -> None:
    """Write or renew the choices."""
    from cityrubric.cli.filled import renew_choices

    with failing():
        renew_choices(assessment, workbook, templates)


@app.command("rectify", help=_("Write or renew the ledger of what is put right; no row is ever deleted."))
def rectify_command(
    assessment: StoredFile,
    workbook: Annotated[Path, typer.Argument(help=_("The ledger; what people filled in is kept."), metavar="XLSX")],
    templates: Templates = None,
    check: Annotated[bool, typer.Option("--check", help=_("Only check what people filled in, as JSON."))] = False,
) -> None:
    """Write or renew the ledger."""
    from cityrubric.cli.filled import renew_ledger

    with failing():
        renew_ledger(assessment, workbook, templates, check=check)
