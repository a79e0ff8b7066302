"""The command about thousands of cities: bulk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import Version, app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _


@app.command("bulk", help=_("Assess thousands of cities in one process, into tables."))
def bulk_command(
    out: Annotated[Path, typer.Option(help=_("Write cities, outcomes and findings as Parquet there."), metavar="DIR")],
    folders: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Argument(help=_("Folders with a city.toml, unless there are tables."), metavar="[CITY...]"),
    ] = None,
    facts: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("A table of facts (Parquet or Arrow), one row per claim."), metavar="FILE"),
    ] = None,
    cities: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("The table of its cities."), metavar="FILE"),
    ] = None,
    areas: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("The table of their districts and counties."), metavar="FILE"),
    ] = None,
    full: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help=_("A city whose whole assessment is wanted, too; may be given again."), metavar="CITY"),
    ] = None,
    ruleset: Version = "2021",
) -> None:
    """Assess thousands of cities."""
    from cityrubric.cli.bulk import bulk_folders, bulk_tables

    if (facts is None) == (not folders) or (facts is None) != (cities is None):
        raise typer.BadParameter(_("give either folders, or --facts with --cities"))
    with failing():
        if facts is not None and cities is not None:
            raise typer.Exit(bulk_tables(facts, cities, areas, ruleset, out, full or []))
        raise typer.Exit(bulk_folders(folders or [], ruleset, out, full or []))
