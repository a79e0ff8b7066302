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
    ledger: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help=_("Keep every assessment in this database as well."), metavar="FILE"),
    ] = None,
) -> None:
    """Assess cities."""
    from cityrubric.cli.assess import Drawing, assess_cities

    with failing():
        drawing = Drawing(engine.value, cross_check)
        raise typer.Exit(assess_cities(cities, ruleset, out, drawing, as_json=json, ledger=ledger))


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
