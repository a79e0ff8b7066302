"""The commands; what is heavy is imported by the command that needs it."""

from cityrubric.cli.commands import assessing, authoring, draw, intake, ledger, lists, reporting, versions  # noqa: F401 - they register themselves
from cityrubric.cli.commands.app import app

__all__ = ["app"]
