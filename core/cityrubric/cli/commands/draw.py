"""Commands that draw inspection points: draw freeze, points, replace, reveal, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from cityrubric.cli.commands.app import app
from cityrubric.cli.saying import failing
from cityrubric.language import translate as _

draw_app = typer.Typer(
    help=_("Draw inspection points from a register, so that anyone can repeat it."), no_args_is_help=True
)
app.add_typer(draw_app, name="draw")
PlanFile = Annotated[Path, typer.Argument(help=_("The plan of the draw: a draw.toml."), metavar="PLAN")]
RegisterFile = Annotated[
    Path, typer.Argument(help=_("The register: .csv (UTF-8), .parquet or .xlsx."), metavar="REGISTER")
]
RecordFile = Annotated[Path, typer.Argument(help=_("The record of a draw (record.json)."), metavar="RECORD")]
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


@draw_app.command("fictional", help=_("Write a register of enterprises that do not exist, to try a plan on."))
def draw_fictional_command(
    plan: PlanFile,
    out: Annotated[Path, typer.Option(help=_("The register: .csv or .parquet."), metavar="FILE")],
    rows: Annotated[int, typer.Option(min=1, help=_("How many enterprises."), metavar="N")],
    seed: Annotated[int, typer.Option(min=0, help=_("The same one, the same register."), metavar="N")] = 1,
) -> None:
    """Write a fictional register."""
    from cityrubric.cli.generate import generate_register

    with failing():
        generate_register(plan, rows, seed, out)


@draw_app.command("points", help=_("Draw the points of one mode; writes DIR/open or DIR/covert."))
def draw_points_command(
    plan: PlanFile,
    register: RegisterFile,
    frozen: FrozenFile,
    mode: Annotated[str, typer.Option(help=_("Which of the plan's draws."), metavar="MODE")],
    public: Annotated[str, typer.Option(help=_("The public string that the plan announced."), metavar="TEXT")],
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
    reason: Annotated[str, typer.Option(help=_("Why it cannot be inspected."), metavar="TEXT")],
) -> None:
    """Replace a point."""
    from cityrubric.cli.draw import replace_point

    with failing():
        replace_point(plan, record, point, reason)


@draw_app.command("reveal", help=_("Put the secret into the record of a covert draw, after the last visit."))
def draw_reveal_command(
    record: RecordFile,
    secret: Annotated[Path, typer.Option(help=_("The file of the secret of a covert draw."), metavar="FILE")],
) -> None:
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
