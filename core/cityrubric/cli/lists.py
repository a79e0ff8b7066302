"""`cityrubric rulesets`, `plugins` and `schema`: what there is."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from cityrubric.cli.saying import result
from cityrubric.cli.session import load_ruleset, offers, project
from cityrubric.documents import schema
from cityrubric.language import translate as _

_HASH_SHOWN = 12


def list_rulesets() -> None:
    """List the versions of the rubric."""
    table = _table(_("version"), _("title"), _("points (评价要点)"), _("indicators"), _("rules"), _("hash"))
    for version in project().ruleset_versions():
        ruleset = load_ruleset(version)
        counts = (len(ruleset.points), len(ruleset.indicators), len(ruleset.rules))
        table.add_row(version, ruleset.title, *map(str, counts), ruleset.hash[:_HASH_SHOWN])
    Console().print(table)


def list_plugins() -> None:
    """List the plugins and what they offer."""
    table = _table(_("plugin"), _("origin"), _("facts"), _("measures"), _("hash"))
    for plugin in offers().plugins:
        table.add_row(plugin.name, plugin.origin, str(plugin.facts), str(plugin.measures), plugin.hash[:_HASH_SHOWN])
    for name in offers().left_out:
        table.add_row(name, _("left out"))
    Console().print(table)


def print_schema(name: str) -> None:
    """Print a JSON Schema."""
    result(json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n")


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading)
    return table
