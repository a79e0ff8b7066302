"""The commands; what is heavy is imported by the command that needs it."""

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


class EngineName(str, Enum):
    """What draws the conclusions."""

    AUTO = "auto"
    DURABLE = "durable"
    PLAIN = "plain"


class Schema(str, Enum):
    """Schemas of the files that go in and come out."""

    RULESET = "ruleset"
    CATALOGUE = "catalogue"
    CITY = "city"
    CASES = "cases"
    ASSESSMENT = "assessment"
    DRAW = "draw"


@app.callback()
def everywhere(
    lang: Annotated[Optional[Language], typer.Option(help=_("Language of messages; may stand anywhere."))] = None,  # noqa: UP045
) -> None:
    """Say what holds for all commands."""


@app.command("assess", help=_("Assess cities and say what came out."))
def assess_command(
    cities: Annotated[
        list[Path], typer.Argument(help=_("Folders with a city.toml, or names of shipped cities."), metavar="CITY...")
    ],
    ruleset: Annotated[str, typer.Option(help=_("Version of the rubric."))] = "2021",
    out: Annotated[Optional[Path], typer.Option(help=_("Write DIR/<city>/assessment.json."), metavar="DIR")] = None,  # noqa: UP045
    engine: Annotated[EngineName, typer.Option(help=_("What draws the conclusions; the result is the same."))] = (
        EngineName.AUTO
    ),
    cross_check: Annotated[bool, typer.Option(help=_("Draw with both engines; fail on any difference."))] = False,
    json: Annotated[bool, typer.Option("--json", help=_("Print the assessments as JSON, one per line."))] = False,
) -> None:
    """Assess cities."""
    from cityrubric.cli.assess import Drawing, assess_cities

    with failing():
        raise typer.Exit(assess_cities(cities, ruleset, out, Drawing(engine.value, cross_check), as_json=json))


@app.command("explain", help=_("Say why a result is what it is, and what would change it."))
def explain_command(
    city: Annotated[Path, typer.Argument(help=_("A folder with a city.toml, or the name of a shipped city."))],
    result: Annotated[str, typer.Argument(help=_("An indicator, a finding, a rule, or 'conclusion'."), metavar="ID")],
    ruleset: Annotated[str, typer.Option(help=_("Version of the rubric."))] = "2021",
    assessment: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("A stored assessment that the run must reproduce."), metavar="FILE"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=_("Print the explanation as JSON."))] = False,
) -> None:
    """Explain a result."""
    from cityrubric.cli.explain import explain_result

    with failing():
        explain_result(city, result, ruleset, assessment, as_json=json)


@app.command("rulesets", help=_("List the versions of the rubric."))
def rulesets_command() -> None:
    """List rule sets."""
    from cityrubric.cli.lists import list_rulesets

    with failing():
        list_rulesets()


@app.command("plugins", help=_("List the plugins and what they offer."))
def plugins_command() -> None:
    """List plugins."""
    from cityrubric.cli.lists import list_plugins

    with failing():
        list_plugins()


@app.command("schema", help=_("Print the JSON Schema of a kind of file."))
def schema_command(name: Annotated[Schema, typer.Argument()]) -> None:
    """Print a schema."""
    from cityrubric.cli.lists import print_schema

    print_schema(name.value)


draw_app = typer.Typer(
    help=_("Draw inspection points from a register, so that anyone can repeat it."), no_args_is_help=True
)
app.add_typer(draw_app, name="draw")
PlanFile = Annotated[Path, typer.Argument(help=_("The plan of the draw: a draw.toml."))]
RegisterFile = Annotated[Path, typer.Argument(help=_("The register: .csv (UTF-8), .parquet or .xlsx."))]
RecordFile = Annotated[Path, typer.Argument(help=_("The record of a draw (record.json)."))]
FrozenFile = Annotated[Path, typer.Option(help=_("What was published before the draw (frozen.json)."), metavar="FILE")]
SecretFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(help=_("The file of the secret of a covert draw."), metavar="FILE"),
]
OutFolder = Annotated[Path, typer.Option(help=_("The folder to write into."), metavar="DIR")]


@draw_app.command("freeze", help=_("Check and freeze a register; makes the secret if its file does not exist."))
def draw_freeze_command(plan: PlanFile, register: RegisterFile, out: OutFolder, secret: SecretFile = None) -> None:
    """Freeze a register."""
    from cityrubric.cli.draw import freeze_register

    with failing():
        freeze_register(plan, register, out, secret)


@draw_app.command("points", help=_("Draw the points of one mode; writes DIR/open or DIR/covert."))
def draw_points_command(
    plan: PlanFile,
    register: RegisterFile,
    frozen: FrozenFile,
    mode: Annotated[str, typer.Option(help=_("Which of the plan's draws."))],
    public: Annotated[str, typer.Option(help=_("The public string that the plan announced."))],
    out: OutFolder,
    secret: SecretFile = None,
) -> None:
    """Draw points."""
    from cityrubric.cli.draw import draw

    with failing():
        draw(plan, register, frozen, mode, public, out, secret)


@draw_app.command("replace", help=_("Put the next reserve in the place of a point."))
def draw_replace_command(
    plan: PlanFile,
    record: RecordFile,
    point: Annotated[str, typer.Argument(help=_("The id of the point."), metavar="ID")],
    reason: Annotated[str, typer.Option(help=_("Why it cannot be inspected."))],
) -> None:
    """Replace a point."""
    from cityrubric.cli.draw import replace_point

    with failing():
        replace_point(plan, record, point, reason)


@draw_app.command("reveal", help=_("Put the secret into the record of a covert draw, after the last visit."))
def draw_reveal_command(record: RecordFile, secret: Annotated[Path, typer.Option(metavar="FILE")]) -> None:
    """Reveal a secret."""
    from cityrubric.cli.draw import reveal

    with failing():
        reveal(record, secret)


@draw_app.command(
    "verify", help=_("Draw again and name whatever does not follow, in the record and the list beside it.")
)
def draw_verify_command(
    plan: PlanFile, register: RegisterFile, record: RecordFile, frozen: FrozenFile, secret: SecretFile = None
) -> None:
    """Verify a draw."""
    from cityrubric.cli.draw import verify_record

    with failing():
        raise typer.Exit(verify_record(plan, register, record, frozen, secret))
