"""Commands for those who write rules: generate, check, test."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from cityrubric.cli.commands.app import Version, app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _


class TableForm(str, Enum):
    """The kind of file of a large table."""

    CSV = "csv"
    PARQUET = "parquet"


@app.command("generate", help=_("Write fictional cities, to try things on."))
def generate_command(
    cities: Annotated[int, typer.Option(min=1, help=_("How many."), metavar="N")],
    out: Annotated[Path, typer.Option(help=_("Write DIR/fictional-<n>/city.toml."), metavar="DIR")],
    seed: Annotated[
        int, typer.Option(min=0, help=_("The number of the first; the same one, the same cities."), metavar="N")
    ] = 1,
    inspections: Annotated[
        int, typer.Option(min=0, help=_("Rows of inspections for each city, at least."), metavar="N")
    ] = 0,
    table: Annotated[TableForm, typer.Option(help=_("The kind of file of the inspections."))] = TableForm.CSV,
    ruleset: Version = "2021",
) -> None:
    """Write fictional cities."""
    from cityrubric.cli.generate import generate_cities

    with failing():
        generate_cities(cities, seed, out, ruleset, inspections, table.value)


OverlayName = Annotated[
    str, typer.Option("--overlay", help=_("The own ledger of this overlay instead."), metavar="NAME")
]


class CheckForm(str, Enum):
    """How remarks are written."""

    TEXT = "text"
    SARIF = "sarif"


@app.command("check", help=_("Check a rule set for what hardly anybody means."))
def check_command(
    ruleset: Annotated[
        str, typer.Argument(help=_("A version of the rubric, or a folder with a rule set."), metavar="RULESET")
    ] = "2021",
    form: Annotated[CheckForm, typer.Option("--format", help=_("How to write the remarks."))] = CheckForm.TEXT,
    notes: Annotated[bool, typer.Option("--notes", help=_("List what may be meant, too."))] = False,
    overlay: OverlayName = "",
) -> None:
    """Check a rule set."""
    from cityrubric.cli.check import check

    with failing():
        raise typer.Exit(check(ruleset, form.value, notes=notes, overlay=overlay))


@app.command("test", help=_("Run rule cases; say what they reach and what they would notice."))
def test_command(
    path: Annotated[Path, typer.Argument(help=_("A file of rule cases, or a folder with some."), metavar="PATH")],
    ruleset: Annotated[
        str, typer.Option(help=_("A version of the rubric, or a folder with a rule set."), metavar="RULESET")
    ] = "2021",
    mutate: Annotated[bool, typer.Option("--mutate", help=_("Change each line and condition; does a case notice?"))] = (
        False
    ),
    overlay: OverlayName = "",
) -> None:
    """Run rule cases."""
    from cityrubric.cli.test import run_tests

    with failing():
        raise typer.Exit(run_tests(path, ruleset, mutate=mutate, overlay=overlay))
