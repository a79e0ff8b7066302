"""Which documents are asked for: the options that `assess` and `report` share."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

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
