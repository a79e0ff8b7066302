"""The command that makes documents from a stored assessment, and the options that `assess` has for it, too."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from cityrubric.cli.commands.app import app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _

if TYPE_CHECKING:
    from cityrubric.report.editions import Order


class AudienceName(str, Enum):
    """Whom documents are for."""

    PUBLIC = "public"
    CITY = "city"
    INTERNAL = "internal"


class StageName(str, Enum):
    """How far documents have come."""

    DRAFT = "draft"
    FEEDBACK = "feedback"
    REVIEW = "review"
    FINAL = "final"


Formats = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--format", help=_("Documents to write, as in json,word."), metavar="NAME,..."),
]
AudienceOption = Annotated[AudienceName, typer.Option("--audience", help=_("Whom the documents are for."))]
StageOption = Annotated[StageName, typer.Option("--stage", help=_("How far the documents have come."))]
Issued = Annotated[
    Optional[datetime],  # noqa: UP045
    typer.Option("--issued", formats=["%Y-%m-%d"], help=_("The day of issue to print on them."), metavar="DATE"),
]
Templates = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(help=_("A folder with report texts and templates of your own."), metavar="DIR"),
]


def order(
    formats: str, audience: AudienceName, stage: StageName, issued: datetime | None, templates: Path | None
) -> Order:
    """Return which documents are asked for; a format that does not exist is told at once."""
    from cityrubric.cli.session import project
    from cityrubric.report.audience import Audience
    from cityrubric.report.editions import Edition, Order
    from cityrubric.report.formats import choose_formats, further_formats

    names = [name.strip() for name in formats.split(",") if name.strip()]
    chosen = tuple(one.name for one in choose_formats(names, further_formats(project()), Audience(audience.value)))
    edition = Edition(Audience(audience.value), stage.value, issued.date() if issued else None, templates)
    return Order(edition, chosen, project())


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
