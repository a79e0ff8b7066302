"""Outcomes as trees: parts, lines with the distance to each, facts, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.explain.records import Datum, Node
from cityrubric.explain.sampling import sampling_nodes
from cityrubric.language import translate as _
from cityrubric.outcomes import BandRecord, Basis, FactRecord, GroupScore, Outcome, PartRecord


def outcome_node(id_: str, assessment: Assessment) -> Node:
    """Explain what is said of an indicator."""
    outcome = next(outcome for outcome in assessment.outcomes if outcome.id == id_)
    data: dict[str, Datum] = {
        "verdict": outcome.verdict,
        "score": outcome.score,
        "applicable": outcome.applicable,
        "rests_on": outcome.rests_on,
        "clause": outcome.clause,
        "failure": outcome.failure,
        **_basis("title", outcome.provenance["title"]),
        **_basis("max_score", outcome.provenance["max_score"]),
    }
    parts = [_part(part, outcome, assessment) for part in outcome.parts]
    reads = {key for part in outcome.parts for key in part.reads}
    sampled = sampling_nodes(id_, reads, assessment)
    overrides = [_override(one, assessment) for one in assessment.city.overrides if one["indicator"] == id_]
    loose = [clearance_node(id_, assessment)] if any(one.startswith("clearance:") for one in outcome.because) else []
    recorded = any(part.cleared_by == "record" for part in outcome.parts)
    unrecorded = [Node("missing", f"clearance:{id_}", data={"says": _("no valid clearance record")})]
    missing = [
        *(unrecorded if recorded and outcome.verdict == "undetermined" else []),
        *_missing(outcome),
    ]
    children = (*overrides, *parts, *sampled, *loose, *missing)
    return Node("outcome", id_, outcome.title, data=_said(data), children=children)


def _override(one: Mapping[str, Any], assessment: Assessment) -> Node:
    """What somebody decided instead of this verdict, and whether it still speaks of it."""
    stands = assessment.overridden is not None and one["id"] in assessment.overridden.applied
    data: dict[str, Datum] = {name: str(one[name]) for name in ("old", "new", "by", "on", "reason")}
    return Node("override", one["id"], holds=stands, data=data)


def _missing(outcome: Outcome) -> list[Node]:
    return [
        Node("missing", one.key, one.title, data={"reason": one.reason, "says": one.says}) for one in outcome.missing
    ]


def group_node(group: GroupScore) -> Node:
    """Return what a group comes to."""
    return Node("group", group.id, group.title, data={"score": group.score, "applicable": group.applicable})


def fact_nodes(key: str, assessment: Assessment, among: tuple[str, ...] | None = None) -> Iterator[Node]:
    """Yield what is stated of a fact, claim by claim; `among` are the ids of the facts and periods that count."""
    for fact in assessment.facts:
        id_ = f"fact:{fact.key}@{fact.period}" if fact.period else f"fact:{fact.key}"
        if fact.key == key and (among is None or id_ in among):
            yield _fact(id_, fact, assessment)


def source_node(id_: str, at: str, assessment: Assessment) -> Node:
    """Return the source that something was taken from, and the place in it."""
    titles = {source["id"]: source["title"] for source in assessment.city.sources}
    return Node("source", id_, titles.get(id_, ""), data=_said({"at": at}))


def _part(part: PartRecord, outcome: Outcome, assessment: Assessment) -> Node:
    data: dict[str, Datum] = {
        "operator": part.operator,
        "measured": (part.low, part.high),
        "unit": part.unit,
        "window": part.window,
        "points": part.points,
        "each": part.each,
        **_basis("points", part.points_basis),
        **(_basis("line", part.line) if part.line else {}),
    }
    lines = line_nodes(part)
    keys = [*part.reads, *_behind(part.reads, outcome, assessment)]
    facts = [node for key in keys for node in fact_nodes(key, assessment, outcome.because)]
    return Node("part", part.measure or ", ".join(part.reads), data=_said(data), children=(*lines, *facts))


def _behind(reads: tuple[str, ...], outcome: Outcome, assessment: Assessment) -> list[str]:
    """Counts that a percentage was derived from: what the outcome rests on and no part of it looks at."""
    looked_at = {key for part in outcome.parts for key in part.reads}
    keys = [one.partition(":")[2].partition("@")[0] for one in outcome.because if one.startswith("fact:")]
    return [key for key in dict.fromkeys(keys) if key not in looked_at] if reads == outcome.parts[0].reads else []


def line_nodes(part: PartRecord) -> list[Node]:
    """Return the lines in the order in which they are tried; one without limits stands for all that is left."""
    lines = [_line(band, part) for band in part.bands]
    earlier = [line.holds for line in lines[:-1]]
    if part.bands and not _asked(part.bands[-1]) and any(holds is not False for holds in earlier):
        lines[-1] = evolve(lines[-1], holds=False if True in earlier else None)
    return lines


def _asked(band: BandRecord) -> dict[str, float]:
    limits = {name: getattr(band, name) for name in ("at_least", "above", "at_most", "below")}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _line(band: BandRecord, part: PartRecord) -> Node:
    asked = _asked(band)
    data: dict[str, Datum] = {
        "verdict": band.verdict,
        "points": band.score,
        **asked,
        **_distance(asked, part.low, part.high),
        **_basis("line", band.line),
    }
    return Node("line", holds=holds_within(asked, part.low, part.high), data=data)


def holds_within(asked: dict[str, float], low: float | None, high: float | None) -> bool | None:
    """Tell whether an interval lies within limits, outside, or across; an end that is None is open."""
    least, most = _ends(low, high)
    sure = all(_meets(least, name, limit) and _meets(most, name, limit) for name, limit in asked.items())
    never = any(not _meets(_best(least, most, name), name, limit) for name, limit in asked.items())
    return True if sure else False if never else None


def _best(least: float, most: float, name: str) -> float:
    return most if name in {"at_least", "above"} else least


def _meets(value: float, name: str, limit: float) -> bool:
    return {
        "at_least": value >= limit,
        "above": value > limit,
        "at_most": value <= limit,
        "below": value < limit,
    }[name]


def _distance(asked: dict[str, float], low: float | None, high: float | None) -> dict[str, Datum]:
    """By how much the nearest limit is missed, by the end of the interval that comes closest."""
    least, most = _ends(low, high)
    missed = [
        abs(_best(least, most, name) - limit)
        for name, limit in asked.items()
        if not _meets(_best(least, most, name), name, limit)
    ]
    return {"short_by": float(f"{max(missed):.12g}")} if missed else {}


def _ends(low: float | None, high: float | None) -> tuple[float, float]:
    return float("-inf") if low is None else low, float("inf") if high is None else high


def _fact(id_: str, fact: FactRecord, assessment: Assessment) -> Node:
    data: dict[str, Datum] = {
        "state": fact.state,
        "value": (fact.low, fact.high),
        "unit": fact.unit,
        "given": fact.given or "、".join(fact.content),
        "by": fact.by,
        "area": fact.area,
        "reason": fact.reason,
        "person": fact.person,
        "note": fact.note,
        "overruled": fact.overruled,
    }
    return Node("fact", id_, fact.title, data=_said(data), children=(source_node(fact.source, fact.at, assessment),))


def clearance_node(veto: str, assessment: Assessment) -> Node:
    """Return the records on a veto."""
    records = [record for record in assessment.city.clearances if record["veto"] == veto]
    nodes = tuple(
        Node("clearance", f"clearance:{veto}", data={name: _text(value) for name, value in record.items()})
        for record in records
    )
    return nodes[0] if len(nodes) == 1 else Node("clearance", f"clearance:{veto}", children=nodes)


def _text(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _basis(name: str, basis: Basis) -> dict[str, Datum]:
    return {f"{name}_status": basis.status, f"{name}_source": basis.source}


def _said(data: dict[str, Datum]) -> dict[str, Datum]:
    """What says something."""
    return {name: value for name, value in data.items() if value not in {None, "", (None, None)}}
