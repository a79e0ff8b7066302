"""Commands about versions of the rubric and results made under them: verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import AsJson, app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _


@app.command("verify", help=_("Make a stored assessment again from the facts it embeds, and name every difference."))
def verify_command(
    assessment: Annotated[Path, typer.Argument(help=_("A stored assessment (assessment.json)."))],
    city: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("Compare its facts with this city's files."), metavar="DIR"),
    ] = None,
    rules: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("The folder of its rule set, if that does not ship with the product."), metavar="DIR"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Verify an assessment."""
    from cityrubric.cli.verify import verify_assessment

    with failing():
        raise typer.Exit(verify_assessment(assessment, city, rules, as_json=json))
