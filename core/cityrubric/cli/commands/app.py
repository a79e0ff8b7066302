"""The application itself, and what several commands take as arguments."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

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


CityFolder = Annotated[Path, typer.Argument(help=_("A folder with a city.toml, or the name of a shipped city."))]
Version = Annotated[str, typer.Option("--ruleset", help=_("Version of the rubric."))]
LedgerFile = Annotated[Path, typer.Option(help=_("The ledger that assess --ledger made."), metavar="FILE")]
Year = Annotated[Optional[int], typer.Option(help=_("Only assessments of this year."))]  # noqa: UP045
AsJson = Annotated[bool, typer.Option("--json", help=_("Print it as JSON."))]


@app.callback()
def everywhere(
    lang: Annotated[Optional[Language], typer.Option(help=_("Language of messages; may stand anywhere."))] = None,  # noqa: UP045
) -> None:
    """Say what holds for all commands."""
