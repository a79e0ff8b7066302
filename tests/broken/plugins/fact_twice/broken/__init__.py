from pathlib import Path

from cityrubric.hookspecs import hookimpl


@hookimpl
def catalogue():
    """Return the catalogue."""
    return Path(__file__).with_name("catalogue.toml")
