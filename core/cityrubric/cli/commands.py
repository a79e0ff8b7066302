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


class RankBy(str, Enum):
    """Ends of an interval."""

    LEAST = "least"
    MOST = "most"


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
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, help=_("Processes for many cities; as many as processors unless told."), metavar="N"),
    ] = None,
    scheduler: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help=_("A running Dask cluster to work on instead, as in tcp://HOST:8786."), metavar="ADDRESS"),
    ] = None,
    resume: Annotated[bool, typer.Option(help=_("Leave out cities whose stored result has the same inputs."))] = False,
    ledger: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("Keep every assessment in this database as well."), metavar="FILE"),
    ] = None,
) -> None:
    """Assess cities."""
    from cityrubric.cli.assess import Drawing, Kept, Spread, assess_cities

    drawing, spread = Drawing(engine.value, cross_check), Spread(jobs, scheduler, resume)
    kept = Kept(out, ledger)
    with failing():
        raise typer.Exit(assess_cities(cities, ruleset, kept, drawing, spread, as_json=json))


@app.command("generate", help=_("Write fictional cities, to try things on."))
def generate_command(
    cities: Annotated[int, typer.Option(min=1, help=_("How many."), metavar="N")],
    out: Annotated[Path, typer.Option(help=_("Write DIR/fictional-<n>/city.toml."), metavar="DIR")],
    seed: Annotated[int, typer.Option(min=0, help=_("The number of the first; the same one, the same cities."))] = 1,
    ruleset: Annotated[str, typer.Option(help=_("Version of the rubric."))] = "2021",
) -> None:
    """Write fictional cities."""
    from cityrubric.cli.generate import generate_cities

    with failing():
        generate_cities(cities, seed, out, ruleset)


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


class CheckForm(str, Enum):
    """How remarks are written."""

    TEXT = "text"
    SARIF = "sarif"


@app.command("check", help=_("Check a rule set for what hardly anybody means."))
def check_command(
    ruleset: Annotated[str, typer.Argument(help=_("A version of the rubric, or a folder with a rule set."))] = "2021",
    form: Annotated[CheckForm, typer.Option("--format", help=_("How to write the remarks."))] = CheckForm.TEXT,
    notes: Annotated[bool, typer.Option("--notes", help=_("List what may be meant, too."))] = False,
) -> None:
    """Check a rule set."""
    from cityrubric.cli.check import check

    with failing():
        raise typer.Exit(check(ruleset, form.value, notes=notes))


@app.command("test", help=_("Run rule cases; say what they reach and what they would notice."))
def test_command(
    path: Annotated[Path, typer.Argument(help=_("A file of rule cases, or a folder with some."))],
    ruleset: Annotated[str, typer.Option(help=_("A version of the rubric, or a folder with a rule set."))] = "2021",
    mutate: Annotated[bool, typer.Option("--mutate", help=_("Change each line and condition; does a case notice?"))] = (
        False
    ),
) -> None:
    """Run rule cases."""
    from cityrubric.cli.test import run_tests

    with failing():
        raise typer.Exit(run_tests(path, ruleset, mutate=mutate))


LedgerFile = Annotated[Path, typer.Option(help=_("The ledger that assess --ledger made."), metavar="FILE")]
Year = Annotated[Optional[int], typer.Option(help=_("Only assessments of this year."))]  # noqa: UP045
AsJson = Annotated[bool, typer.Option("--json", help=_("Print it as JSON."))]


@app.command("history", help=_("List every assessment of a city that a ledger holds."))
def history_command(city: Annotated[str, typer.Argument()], ledger: LedgerFile, json: AsJson = False) -> None:
    """Tell the history of a city."""
    from cityrubric.cli.ledger import tell_history

    with failing():
        tell_history(ledger, city, as_json=json)


@app.command("compare", help=_("Put cities side by side: scores, common weaknesses, what changed and why."))
def compare_command(
    cities: Annotated[list[str], typer.Argument(metavar="CITY...")],
    ledger: LedgerFile,
    year: Year = None,
    ruleset: Annotated[Optional[str], typer.Option(help=_("Version of the rubric."))] = None,  # noqa: UP045
    rank_by: Annotated[
        Optional[RankBy],  # noqa: UP045
        typer.Option(help=_("Rank by this end of the interval, even where intervals overlap.")),
    ] = None,
    json: AsJson = False,
) -> None:
    """Compare cities."""
    from cityrubric.cli.ledger import tell_comparison

    with failing():
        tell_comparison(ledger, cities, year, ruleset, rank_by.value if rank_by else "", as_json=json)


@app.command("province", help=_("Count the weaknesses of all cities, with what is recommended for them."))
def province_command(
    ledger: LedgerFile,
    province: Annotated[Optional[str], typer.Option(help=_("Only this province."), metavar="NAME")] = None,  # noqa: UP045
    year: Year = None,
    json: AsJson = False,
) -> None:
    """Tell the weaknesses of a province."""
    from cityrubric.cli.ledger import tell_province

    with failing():
        tell_province(ledger, province, year, as_json=json)


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
