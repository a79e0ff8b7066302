"""Two versions of a rubric side by side: in the terminal and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cityrubric.language import translate as _
from cityrubric.versions.compare import Change, Comparison, Item, Pair


def diff_tables(comparison: Comparison) -> RenderableType:
    """Return what differs: general terms, items of both versions, what is gone and what is new."""
    words = {"old": comparison.old, "new": comparison.new}
    parts: list[RenderableType] = [Text("{old} → {new}".format(**words), style="bold"), *_warning(comparison)]
    if comparison.general:
        parts += ["", Text(_("General terms"), style="bold"), _changes(comparison.general)]
    for pair in comparison.pairs:
        parts += ["", _pair(pair), _changes(pair.changes)]
    parts += _items(_("Only in {old}").format(**words), comparison.removed)
    parts += _items(_("Only in {new}").format(**words), comparison.added)
    return Group(*parts)


def diff_page(comparison: Comparison) -> str:
    """Return the same as a page of its own."""
    from cityrubric.report.page.shell import render  # templates are for those who ask for a page

    return render(
        "diff.html", (), {}, comparison=comparison, change_word=change_word, relation_word=relation_word, warnings=[
            text.plain for text in _warning(comparison)
        ],
    )  # fmt: skip


def relation_word(code: str) -> str:
    """Return what a relation between an old and a new item is called."""
    return {
        "equal": _("the same subject"),
        "superset": _("the new one asks more"),
        "subset": _("the new one asks less"),
        "intersects": _("they overlap"),
        "none": _("no counterpart"),
    }[code]


def change_word(code: str) -> str:
    """Return what a kind of change is called."""
    return {
        "id": _("id"),
        "title": _("title"),
        "heading": _("heading"),
        "clause": _("clause"),
        "operator": _("operator"),
        "measured": _("what is measured"),
        "window": _("window"),
        "line": _("line"),
        "line_up": _("line, up"),
        "line_down": _("line, down"),
        "weight": _("points"),
        "provenance": _("provenance"),
        "pass_line": _("pass line"),
        "key_items": _("key items"),
        "recent_years": _("recent years"),
        "claim_order": _("whose claim counts"),
        "after_deadline": _("after the deadline"),
        "bonus_ceiling": _("bonus"),
        "groups": _("groups"),
    }[code]


def _warning(comparison: Comparison) -> Iterator[Text]:
    if comparison.unconfirmed:
        says = _("{n} relations between items are drafts that no person has confirmed")
        yield Text(says.format(n=comparison.unconfirmed), style="yellow")


def _pair(pair: Pair) -> Text:
    ids = pair.new.id if pair.old.id == pair.new.id else f"{pair.old.id} → {pair.new.id}"
    draft = "" if pair.confirmed else "  " + _("(draft)")
    return Text.assemble((f"{ids} {pair.new.title}", "bold"), (f"  {relation_word(pair.relation)}{draft}", "dim"))


def _changes(changes: Iterable[Change]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in changes:
        table.add_row("  " + change_word(one.kind), f"{one.before or '—'} → {one.after or '—'}")
    return table


def _items(heading: str, items: Iterable[Item]) -> list[RenderableType]:
    lines: list[RenderableType] = [Text(f"  {one.id} {one.title}") for one in items]
    return ["", Text(f"{heading} ({len(lines)})", style="bold"), *lines] if lines else []
