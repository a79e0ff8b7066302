"""`python -m cityrubric`."""

from cityrubric.cli.main import run

run()
