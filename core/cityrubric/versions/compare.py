"""What differs between two versions of a rubric, item by item, as records."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from cityrubric.canonical import decimal_text
from cityrubric.rubric.bands import limits_text
from cityrubric.rubric.model import Band, Indicator, Part, Ruleset
from cityrubric.rubric.provenance import Provenance
from cityrubric.versions.crosswalk import Crosswalk

_UP, _DOWN = "line_up", "line_down"


@frozen
class Change:
    """One thing that is different; an empty side says nothing.

    Attributes:
        kind: id, title, heading, clause, operator, measured, window, line, line_up, line_down, weight or provenance; of
            the general terms: the term's name.
    """

    kind: str
    before: str
    after: str


@frozen
class Item:
    """An indicator of one version."""

    id: str
    title: str


@frozen
class Pair:
    """An old item and a new one that has to do with it.

    Attributes:
        confirmed: whether a person has confirmed the relation.
    """

    old: Item
    new: Item
    relation: str
    because: str
    confirmed: bool
    changes: tuple[Change, ...]


@frozen
class Comparison:
    """Two versions side by side.

    Attributes:
        general: what differs in the terms that hold for all items.
        removed: old items without any counterpart.
        added: new items without any.
        unconfirmed: how many relations no person has confirmed.
    """

    old: str
    new: str
    general: tuple[Change, ...]
    pairs: tuple[Pair, ...]
    removed: tuple[Item, ...]
    added: tuple[Item, ...]
    unconfirmed: int


def compare(old: Ruleset, new: Ruleset, crosswalk: Crosswalk) -> Comparison:
    """Compare two versions, their items paired by a crosswalk."""
    before, after = ({one.id: one for one in some.indicators} for some in (old, new))
    pairs = tuple(
        Pair(
            old=Item(one.old, before[one.old].title),
            new=Item(one.new, after[one.new].title),
            relation=one.relation,
            because=one.because,
            confirmed=bool(one.confirmed_by),
            changes=tuple(_of_items(before[one.old], after[one.new], old, new)),
        )
        for one in crosswalk.relations
        if one.old and one.new
    )
    return Comparison(
        old=old.version,
        new=new.version,
        general=tuple(_general(old, new)),
        pairs=pairs,
        removed=tuple(Item(r.old, before[r.old].title) for r in crosswalk.relations if not r.new),
        added=tuple(Item(r.new, after[r.new].title) for r in crosswalk.relations if not r.old),
        unconfirmed=len(crosswalk.unconfirmed),
    )


def _general(old: Ruleset, new: Ruleset) -> Iterator[Change]:
    for name, before, after in zip(_TERMS, _terms(old), _terms(new), strict=True):
        yield from _changed(name, before, after)


_TERMS = ("pass_line", "key_items", "recent_years", "claim_order", "after_deadline", "bonus_ceiling", "groups")


def _terms(ruleset: Ruleset) -> tuple[str, ...]:
    rule, ceiling = ruleset.pass_rule, ruleset.bonus_ceiling
    return (
        f"{decimal_text(rule.line / 1000)} % ({_source(rule.line_provenance)})",
        ", ".join(rule.key_items),
        str(ruleset.recent_years),
        ", ".join(speaker.value for speaker in ruleset.claim_order),
        ruleset.after_deadline.code,
        "" if ceiling is None else decimal_text(ceiling / 1000),
        ", ".join(f"{group.id} {group.title}" for group in ruleset.groups),
    )


def _of_items(before: Indicator, after: Indicator, old: Ruleset, new: Ruleset) -> Iterator[Change]:
    yield from _changed("id", before.id, after.id)
    yield from _changed("title", before.title, after.title)
    yield from _changed("heading", _heading(before, old), _heading(after, new))
    yield from _changed("clause", before.clause, after.clause)
    for name, say in (("operator", _operator), ("measured", _measured), ("window", _window)):
        yield from _changed(name, *("; ".join(map(say, one.parts)) for one in (before, after)))
    if (line := _line_changed(before, after)) is not None:
        yield line
    yield from _changed(
        "weight", *(decimal_text(one.max_score / 1000) if one.max_score else "" for one in (before, after))
    )
    yield from _changed("provenance", *("; ".join(dict.fromkeys(_sources(one))) for one in (before, after)))


def _changed(kind: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(kind, before, after)


def _heading(indicator: Indicator, ruleset: Ruleset) -> str:
    return next(point.title for point in ruleset.points if point.id == indicator.point)


def _operator(part: Part) -> str:
    return part.operator


def _measured(part: Part) -> str:
    name = part.measure or ", ".join(part.facts)
    return f"{name} ({part.unit})" if part.unit else name


def _window(part: Part) -> str:
    return f"{part.window.reducer}:{part.window.years}"


def _line_changed(before: Indicator, after: Indicator) -> Change | None:
    """Up or down where only one line moved, on what is measured alike; otherwise just another line."""
    texts = ["; ".join(map(_line, one.parts)) for one in (before, after)]
    if texts[0] == texts[1]:
        return None
    lines = [[_least(band) for part in one.parts for band in part.bands] for one in (before, after)]
    alike = [[(_measured(part), len(part.bands)) for part in one.parts] for one in (before, after)]
    moved = [(a, b) for a, b in zip(*lines, strict=False) if a != b] if alike[0] == alike[1] else []
    kind = "line"
    if len(moved) == 1 and moved[0][0][0] == moved[0][1][0]:
        kind = _UP if moved[0][0][1] < moved[0][1][1] else _DOWN
    return Change(kind, *texts)


def _least(band: Band) -> tuple[str, float]:
    limits = {"at_least": band.at_least, "above": band.above, "at_most": band.at_most, "below": band.below}
    return next(((name, limit) for name, limit in limits.items() if limit is not None), ("", 0.0))


def _line(part: Part) -> str:
    """What a part asks for: its bands, or what it gives and takes."""
    told = [f"{band.verdict.code} {limits_text(band)}" for band in part.bands if limits_text(band)]
    if part.each:
        told.append(f"-{decimal_text(part.each / 1000)}")
    return ", ".join(told)


def _sources(indicator: Indicator) -> Iterator[str]:
    yield _source(indicator.provenance)
    for part in indicator.parts:
        yield from (_source(band.line) for band in part.bands)
        yield from [_source(part.line)] if part.line else []


def _source(provenance: Provenance) -> str:
    return f"{provenance.code}: {provenance.source}" if provenance.source else provenance.code
