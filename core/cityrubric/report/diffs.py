"""Two versions of a rubric side by side: in the terminal and as a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cityrubric.language import translate as _
from cityrubric.report.screen import indented, rows, with_note
from cityrubric.report.words import operator_word, speaker_word, status_word, verdict_word, window_word
from cityrubric.states import Verdict
from cityrubric.versions.compare import Change, Comparison, Item, Pair


def diff_tables(comparison: Comparison) -> RenderableType:
    """Return what differs: general terms, items of both versions, what is gone and what is new."""
    words = {"old": comparison.old, "new": comparison.new}
    parts: list[RenderableType] = [
        Text("{old} → {new}".format(**words), style="bold"),
        *drafts_warning(comparison.unconfirmed),
    ]
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
        "diff.html", (), {}, comparison=comparison, change_word=change_word, relation_word=relation_word, sides=sides,
        warnings=[text.plain for text in drafts_warning(comparison.unconfirmed)],
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


def sides(change: Change) -> tuple[str, str]:
    """Return what stood and what stands, its codes in words; a dash for nothing."""
    codes, word = _CODED.get(change.kind, (None, str))
    texts = (change.before, change.after)
    told = [codes.sub(lambda found: word(found[0]), text) if codes else text for text in texts]
    return told[0] or "—", told[1] or "—"


_STATUS = re.compile(r"\b(documented|reconstructed)(?=: |;|\)|$)")
_VERDICT = re.compile(rf"\b({'|'.join(verdict.code for verdict in Verdict)})\b")
_CODED: Mapping[str, tuple[re.Pattern[str], Callable[[str], str]]] = {
    "operator": (re.compile(r"\w+"), operator_word),
    "window": (re.compile(r"\w+:\d+"), window_word),
    **dict.fromkeys(("line", "line_up", "line_down", "after_deadline"), (_VERDICT, verdict_word)),
    **dict.fromkeys(("provenance", "pass_line"), (_STATUS, status_word)),
    "claim_order": (re.compile(r"\w+"), speaker_word),
}
"""Where a change of a kind has codes, and the words for them."""


def drafts_warning(unconfirmed: int) -> Iterator[Text]:
    """Yield what everything that rests on a crosswalk says of it, as long as nobody has confirmed it."""
    if unconfirmed:
        says = _("{n} relations between items are drafts that no person has confirmed")
        yield Text(says.format(n=unconfirmed), style="yellow")


def _pair(pair: Pair) -> Text:
    ids = pair.new.id if pair.old.id == pair.new.id else f"{pair.old.id} → {pair.new.id}"
    draft = "" if pair.confirmed else "  " + _("(draft)")
    return Text.assemble((f"{ids} {pair.new.title}", "bold"), (f"  {relation_word(pair.relation)}{draft}", "dim"))


def _changes(changes: Iterable[Change]) -> Table:
    table = rows(2)
    for one in changes:
        table.add_row("  " + change_word(one.kind), " → ".join(sides(one)))
    return table


def _items(heading: str, items: Iterable[Item]) -> list[RenderableType]:
    lines: list[RenderableType] = [indented(f"{one.id} {one.title}") for one in items]
    return ["", Text(with_note(heading, len(lines)), style="bold"), *lines] if lines else []
