"""Commands about the assessment of cities: assess, explain."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import CityFolder, Version, app
from cityrubric.cli.commands.documents import (
    AudienceName,
    AudienceOption,
    Formats,
    Issued,
    StageName,
    StageOption,
    Templates,
    order,
)
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _


class EngineName(str, Enum):
    """What draws the conclusions."""

    AUTO = "auto"
    DURABLE = "durable"
    PLAIN = "plain"


@app.command("assess", help=_("Assess cities and say what came out."))
def assess_command(
    cities: Annotated[
        list[Path], typer.Argument(help=_("Folders with a city.toml, or names of shipped cities."), metavar="CITY...")
    ],
    ruleset: Version = "2021",
    overlay: Annotated[
        str, typer.Option(help=_("What a province lays over it: a plugin, or a folder of rulesets/."), metavar="NAME")
    ] = "",
    out: Annotated[Optional[Path], typer.Option(help=_("Write DIR/<city>/assessment.json."), metavar="DIR")] = None,  # noqa: UP045
    engine: Annotated[EngineName, typer.Option(help=_("What draws the conclusions; the result is the same."))] = (
        EngineName.AUTO
    ),
    cross_check: Annotated[
        bool, typer.Option("--cross-check", help=_("Draw with both engines; fail on any difference."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=_("Print the assessments as JSON, one per line."))] = False,
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, help=_("Processes for many cities; as many as processors unless told."), metavar="N"),
    ] = None,
    scheduler: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help=_("A running Dask cluster to work on instead, as in tcp://HOST:8786."), metavar="ADDRESS"),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help=_("Leave out cities whose stored result has the same inputs."))
    ] = False,
    ledger: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("Keep every assessment in this database as well."), metavar="FILE"),
    ] = None,
    formats: Formats = None,
    audience: AudienceOption = AudienceName.PUBLIC,
    stage: StageOption = StageName.DRAFT,
    issued: Issued = None,
    templates: Templates = None,
) -> None:
    """Assess cities."""
    from cityrubric.cli.assess import Drawing, Kept, Rules, Spread, assess_cities

    drawing, spread = Drawing(engine.value, cross_check), Spread(jobs, scheduler, resume)
    with failing():
        documents = order(formats, audience, stage, issued, templates) if formats else None
        kept = Kept(out, ledger, documents)
        raise typer.Exit(assess_cities(cities, Rules(ruleset, overlay), kept, drawing, spread, as_json=json))


@app.command("explain", help=_("Say why a result is what it is, and what would change it."))
def explain_command(
    city: CityFolder,
    result: Annotated[
        str, typer.Argument(help=_("An indicator, a finding, a rule, a further result, or 'conclusion'."), metavar="ID")
    ],
    ruleset: Version = "2021",
    assessment: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("A stored assessment that the run must reproduce."), metavar="FILE"),
    ] = None,
    overlay: Annotated[str, typer.Option(help=_("The own ledger of this overlay instead."), metavar="NAME")] = "",
    json: Annotated[bool, typer.Option("--json", help=_("Print the explanation as JSON."))] = False,
) -> None:
    """Explain a result."""
    from cityrubric.cli.explain import explain_result

    with failing():
        explain_result(city, result, ruleset, assessment, as_json=json, overlay=overlay)
