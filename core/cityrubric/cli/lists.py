"""`cityrubric rulesets`, `plugins` and `schema`: what there is."""

from __future__ import annotations

import json

from rich.table import Table

from cityrubric.authoring.lint.coverage import Coverage, coverage_ledger
from cityrubric.cli.saying import result, screen
from cityrubric.cli.session import load_ruleset, offers, project
from cityrubric.documents import schema
from cityrubric.language import translate as _

_HASH_SHOWN = 12


def list_rulesets() -> None:
    """List the versions of the rubric."""
    for version in project().ruleset_versions():
        ruleset = load_ruleset(version)
        covered = [f"{_coverage_word(way)} {len(some)}" for way, some in coverage_ledger(ruleset).items() if some]
        status = _("published") if ruleset.status == "published" else _("draft")
        says = _("{points} points (评价要点), {items} indicators: {covered}; {rules} rules; hash {hash}")
        words = {"points": len(ruleset.points), "items": len(ruleset.indicators), "rules": len(ruleset.rules)}
        told = says.format(**words, covered=", ".join(covered), hash=ruleset.hash[:_HASH_SHOWN])
        result(f"{version}  {ruleset.title}  {status}\n  {told}\n")


def list_coverage(version: str) -> None:
    """List the indicators of a rule set by how far its rules cover them."""
    table = _table(_("covered"), _("indicator"), _("title"), _("note"))
    for way, indicators in coverage_ledger(load_ruleset(version)).items():
        for one in indicators:
            table.add_row(_coverage_word(way), one.id, one.title, one.note)
    screen().print(table)


def _coverage_word(way: Coverage) -> str:
    return {
        Coverage.COMPUTED: _("computed"),
        Coverage.PARTLY: _("partly computed"),
        Coverage.EXPERT: _("expert judgement"),
        Coverage.NO_RULE: _("no rule"),
    }[way]


def list_plugins() -> None:
    """List the plugins and what they offer."""
    table = _table(_("plugin"), _("origin"), _("facts"), _("measures"), _("also offers"), _("hash"))
    for plugin in offers().plugins:
        counts = (str(plugin.facts), str(plugin.measures))
        also = ", ".join(hook for hook in plugin.hooks if hook not in {"catalogue", "measures"})
        table.add_row(plugin.name, plugin.origin, *counts, also, plugin.hash[:_HASH_SHOWN])
    for name in offers().left_out:
        table.add_row(name, _("left out"))
    screen().print(table)


def print_schema(name: str) -> None:
    """Print a JSON Schema."""
    result(json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n")


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading)
    return table
