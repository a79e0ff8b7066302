"""An explanation in the terminal: a tree of reasons, what would change it, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from cityrubric.explain.records import Change, Explanation, Narrowing, Node
from cityrubric.language import translate as _
from cityrubric.report.figures import figure
from cityrubric.report.words import decision_word, kind_word, override_text, speaker_word, status_word, verdict_word

_MARKS = {True: "√", False: "×", None: "?"}  # all of them in GB 2312
_STYLES = {True: "green", False: "red", None: "yellow"}
_MARKED = {"override", "test", "alternative", "line", "rule", "total", "sampling"}
_COMPARED = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
_SHOWN = 12


def explanation_tree(explanation: Explanation) -> RenderableType:
    """Return an explanation as a tree, with what would change the result below."""
    heading = Text(f"{explanation.city}  {explanation.id} {explanation.title}", style="bold")
    parts: list[RenderableType] = [
        heading,
        Text(result_word(explanation.result), style="bold"),
        _tree(explanation.tree),
    ]
    if explanation.changes:
        parts += ["", Text(_("What would change it, one fact at a time"), style="bold"), _changes(explanation.changes)]
    if explanation.missing:
        parts += ["", Text(_("Missing facts, by how much they narrow the total"), style="bold")]
        parts.append(_missing(explanation.missing))
    return Group(*parts)


def result_word(code: str) -> str:
    """Return what a result is called."""
    if code in {"pass", "fail"}:
        return decision_word(code)
    return {"found": _("found"), "not_found": _("not found")}.get(code) or verdict_word(code)


def _tree(node: Node) -> Tree:
    tree = Tree(_label(node))
    for child in node.children:
        tree.add(_tree(child))
    return tree


def node_text(node: Node) -> str:
    """Return what one step of an explanation says, in one line."""
    return str(_label(node))


def _label(node: Node) -> Text:
    mark = f"{_MARKS[node.holds]} " if node.kind in _MARKED else ""
    words = [node.id if node.kind != "alternative" else _("all of these:"), node.title, *_TOLD[node.kind](node.data)]
    return Text.assemble((mark, _STYLES[node.holds]), "  ".join(word for word in words if word))


def _of_outcome(data: Mapping[str, Any]) -> list[str]:
    words = [verdict_word(data["verdict"]), _("{n} points").format(n=_range(data["score"]))]
    return [*words, data.get("clause", ""), data.get("failure", "")]


def _of_part(data: Mapping[str, Any]) -> list[str]:
    measured = _range(data["measured"]) if "measured" in data else ""
    unit = data.get("unit", "")
    status = status_word(data["line_status"]) + f": {data['line_source']}" if data.get("line_source") else ""
    return [data["operator"], _("measured {value}").format(value=f"{measured} {unit}") if measured else "", status]


def _of_line(data: Mapping[str, Any]) -> list[str]:
    asked = " ".join(f"{sign} {data[name]:g}" for name, sign in _COMPARED.items() if name in data)
    short = _("short by {n}").format(n=f"{data['short_by']:g}") if "short_by" in data else ""
    source = ": ".join(word for word in (status_word(data["line_status"]), data["line_source"]) if word)
    return [verdict_word(data["verdict"]), asked, short, f"({source})"]


def _of_fact(data: Mapping[str, Any]) -> list[str]:
    value = data.get("given") or (f"{_range(data['value'])} {data.get('unit', '')}" if "value" in data else "")
    by = speaker_word(data["by"])
    return [str(value).strip(), data.get("area", ""), by, data.get("reason", ""), data.get("note", "")]


def _of_source(data: Mapping[str, Any]) -> list[str]:
    return [data.get("at", "")]


def _of_missing(data: Mapping[str, Any]) -> list[str]:
    return [data["says"]]


def _of_rule(data: Mapping[str, Any]) -> list[str]:
    kind = kind_word(data["kind"]) if data["kind"] != "premise" else ""
    source = [status_word(data["rule_status"]), data["rule_source"]] if "rule_status" in data else []
    counts = _("{n} of {all}").format(n=f"{data['drawn']:g}", all=f"{data['possible']:g}") if "drawn" in data else ""
    return [kind, data["says"], counts, ": ".join(word for word in source if word)]


def _of_test(data: Mapping[str, Any]) -> list[str]:
    asked = [f"{name} = {value}" for name, value in data.items() if name not in {"asks", "short_by", "found"}]
    short = _("short by {n}").format(n=f"{data['short_by']:g}") if "short_by" in data else ""
    return [", ".join(asked), short]


def _of_observation(data: Mapping[str, Any]) -> list[str]:
    return [data["method"], data["says"]]


def _of_clearance(data: Mapping[str, Any]) -> list[str]:
    return [str(value) for value in data.values()]


def _of_total(data: Mapping[str, Any]) -> list[str]:
    rate = _("rate {rate} %, line {line} %").format(rate=_range(data["rate"]), line=f"{data['at_least']:g}")
    short = _("short by {n}").format(n=f"{data['short_by']:g}") if data["short_by"] else ""
    return [rate, short, f"({status_word(data['line_status'])}: {data['line_source']})"]


def _of_group(data: Mapping[str, Any]) -> list[str]:
    return [f"{_range(data['score'])} / {data['applicable']:g}"]


def _of_rate(data: Mapping[str, Any]) -> list[str]:
    return [f"{_range(data['rate'])} %"] if "rate" in data else []


def _of_decision(data: Mapping[str, Any]) -> list[str]:
    return [decision_word(data["verdict"])]


def _of_sampled(data: Mapping[str, Any]) -> list[str]:
    """A rate with its interval, or a count with the number of points at which it was found."""
    value = f"{_range(data['value'])} {data['unit']}".strip()
    told = [_("found on site: {value} at {n} points").format(value=value, n=f"{data['points']:g}")]
    if "sampling" in data:
        words = {"confidence": f"{data['confidence']:g}", "interval": _range(data["sampling"])}
        told.append(_("another draw: {interval} % ({confidence} % confidence)").format(**words))
    else:
        told.append(_("{n} per point").format(n=f"{data['per_point']:g}"))
    return told


def _of_sampling(data: Mapping[str, Any]) -> list[str]:
    over = _("{n} points").format(n=_range(data["score"])) if "score" in data else ""
    if data["verdict"] == data["over"]:
        return [_("the verdict would be the same with another draw"), over]
    return [_("the verdict is not robust: another draw may give another one"), result_word(data["over"]), over]


def _of_override(data: Mapping[str, Any]) -> list[str]:
    return [override_text(data)]


_TOLD = {
    "outcome": _of_outcome,
    "part": _of_part,
    "line": _of_line,
    "fact": _of_fact,
    "source": _of_source,
    "missing": _of_missing,
    "rule": _of_rule,
    "alternative": lambda data: [],
    "test": _of_test,
    "observation": _of_observation,
    "clearance": _of_clearance,
    "total": _of_total,
    "sampled": _of_sampled,
    "sampling": _of_sampling,
    "group": _of_group,
    "rate": _of_rate,
    "decision": _of_decision,
    "override": _of_override,
}


def _range(ends: tuple[float | None, float | None]) -> str:
    low, high = ("" if end is None else figure(end, 6) for end in ends)
    return low if low == high else f"{low}..{high}"


def _changes(changes: tuple[Change, ...]) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    for one in changes:
        table.add_row(
            one.title,
            Text(f"{one.before} → {one.after} {one.unit}".strip(), style="yellow"),
            result_word(one.result),
            Text(one.fact, style="dim"),
        )
    return Padding(table, (0, 0, 0, 2))


def _missing(missing: tuple[Narrowing, ...]) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    for one in missing[:_SHOWN]:
        points = _("{n} points").format(n=_range((one.least, one.most)))
        items = ", ".join(one.items)
        table.add_row(Text(points, style="yellow"), one.title, Text(f"{one.key} → {items}", style="dim"))
    more = len(missing) - _SHOWN
    rest = [Text("  " + _("… and {n} more with --json").format(n=more), style="dim")] if more > 0 else []
    return Group(Padding(table, (0, 0, 0, 2)), *rest)
