"""Commands about facts on their way in: workbook, import, evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import AsJson, CityFolder, Version, app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _


@app.command("workbook", help=_("Write a workbook that asks for a city's facts, filled with what is known."))
def workbook_command(
    city: CityFolder,
    out: Annotated[Path, typer.Option("--out", "-o", help=_("The .xlsx file to write."), metavar="FILE")],
    ruleset: Version = "2021",
    part: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help=_("Only this group, indicator or area; may be given several times."), metavar="PART"),
    ] = None,
    assessor: Annotated[str, typer.Option(help=_("Who will fill it in."), metavar="NAME")] = "",
) -> None:
    """Write a workbook."""
    from cityrubric.cli.workbook import write_workbook

    with failing():
        write_workbook(city, ruleset, out, part or (), assessor)


@app.command("import", help=_("Merge workbooks and evidence lists into a city, all of them or nothing."))
def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(help=_("Workbooks (.xlsx) and ledgers (.csv), then the city."), metavar="FILE... CITY"),
    ],
    ruleset: Version = "2021",
) -> None:
    """Import workbooks."""
    from cityrubric.cli.workbook import bring_in

    with failing():
        if len(files) < 2:
            raise typer.BadParameter(_("name at least one file, and then the city"))
        bring_in(files, ruleset)


@app.command("evidence", help=_("Say what the evidence of cities lacks: documents, files, answers in time."))
def evidence_command(
    cities: Annotated[
        list[Path], typer.Argument(help=_("Folders with a city.toml; a file used in two is told."), metavar="CITY...")
    ],
    ruleset: Version = "2021",
    on: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help=_("The day on which requests are due; the reference date unless told."), metavar="DATE"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check the evidence."""
    from cityrubric.cli.evidence import tell_evidence

    with failing():
        raise typer.Exit(tell_evidence(cities, ruleset, on, as_json=json))
