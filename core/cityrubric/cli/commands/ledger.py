"""Commands about what a ledger holds: history, appeals, compare, province."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import AsJson, LedgerFile, Year, app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _

CityId = Annotated[str, typer.Argument(help=_("The id of a city: the name of its folder."), metavar="CITY")]


class RankBy(str, Enum):
    """Ends of an interval."""

    LEAST = "least"
    MOST = "most"


@app.command("history", help=_("List every assessment of a city that a ledger holds."))
def history_command(city: CityId, ledger: LedgerFile, json: AsJson = False) -> None:
    """Tell the history of a city."""
    from cityrubric.cli.ledger import tell_history

    with failing():
        tell_history(ledger, city, as_json=json)


@app.command("appeals", help=_("List a city's appeals: what was decided, and what the accepted ones changed."))
def appeals_command(city: CityId, ledger: LedgerFile, json: AsJson = False) -> None:
    """Tell the appeals of a city."""
    from cityrubric.cli.ledger import tell_appeals

    with failing():
        tell_appeals(ledger, city, as_json=json)


@app.command("compare", help=_("Put cities side by side: scores, common weaknesses, what changed and why."))
def compare_command(
    cities: Annotated[
        list[str], typer.Argument(help=_("Ids of cities: the names of their folders."), metavar="CITY...")
    ],
    ledger: LedgerFile,
    year: Year = None,
    ruleset: Annotated[Optional[str], typer.Option(help=_("Version of the rubric."), metavar="VERSION")] = None,  # noqa: UP045
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
