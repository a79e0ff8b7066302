"""Commands about versions of the rubric and proofs: verify, diff, crosswalk, impact, migrate, dossier."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import AsJson, CityFolder, Version, app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _


@app.command("verify", help=_("Make a stored assessment again from the facts it embeds, and name every difference."))
def verify_command(
    assessment: Annotated[Path, typer.Argument(help=_("A stored assessment (assessment.json)."), metavar="FILE")],
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


class DiffForm(str, Enum):
    """How a difference is written."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


OldVersion = Annotated[str, typer.Argument(help=_("The old version, or the folder of a rule set."), metavar="OLD")]
NewVersion = Annotated[str, typer.Argument(help=_("The new version, or the folder of a rule set."), metavar="NEW")]
CrosswalkFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--crosswalk", help=_("A crosswalk instead of the one beside the rule sets."), metavar="FILE"),
]
OutFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--out", "-o", help=_("The file to write; otherwise it is printed."), metavar="FILE"),
]


@app.command("diff", help=_("Put two versions side by side: what is gone, new, renamed, moved or reweighted."))
def diff_command(
    old: OldVersion,
    new: NewVersion,
    crosswalk: CrosswalkFile = None,
    form: Annotated[DiffForm, typer.Option("--format", help=_("How to write it."))] = DiffForm.TEXT,
    out: OutFile = None,
) -> None:
    """Tell what differs between two versions."""
    from cityrubric.cli.compare_rules import tell_difference

    with failing():
        tell_difference(old, new, crosswalk, form.value, out)


@app.command("crosswalk", help=_("Check how the items of two versions relate, or draft it for a person to confirm."))
def crosswalk_command(
    old: OldVersion,
    new: NewVersion,
    draft: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("Write a draft into this file; it must not exist."), metavar="FILE"),
    ] = None,
) -> None:
    """Check or draft a crosswalk."""
    from cityrubric.cli.compare_rules import tell_crosswalk

    with failing():
        tell_crosswalk(old, new, draft)


@app.command("impact", help=_("Say what a new version changes for cities, by facts, applicability, rules and weights."))
def impact_command(
    old: OldVersion,
    new: NewVersion,
    cities: Annotated[
        list[Path], typer.Argument(help=_("Folders with a city.toml, or names of shipped cities."), metavar="CITY...")
    ],
    out: Annotated[Path, typer.Option(help=_("Keep the old results and the figures in this folder."), metavar="DIR")],
    facts_before: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("A folder with DIR/<city>/city.toml as it was under the old version."), metavar="DIR"),
    ] = None,
    crosswalk: CrosswalkFile = None,
) -> None:
    """Tell what a new version changes."""
    from cityrubric.cli.impact import tell_impact

    with failing():
        raise typer.Exit(tell_impact((old, new), cities, facts_before, crosswalk, out))


@app.command("migrate", help=_("Rewrite the ids in a city's files for another version; nothing else changes in them."))
def migrate_command(
    city: CityFolder,
    to: Annotated[str, typer.Option(help=_("The version to write it for."), metavar="VERSION")],
    source: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--from", help=_("The version it is written for, where that is not plain."), metavar="VERSION"),
    ] = None,
    crosswalk: CrosswalkFile = None,
    drafts: Annotated[bool, typer.Option("--drafts", help=_("Use relations that no person has confirmed."))] = False,
) -> None:
    """Migrate a city."""
    from cityrubric.cli.migrate import migrate_city

    with failing():
        raise typer.Exit(migrate_city(city, to, source, crosswalk, drafts=drafts))


@app.command("dossier", help=_("Write everything about one indicator of a city into one file, for internal use."))
def dossier_command(
    city: CityFolder,
    indicator: Annotated[str, typer.Argument(help=_("An indicator."), metavar="INDICATOR")],
    ruleset: Version = "2021",
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", "-o", help=_("A .docx or .html; otherwise a page in this folder."), metavar="FILE"),
    ] = None,
) -> None:
    """Write a dossier."""
    from cityrubric.cli.dossier import write_dossier

    with failing():
        write_dossier(city, indicator, ruleset, out)
