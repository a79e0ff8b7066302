"""How the items of two versions relate: read, checked for completeness, drafted for a person to confirm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from attrs import frozen

from cityrubric.documents import Document, read_document
from cityrubric.errors import FaultLog, Spot, did_you_mean
from cityrubric.language import translate as _
from cityrubric.project import Project
from cityrubric.rubric.model import Indicator, Ruleset

FOLDER = "crosswalks"
EQUAL, INTERSECTS, NONE = "equal", "intersects", "none"
_ALIKE = 0.6


@frozen
class Relation:
    """What a new item is to an old one.

    Attributes:
        old: id in the old version; empty where the new item has no predecessor.
        new: id in the new version; empty where the old item has no successor.
        relation: equal, superset, subset, intersects or none.
        because: why somebody thinks so.
        confirmed_by: who confirmed it; empty for a draft.
        confirmed_on: when.
    """

    old: str
    new: str
    relation: str
    because: str
    confirmed_by: str = ""
    confirmed_on: str = ""


@frozen
class Crosswalk:
    """All relations between two versions; an id may stand in several."""

    old: str
    new: str
    relations: tuple[Relation, ...]

    @property
    def equal(self) -> dict[str, str]:
        """Old id -> the new id of the same subject."""
        return {one.old: one.new for one in self.relations if one.relation == EQUAL}

    @property
    def unconfirmed(self) -> tuple[Relation, ...]:
        """Relations that no person has confirmed."""
        return tuple(one for one in self.relations if not one.confirmed_by)

    def turned(self) -> Crosswalk:
        """The same, seen from the new version."""
        other = {"superset": "subset", "subset": "superset"}
        relations = (
            Relation(r.new, r.old, other.get(r.relation, r.relation), r.because, r.confirmed_by, r.confirmed_on)
            for r in self.relations
        )
        return Crosswalk(self.new, self.old, tuple(relations))


def find_crosswalk(old: Ruleset, new: Ruleset, project: Project) -> Crosswalk | None:
    """Return the crosswalk between two versions, in either direction; None if there is no file of it.

    Raises:
        Faults: if it is faulty or incomplete.
    """
    for some in project.folders("rulesets"):
        for first, second in ((old, new), (new, old)):
            file = some / FOLDER / f"{first.version}-{second.version}.toml"
            if file.is_file():
                found = read_crosswalk(file, first, second)
                return found if first is old else found.turned()
    return None


def read_crosswalk(file: Path, old: Ruleset, new: Ruleset) -> Crosswalk:
    """Read a crosswalk.

    Raises:
        Faults: every fault: items that are not there, items that nobody mentions, more than one equal.
    """
    log = FaultLog()
    document = read_document(file, file.as_posix(), "crosswalk", log)
    log.check()
    assert document is not None
    crosswalk = Crosswalk(document["old"], document["new"], tuple(_relation(one) for one in document["relations"]))
    _check(crosswalk, old, new, Spot(file.as_posix(), log))
    log.check()
    return crosswalk


def _relation(entry: Document) -> Relation:
    confirmed = entry.get("confirmed", {})
    texts = (entry.get("old", ""), entry.get("new", ""), entry["relation"], entry["because"])
    return Relation(*texts, confirmed.get("by", ""), confirmed.get("on", ""))


def _check(crosswalk: Crosswalk, old: Ruleset, new: Ruleset, spot: Spot) -> None:
    for side, ruleset in (("old", old), ("new", new)):
        if getattr(crosswalk, side) != ruleset.version:
            says = _("speaks of version {found}, not {version}")
            spot.at(side).fault(says.format(found=getattr(crosswalk, side), version=ruleset.version))
        _check_side(side, crosswalk, ruleset, spot)
    for n, one in enumerate(crosswalk.relations):
        if (one.relation == NONE) == bool(one.old and one.new):
            spot.at("relations", n).fault(_("`none` has one side, every other relation has both"))


def _check_side(side: str, crosswalk: Crosswalk, ruleset: Ruleset, spot: Spot) -> None:
    """Every item is mentioned, none that is not there; it has no counterpart or some, and is equal to one at most."""
    ids = [indicator.id for indicator in ruleset.indicators]
    relations: dict[str, list[str]] = {id_: [] for id_ in ids}
    for n, one in enumerate(crosswalk.relations):
        id_ = getattr(one, side)
        if id_ in relations:
            relations[id_].append(one.relation)
        elif id_:
            spot.at("relations", n, side).fault(_("no such indicator: '{id}'").format(id=id_) + did_you_mean(id_, ids))
    for id_, found in relations.items():
        words = {"version": ruleset.version, "id": id_, "n": found.count(EQUAL)}
        if not found:
            says = _("{version}: nothing is said of '{id}'; write a relation, `none` if there is none")
            spot.fault(says.format(**words))
        if NONE in found and len(found) > 1:
            spot.fault(_("{version}: '{id}' has no counterpart and has one").format(**words))
        if found.count(EQUAL) > 1:
            spot.fault(_("{version}: '{id}' is equal to {n} items").format(**words))


def draft_crosswalk(old: Ruleset, new: Ruleset) -> Crosswalk:
    """Draft the relations between two versions from ids, titles and what is measured; no person has confirmed any."""
    related = [*_pairs(old, new)]
    both = ({one.old for one in related}, {one.new for one in related})
    gone = (Relation(i.id, "", NONE, _("nothing like it")) for i in old.indicators if i.id not in both[0])
    come = (Relation("", i.id, NONE, _("nothing like it")) for i in new.indicators if i.id not in both[1])
    return Crosswalk(old.version, new.version, (*related, *gone, *come))


def _pairs(old: Ruleset, new: Ruleset) -> Iterator[Relation]:
    """Items of one title are equal, once; what measures the same, has the same id or a title much alike, intersects."""
    equal: dict[str, str] = {}
    for before in old.indicators:
        same = [a for a in new.indicators if a.title == before.title and a.id not in equal.values()]
        best = next((a for a in same if a.id == before.id), same[0] if same else None)
        if best is not None:
            equal[before.id] = best.id
            yield Relation(before.id, best.id, EQUAL, _("the same title"))
    for before in old.indicators:
        for after in new.indicators:
            why = _alike(before, after)
            if why and before.id not in equal and after.id not in equal.values():
                yield Relation(before.id, after.id, INTERSECTS, why)


def _alike(before: Indicator, after: Indicator) -> str:
    measured = [{name for part in one.parts for name in (*part.facts, part.measure) if name} for one in (before, after)]
    if shared := measured[0] & measured[1]:
        return _("both look at {what}").format(what=", ".join(sorted(shared)))
    if before.id == after.id:
        return _("the same id under another title")
    ratio = SequenceMatcher(None, before.title, after.title, autojunk=False).ratio()
    return _("the titles are alike") if ratio >= _ALIKE else ""


def crosswalk_text(crosswalk: Crosswalk, titles: dict[str, str]) -> str:
    """Return a crosswalk as its file; each relation with the titles, for the person who is to confirm it."""
    lines = ["schema_version = 1", f"old = {_text(crosswalk.old)}", f"new = {_text(crosswalk.new)}"]
    for one in crosswalk.relations:
        lines += ["", *(f"# {id_} {titles[id_]}" for id_ in (one.old, one.new) if id_), "[[relations]]"]
        lines += [f"{name} = {_text(value)}" for name, value in (("old", one.old), ("new", one.new)) if value]
        lines += [f"relation = {_text(one.relation)}", f"because = {_text(one.because)}"]
        if one.confirmed_by:
            lines.append(f"confirmed = {{ by = {_text(one.confirmed_by)}, on = {_text(one.confirmed_on)} }}")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
