"""The application itself, and what several commands take as arguments."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.saying import failing
from cityrubric.language import translate as _

app = typer.Typer(
    help=_("Assess cities against a versioned government rubric."),
    epilog=_("Exit codes: 0 done; 1 a city failed, or a file is faulty; 2 bad use."),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Language(str, Enum):
    """Languages the program speaks."""

    ZH = "zh"
    EN = "en"


CityFolder = Annotated[
    Path, typer.Argument(help=_("A folder with a city.toml, or the name of a shipped city."), metavar="CITY")
]
Version = Annotated[str, typer.Option("--ruleset", help=_("Version of the rubric."), metavar="VERSION")]
LedgerFile = Annotated[Path, typer.Option(help=_("The ledger that assess --ledger made."), metavar="FILE")]
Year = Annotated[Optional[int], typer.Option(help=_("Only assessments of this year."), metavar="YEAR")]  # noqa: UP045
AsJson = Annotated[bool, typer.Option("--json", help=_("Print it as JSON."))]


@app.callback()
def everywhere(
    lang: Annotated[Optional[Language], typer.Option(help=_("Language of messages."))] = None,  # noqa: UP045
    project: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("A folder with rulesets/, cities/ and plugins/ of its own."), metavar="DIR"),
    ] = None,
    plugins_dir: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(help=_("A folder with further plugins; may be given again."), metavar="DIR"),
    ] = None,
    without: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help=_("Leave a plugin out; may be given again. Every result says so."), metavar="NAME"),
    ] = None,
) -> None:
    """Say what holds for all commands, wherever it stands among the arguments."""
    if project or plugins_dir or without:
        from cityrubric.cli.session import begin

        with failing():
            begin(project, plugins_dir or [], without or [])
