"""An explanation in the terminal: a tree of reasons, what would change it, what is missing."""

from __future__ import annotations

import re

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from cityrubric.explain.records import Change, Explanation, Narrowing, Node
from cityrubric.language import translate as _
from cityrubric.report.screen import indented, rows
from cityrubric.report.steps import is_veto, points_text, result_word, step_name, step_words, written
from cityrubric.report.words import id_word

_MARKS = {True: "√", False: "×", None: "?"}  # all of them in GB 2312
_STYLES = {True: "green", False: "red", None: "yellow"}
_MARKED = {"override", "test", "alternative", "line", "rule", "total", "sampling", "row", "within"}
_SHOWN = 12
_HASH = re.compile("(sha256:[0-9a-f]{12})[0-9a-f]{52}")  # of a table: the record has all of it


def explanation_tree(explanation: Explanation) -> RenderableType:
    """Return an explanation as a tree, with what would change the result below."""
    veto = is_veto(explanation.tree)
    heading = Text(f"{explanation.city}  {id_word(explanation.id)} {explanation.title}", style="bold")
    parts: list[RenderableType] = [
        heading,
        Text(result_word(explanation.result, veto=veto), style="bold"),
        _tree(explanation.tree),
    ]
    if explanation.changes:
        parts += ["", Text(_("What would change it, one fact at a time"), style="bold")]
        parts.append(_changes(explanation.changes, veto=veto))
    if explanation.missing:
        narrows = any(one.most for one in explanation.missing)
        says = _("Missing facts, by how much they narrow the total") if narrows else _("Missing facts")
        parts += ["", Text(says, style="bold"), _missing(explanation.missing)]
    return Group(*parts)


def node_text(node: Node, above: Node | None = None) -> str:
    """Return what one step of an explanation says, in one line; `above` is the step it belongs to."""
    return str(_label(node, above))


def _tree(node: Node, above: Node | None = None) -> Tree:
    label = _label(node, above)
    tree = Tree(_HASH.sub(r"\1…", label.plain) if _HASH.search(label.plain) else label)
    for child in node.children:
        tree.add(_tree(child, node))
    return tree


def _label(node: Node, above: Node | None) -> Text:
    mark = f"{_MARKS[node.holds]} " if node.kind in _MARKED else ""
    words = [step_name(node), node.title, *step_words(node, above)]
    return Text.assemble((mark, _STYLES[node.holds]), "  ".join(word for word in words if word))


def _changes(changes: tuple[Change, ...], *, veto: bool) -> RenderableType:
    table = rows(4)
    for one in changes:
        table.add_row(
            one.title,
            Text(f"{written(one.before)} → {written(one.after)} {one.unit}".strip(), style="yellow"),
            result_word(one.result, veto=veto),
            Text(one.fact, style="dim"),
        )
    return Padding(table, (0, 0, 0, 2))


def _missing(missing: tuple[Narrowing, ...]) -> RenderableType:
    table = rows(3)
    for one in missing[:_SHOWN]:
        points = points_text(one.least, one.most)
        items = ", ".join(one.items)
        table.add_row(Text(points, style="yellow"), one.title, Text(f"{one.key} → {items}", style="dim"))
    more = len(missing) - _SHOWN
    rest = [indented(_("… and {n} more with --json").format(n=more), "dim")] if more > 0 else []
    return Group(Padding(table, (0, 0, 0, 2)), *rest)
