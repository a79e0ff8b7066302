"""The commands; what is heavy is imported by the command that needs it."""

from cityrubric.cli.commands import (  # noqa: F401 - they register themselves
    assessing,
    authoring,
    bulk,
    draw,
    intake,
    ledger,
    lists,
    new,
    reporting,
    versions,
)
from cityrubric.cli.commands.app import app

__all__ = ["app"]
