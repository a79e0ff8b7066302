"""What each step of an explanation says, in words: figures with their units, and where they are from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, Context, Decimal
from typing import Any, TypeAlias

from cityrubric.canonical import decimal_text
from cityrubric.explain.records import Node
from cityrubric.language import translate as _
from cityrubric.report.conditions import SIGNS, condition_text
from cityrubric.report.figures import RATE_DECIMALS, figure, measured_text
from cityrubric.report.words import (
    decision_word,
    id_word,
    kind_word,
    operator_word,
    override_text,
    overruled_text,
    source_text,
    speaker_word,
    truth_word,
    verdict_word,
)
from cityrubric.states import Verdict

Data: TypeAlias = Mapping[str, Any]

_OPEN_PLACE = re.compile(r"\$\{[^}]*\}")
_PRECISION = Context(prec=12)  # as measured values are rounded before they meet a line


def step_words(node: Node, above: Node | None) -> list[str]:
    """Return what a step says after its id and title.

    Args:
        node: the step.
        above: the step it belongs to: a line has the unit of its part.
    """
    if node.kind == "line":
        return _of_line(node.data, above.data if above is not None else {})
    if node.kind == "test":
        return _of_test(node.data, veto=any(is_veto(child) for child in node.children))
    if is_veto(node):
        return _of_veto(node.data)
    return _TOLD[node.kind](node.data)


def step_name(node: Node) -> str:
    """Return what a step is called where it has no title."""
    named = {"alternative": _("all of these:"), "decision": _("Conclusion"), "total": _("base total")}
    return named.get(node.kind, id_word(node.id))


def result_word(code: str, *, veto: bool = False) -> str:
    """Return what a result is called."""
    if code in {"pass", "fail"}:
        return decision_word(code)
    if code in {verdict.code for verdict in Verdict}:
        return verdict_word(code, veto=veto)
    return {"found": _("found"), "not_found": _("not found")}.get(code, code)  # a level or a figure says itself


def is_veto(node: Node) -> bool:
    """Tell whether a step speaks of a veto, of which "met" means that it is not triggered."""
    return any(child.kind == "part" and child.data["operator"] == "veto" for child in node.children)


def points_text(least: float, most: float) -> str:
    """Return points as one figure or a span; nothing where none can be earned: an item without points has no score."""
    return _("{n} points").format(n=_range((least, most))) if most or least else ""


def written(value: str) -> str:
    """Return a value as it is written in a city file, in words: yes or no, and no figure longer than it is exact."""
    if value in {"true", "false"}:
        return truth_word(value)
    try:
        number = _PRECISION.create_decimal(value)
    except ArithmeticError:
        return value  # a level of a grade
    return f"{number.normalize():f}"


def _of_outcome(data: Data) -> list[str]:
    points = points_text(*data["score"]) or _("{n} points").format(n=0) if data["applicable"] else ""
    return [verdict_word(data["verdict"]), points, data.get("clause", ""), data.get("failure", "")]


def _of_veto(data: Data) -> list[str]:
    return [verdict_word(data["verdict"], veto=True), data.get("clause", ""), data.get("failure", "")]


def _of_part(data: Data) -> list[str]:
    measured = f"{_range(data['measured'])} {data.get('unit', '')}".strip() if "measured" in data else ""
    source = data.get("line_source")
    status = source_text(data["line_status"], source, bracketed=False) if source else ""
    return [operator_word(data["operator"]), _("measured {value}").format(value=measured) if measured else "", status]


def _of_line(data: Data, part: Data) -> list[str]:
    unit, veto = part.get("unit", ""), part.get("operator") == "veto"
    limits = (f"{sign} {measured_text(data[name])} {unit}" for name, sign in SIGNS.items() if name in data)
    asked = " ".join(limits).strip()
    words = [verdict_word(data["verdict"], veto=veto), asked or _("otherwise")]
    return [*words, distance_text(data, unit, veto=veto), source_text(data["line_status"], data["line_source"])]


def distance_text(data: Data, unit: str, *, veto: bool) -> str:
    """Return by how much a line is missed; a veto is not short of its line, but away from it."""
    if "short_by" not in data:
        return ""
    if not data["short_by"]:
        return _("exactly on the line, not beyond it")
    words = _("{n} away from it") if veto else _("short by {n}")
    return words.format(n=f"{written(repr(data['short_by']))} {unit}".strip())


def _of_fact(data: Data) -> list[str]:
    value = data.get("given") or (f"{_range(data['value'])} {data.get('unit', '')}" if "value" in data else "")
    value = truth_word(value) if value in {"true", "false"} else str(value).strip()
    words = [value, data.get("area", ""), speaker_word(data["by"]), data.get("reason", ""), data.get("note", "")]
    return [*words, overruled_text(data.get("overruled", ""))]


def _of_rule(data: Data) -> list[str]:
    kind = kind_word(data["kind"]) if data["kind"] != "premise" else ""
    told = "rule_status" in data
    source = source_text(data["rule_status"], data["rule_source"], bracketed=False) if told else ""
    counts = (
        _("{n} of {all}").format(n=decimal_text(data["drawn"]), all=decimal_text(data["possible"]))
        if "drawn" in data
        else ""
    )
    says = _OPEN_PLACE.sub("…", data["says"])  # a rule that stands for several names none of them
    return [kind, says, counts, source]


def _of_test(data: Data, *, veto: bool) -> list[str]:
    said = {"asks", "short_by", "found"}
    asked = [condition_text(name, value, veto=veto) for name, value in data.items() if name not in said]
    short = _("short by {n}").format(n=written(repr(data["short_by"]))) if "short_by" in data else ""
    return [", ".join(asked), short]


def _of_clearance(data: Data) -> list[str]:
    """Who was asked, how and when, what they answered, and how long it counts."""
    if not data:
        return []
    found = _("reports it") if data["found"] == "True" else _("reports nothing of the kind")
    asked = _("{departments}: {letter}, asked on {asked_on}, valid until {valid_until}").format(**data)
    return [found, data["reply"], asked]


def _of_total(data: Data) -> list[str]:
    line = measured_text(data["at_least"])
    source = source_text(data["line_status"], data["line_source"])
    if data.get("rate") is None:
        return [_("no points, so no rate; line {line} %").format(line=line), source]
    rate = _("rate {rate} %, line {line} %").format(rate=_range(data["rate"], RATE_DECIMALS), line=line)
    return [rate, _short_of(data["short_by"]), source]


def _short_of(points: float) -> str:
    """How many percent points are missing; rounded up, since the rate is cut."""
    cut = Decimal(repr(points)).quantize(Decimal(10) ** -RATE_DECIMALS, ROUND_CEILING)
    return _("short by {n}").format(n=f"{cut.normalize():f}") if points else ""


def _of_group(data: Data) -> list[str]:
    return [f"{_range(data['score'])} / {figure(data['applicable'])}" if data["applicable"] else "—"]


def _of_sampled(data: Data) -> list[str]:
    """A rate with its interval, or a count with the number of points at which it was found."""
    value = f"{_range(data['value'])} {data['unit']}".strip()
    told = [_("found on site: {value} at {n} points").format(value=value, n=decimal_text(data["points"]))]
    if "sampling" in data:
        words = {"confidence": decimal_text(data["confidence"]), "interval": _range(data["sampling"])}
        told.append(_("another draw: {interval} % ({confidence} % confidence)").format(**words))
    else:
        told.append(_("{n} per point").format(n=f"{data['per_point']:g}"))
    return told


def _of_sampling(data: Data) -> list[str]:
    over = points_text(*data["score"]) if "score" in data else ""
    if data["verdict"] == data["over"]:
        return [_("the verdict would be the same with another draw"), over]
    return [_("the verdict is not robust: another draw may give another one"), result_word(data["over"]), over]


def _of_result(data: Data) -> list[str]:
    score = f"{_range(data['score'])} {data.get('unit', '')}".strip() if "score" in data else ""
    source = source_text(data["result_status"], data.get("result_source", ""))
    return [score, data.get("called", ""), data.get("failure", ""), source]


def _of_row(data: Data) -> list[str]:
    return [decimal_text(data["value"]), source_text(data["row_status"], data["row_source"])]


_TOLD: Mapping[str, Callable[[Data], list[str]]] = {
    "outcome": _of_outcome,
    "part": _of_part,
    "fact": _of_fact,
    "source": lambda data: [data.get("at", "")],
    "missing": lambda data: [data["says"]],
    "rule": _of_rule,
    "alternative": lambda data: [],
    "observation": lambda data: [data["method"], data["says"]],
    "clearance": _of_clearance,
    "total": _of_total,
    "sampled": _of_sampled,
    "sampling": _of_sampling,
    "group": _of_group,
    "result": _of_result,
    "row": _of_row,
    "within": lambda data: [f"{sign} {measured_text(data[name])}" for name, sign in SIGNS.items() if name in data],
    "rate": lambda data: [f"{_range(data['rate'], RATE_DECIMALS)} %"] if "rate" in data else [],
    "decision": lambda data: [decision_word(data["verdict"])],
    "override": lambda data: [override_text(data)],
}


def _range(ends: tuple[float | None, float | None], decimals: int | None = None) -> str:
    """Both ends, one figure where they are the same; an open end is said by the sign of the other."""
    low, high = ends

    def told(end: float) -> str:
        return measured_text(end) if decimals is None else figure(end, decimals)

    if low is None or high is None:
        least = "" if low is None else f"≥ {told(low)}"
        return least if high is None else f"≤ {told(high)}"
    texts = told(low), told(high)
    return texts[0] if texts[0] == texts[1] else f"{texts[0]}..{texts[1]}"
