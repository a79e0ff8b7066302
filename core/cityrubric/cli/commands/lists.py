"""Commands that say what there is, and whether it works: rulesets, plugins, schema, doctor."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _


class Schema(str, Enum):
    """Schemas of the files that go in and come out."""

    RULESET = "ruleset"
    CATALOGUE = "catalogue"
    CITY = "city"
    CASES = "cases"
    ASSESSMENT = "assessment"
    DRAW = "draw"
    REPORT = "report"
    CROSSWALK = "crosswalk"
    INSPECTIONS = "inspections"


@app.command("rulesets", help=_("List the versions of the rubric, or how far the rules of one cover its indicators."))
def rulesets_command(
    version: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help=_("A version of the rubric, or a folder with a rule set."), metavar="VERSION"),
    ] = None,
) -> None:
    """List rule sets."""
    from cityrubric.cli.lists import list_coverage, list_rulesets

    with failing():
        list_coverage(version) if version else list_rulesets()


@app.command("plugins", help=_("List the plugins and what they offer."))
def plugins_command() -> None:
    """List plugins."""
    from cityrubric.cli.lists import list_plugins

    with failing():
        list_plugins()


@app.command("schema", help=_("Print the JSON Schema of a kind of file."))
def schema_command(name: Annotated[Schema, typer.Argument(help=_("A kind of file."), metavar="KIND")]) -> None:
    """Print a schema."""
    from cityrubric.cli.lists import print_schema

    with failing():
        print_schema(name.value)


@app.command("doctor", help=_("Say whether everything works here, on one screen to paste into a report."))
def doctor_command() -> None:
    """Examine the installation."""
    from cityrubric.cli.doctor import examine

    with failing():
        raise typer.Exit(examine())
