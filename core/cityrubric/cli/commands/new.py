"""Commands that start something: init, new plugin, new ruleset, new city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import Version, app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _

new_app = typer.Typer(
    help=_("Write a plugin, a rule set or a city to start from, into the folder that --project names."),
    no_args_is_help=True,
)
app.add_typer(new_app, name="new")


@app.command("init", help=_("Start a project: a folder with rulesets/, cities/ and plugins/ of its own."))
def init_command(
    folder: Annotated[Path, typer.Argument(help=_("The folder to make; empty, or not there yet."), metavar="DIR")],
) -> None:
    """Start a project."""
    from cityrubric.cli.new import init

    with failing():
        init(folder)


@new_app.command("plugin", help=_("Write a plugin with facts, a measure, an overlay, cases and a test that passes."))
def new_plugin_command(
    name: Annotated[str, typer.Argument(help=_("Its name: small letters, digits and _."), metavar="NAME")],
    ruleset: Version = "2021",
) -> None:
    """Write a plugin."""
    from cityrubric.cli.new import new_plugin

    with failing():
        new_plugin(name, ruleset)


@new_app.command("ruleset", help=_("Copy a rule set whole under a new version, with cases and a test that passes."))
def new_ruleset_command(
    version: Annotated[
        str, typer.Argument(help=_("The name of the new version: also that of its folder."), metavar="VERSION")
    ],
    source: Annotated[str, typer.Option("--from", help=_("The version to start from."), metavar="VERSION")] = "2021",
    table: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--from-table", help=_("Draft it from an official table (.docx, .xlsx) instead."), metavar="FILE"),
    ] = None,
    columns: Annotated[
        str,
        typer.Option(
            help=_("What the table calls our columns: item=…,scoring=…,points=…,group=…,point=…"), metavar="NAME=…,…"
        ),
    ] = "",
    title: Annotated[str, typer.Option(help=_("Of a drafted rule set: its title."), metavar="TEXT")] = "",
    pass_line: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(min=0, max=100, help=_("Of a drafted rule set: the pass line in percent."), metavar="N"),
    ] = None,
    pass_source: Annotated[
        str, typer.Option(help=_("Of a drafted rule set: where the pass line stands."), metavar="TEXT")
    ] = "",
) -> None:
    """Write a rule set."""
    from cityrubric.cli.new import draft_ruleset, new_ruleset

    with failing():
        if table is None:
            new_ruleset(version, source)
        else:
            draft_ruleset(version, table, columns, (title, pass_line, pass_source), source)


@new_app.command("city", help=_("Write a city without facts, and a test that passes."))
def new_city_command(
    name: Annotated[str, typer.Argument(help=_("Its name as an id: also that of its folder."), metavar="NAME")],
    ruleset: Version = "2021",
) -> None:
    """Write a city."""
    from cityrubric.cli.new import new_city

    with failing():
        new_city(name, ruleset)
