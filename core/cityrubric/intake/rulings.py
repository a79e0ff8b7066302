"""Joint decisions on disputes, and appeals: records that say which of several claims counts from now on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from cityrubric.documents import Document
from cityrubric.errors import Spot
from cityrubric.intake.claims import ClaimReader
from cityrubric.intake.sections import SectionReader, check_listed, once_each, read_dates
from cityrubric.language import translate as _
from cityrubric.proceedings import Appeal, Deliberation
from cityrubric.records import Claim, Period, Source
from cityrubric.states import Speaker, State

CHANGED = "changed"
_TEXTS = ("id", "item", "claim", "decision", "reason", "fact", "area", "source")


@frozen
class Rulings:
    """What was decided, and the claims as they stand after it."""

    claims: tuple[Claim, ...]
    deliberations: tuple[Deliberation, ...]
    appeals: tuple[Appeal, ...]


Slot = tuple[str, str | None, Period | None]
"""Fact, area and period."""


def slot_of(claim: Claim) -> Slot:
    """Return what a claim speaks of."""
    return claim.key, claim.area, claim.period


def claim_text(claim: Claim, texts: Mapping[str, str]) -> str:
    """Return a claim as the list of disputes words it: who entered it, or else its source, and what it says."""
    says = claim.given or texts.get(claim.state.name.lower(), claim.state.name)
    return f"{claim.entered_by or claim.source}：{says}"


def disputes(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Return the claims that contradict each other: of one speaker on one thing, not yet settled."""
    together: dict[tuple[str, str, str, str], list[Claim]] = {}
    for claim in claims:
        if not claim.overruled:
            place = (claim.key, claim.area or "", str(claim.period or ""), claim.speaker.value)
            together.setdefault(place, []).append(claim)
    return [here for _place, here in sorted(together.items()) if len({(c.state, c.low, c.high) for c in here}) > 1]


def read_rulings(
    document: Document, claims: Sequence[Claim], facts: ClaimReader, lists: SectionReader, spot: Spot
) -> Rulings:
    """Read joint decisions and appeals, and apply them: what they overrule stays on record, what they find is added."""
    standing = list(claims)
    deliberations = tuple(
        _deliberation(entry, standing, facts, lists, here)
        for entry, here in once_each(document.get("deliberations", []), spot.at("deliberations"))
    )
    appeals = tuple(
        _appeal(entry, standing, facts, lists, here)
        for entry, here in once_each(document.get("appeals", []), spot.at("appeals"))
    )
    return Rulings(tuple(standing), deliberations, appeals)


def _deliberation(
    entry: Document, claims: list[Claim], facts: ClaimReader, lists: SectionReader, spot: Spot
) -> Deliberation:
    texts = lists.ruleset.texts
    found = _found(entry, Speaker(entry["by"]), entry["members"], facts, spot)
    heard = _heard(found, entry["heard"], claims, texts) if found else []
    if found and not heard:
        spot.at("heard").fault(_("nobody states what was heard here; the dispute has changed since"))
    if any(claims[n].overruled for n in heard):
        spot.fault(_("this dispute is settled by '{id}' already").format(id=claims[heard[0]].overruled))
    if found and heard:
        _overrule(claims, heard, entry["id"], evolve(found, source=claims[heard[0]].source))
    return Deliberation(
        id=entry["id"],
        fact=entry["fact"],
        by=entry["by"],
        heard=tuple(entry["heard"]),
        members=tuple(entry["members"]),
        reason=entry["reason"],
        given=found.given if found else "",
        period=str(entry.get("period", "")),
        area=entry.get("area", ""),
        **read_dates(entry, ("on",), spot),
    )


def _appeal(entry: Document, claims: list[Claim], facts: ClaimReader, lists: SectionReader, spot: Spot) -> Appeal:
    check_listed(entry["item"], [indicator.id for indicator in lists.ruleset.indicators], spot.at("item"))
    changed = entry.get("decision") == CHANGED
    found = None
    if changed:
        check_listed(entry["source"], lists.sources, spot.at("source"))
        found = _found(entry, lists.ruleset.claim_order[0], entry["reviewers"], facts, spot)
    if found:
        before = [n for n, claim in enumerate(claims) if slot_of(claim) == slot_of(found) and not claim.overruled]
        evidence = tuple(entry.get("evidence", ()))
        _overrule(claims, before, entry["id"], evolve(found, source=entry["source"], evidence=evidence))
    dates = read_dates(entry, ("on", "evidence_date", "decided_on"), spot)
    return Appeal(
        **{name: entry[name] for name in _TEXTS if name in entry},
        on=dates["on"],
        evidence_date=dates.get("evidence_date"),
        decided_on=dates.get("decided_on"),
        evidence=tuple(entry.get("evidence", ())),
        reviewers=tuple(entry.get("reviewers", ())),
        given=found.given if found else "",
        period=str(entry.get("period", "")),
    )


def _heard(found: Claim, worded: Sequence[str], claims: Sequence[Claim], texts: Mapping[str, str]) -> list[int]:
    """Where those claims stand that a joint decision was about."""
    place = (slot_of(found), found.speaker)
    here = [n for n, claim in enumerate(claims) if (slot_of(claim), claim.speaker) == place]
    return [n for n in here if claim_text(claims[n], texts) in worded]


def _found(entry: Document, by: Speaker, people: Sequence[str], facts: ClaimReader, spot: Spot) -> Claim | None:
    """The claim that a ruling makes, as if it stood among the facts; None if it has faults."""
    claim: dict[str, Any] = {name: entry[name] for name in ("value", "unit", "period") if name in entry}
    claim |= {"by": by.value, "source": "", "person": "、".join(people), "reason": entry["reason"]}
    area = entry.get("area")
    if area is not None:
        claim["areas"] = {area: claim.pop("value")}
    unchecked = evolve(facts, sources={"": Source("", "")})  # the source comes from elsewhere
    read = [*unchecked.read(entry["fact"], claim, spot)]
    return read[0] if len(read) == 1 else None


def _overrule(claims: list[Claim], places: Sequence[int], ruling: str, found: Claim) -> None:
    for n in places:
        claims[n] = evolve(claims[n], overruled=ruling)
    claims.append(found)
    assert found.state in (State.KNOWN, State.OTHER_UNIT)
