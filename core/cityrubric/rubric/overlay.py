"""What a province lays over a national rule set: items of its own, and lines that are tighter, never softer.

An overlay is read into a rule set that stands alone, beside the national one: no national number can change, because
nothing national is ever computed with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from attrs import evolve, frozen

from cityrubric import canonical
from cityrubric.documents import Document, read_document
from cityrubric.errors import CityrubricError, FaultLog, Spot, did_you_mean
from cityrubric.language import translate as _
from cityrubric.pluginhost import Offers
from cityrubric.project import Project
from cityrubric.rubric.check import check_actions, check_ids, check_plugins, check_references, check_sources
from cityrubric.rubric.indicators import IndicatorReader
from cityrubric.rubric.model import Group, Indicator, Overlay, Point, Ruleset
from cityrubric.rubric.numbers import provenance
from cityrubric.rubric.rules import read_pass_rule, read_rule
from cityrubric.rubric.tighten import tightened

OVERLAY_FILE = "overlay.toml"


def read_overlay(name: str, national: Ruleset, head: Document, project: Project) -> Overlay:
    """Read an overlay: of a plugin, or of the project's `rulesets/`.

    Args:
        name: of the plugin or folder.
        national: what it lies over.
        head: the national rule set's main document, for what holds where an indicator says nothing.
        project: where else overlays may stand.

    Raises:
        CityrubricError: if there is no such overlay, or it lies over another version.
        Faults: every fault in its file, among them whatever would soften a national line.
    """
    path = _find(name, national.offers, project)
    log = FaultLog()
    document = read_document(path, f"{name}/{path.name}", "ruleset/overlay_file", log)
    log.check()
    assert document is not None
    if document["over"] != national.version:
        says = _("the overlay '{name}' lies over version {over}, not {version}")
        raise CityrubricError(says.format(name=name, over=document["over"], version=national.version))
    check_plugins({"plugins": document.get("plugins", ())}, national.offers, Spot(f"{name}/{path.name}", log))
    log.check()
    overlay = _Reader(name, document, national, head, Spot(f"{name}/{path.name}", log)).read()
    log.check()
    return overlay


def _find(name: str, offers: Offers, project: Project) -> Path:
    folders = [some for some in project.folders("rulesets") if some.is_dir()]
    files = {file.parent.name: file for some in folders for file in some.glob(f"*/{OVERLAY_FILE}")}
    known = {**files, **offers.overlays}
    if name in files and name in offers.overlays:
        says = _("two overlays are called '{name}': {first} and that of a plugin; rename the folder")
        raise CityrubricError(says.format(name=name, first=files[name]))
    if name in offers.left_out:
        raise CityrubricError(_("the overlay '{name}' is of a plugin that is left out").format(name=name))
    if name not in known:
        raise CityrubricError(_("no overlay '{name}'").format(name=name) + did_you_mean(name, known))
    return known[name]


@frozen
class _Reader:
    """Reads one overlay.

    Attributes:
        document: its file.
        head: the national rule set's main document.
    """

    name: str
    document: Document
    national: Ruleset
    head: Document
    spot: Spot

    def read(self) -> Overlay:
        """Return the overlay; what is wrong with it is noted at the spot."""
        own, stricter = [*self._own()], tightened(self.document.get("tighten", ()), self.national, self.head, self.spot)
        document, national = self.document, self.national
        groups = {indicator.group for indicator in stricter}
        points = {indicator.point for indicator in stricter}
        plugins = dict.fromkeys((*national.plugins, *document.get("plugins", ())))
        ruleset = evolve(
            national,
            version=self.name,
            title=document["title"],
            notice=document["notice"],
            plugins=tuple(plugins),
            groups=(*(g for g in national.groups if g.id in groups), *self._groups()),
            points=(*(p for p in national.points if p.id in points), *self._points()),
            indicators=(*stricter, *own),
            rules=tuple(read_rule(entry, self.spot.document) for entry in document.get("rules", ())),
            pass_rule=read_pass_rule(document["pass"], self.spot.at("pass")),
            results=(),
            bonus_ceiling=None,
            bonus_provenance=None,
            consistency=(),
            sources=MappingProxyType({**national.sources, **document.get("sources", {})}),
            hash=canonical.fingerprint([document, national.hash]),
        )
        self._check(ruleset)
        return Overlay(self.name, ruleset, tuple(indicator.id for indicator in stricter))

    def _groups(self) -> list[Group]:
        entries = self.document.get("groups", ())
        return [Group(entry["id"], entry["title"], entry["role"], provenance(entry["provenance"])) for entry in entries]

    def _points(self) -> list[Point]:
        entries = self.document.get("points", ())
        return [Point(e["id"], e["title"], e["group"], provenance(e["provenance"])) for e in entries]

    def _own(self) -> Iterator[Indicator]:
        """The province's own items, in the order of their groups."""
        groups = {group["id"]: group for group in self.document.get("groups", ())}
        owners = {point["id"]: point["group"] for point in self.document.get("points", ())}
        entries = [*enumerate(self.document.get("indicators", ()))]
        for n, entry in entries:
            if owners.get(entry["point"]) not in groups:
                says = _("no point '{point}' in a group of this overlay").format(point=entry["point"])
                self.spot.at("indicators", n, "point").fault(says + did_you_mean(entry["point"], owners))
        for group in groups.values():
            reader = IndicatorReader(self.head, group, self.national.offers)
            for n, entry in entries:
                if owners.get(entry["point"]) == group["id"]:
                    yield reader.read(entry, self.spot.at("indicators", n))

    def _check(self, ruleset: Ruleset) -> None:
        """Own ids, and nothing that a city file could not hold without the overlay."""
        document = self.document
        self._check_own_ids()
        for n, entry in enumerate(document.get("indicators", ())):
            for p, part in enumerate(entry["parts"]):
                if part["operator"] == "expert" or part.get("cleared_by") == "record":
                    says = _("an overlay cannot ask for this: a city file holds it for national items only; use a fact")
                    self.spot.at("indicators", n, "parts", p).fault(says)
        check_ids(
            {
                _("group"): [group.id for group in ruleset.groups],
                _("point"): [point.id for point in ruleset.points],
                _("indicator"): [indicator.id for indicator in ruleset.indicators],
                _("rule"): [rule.id for rule in ruleset.rules],
            },
            self.spot,
        )
        check_references(ruleset, self.spot)
        check_actions(ruleset, self.spot.log)
        check_sources(document, ruleset.sources, self.spot)

    def _check_own_ids(self) -> None:
        national = self.national
        taken: Mapping[str, set[str]] = {
            "groups": {group.id for group in national.groups},
            "points": {point.id for point in national.points},
            "indicators": {indicator.id for indicator in national.indicators},
            "rules": {rule.id for rule in national.rules},
            "sources": {*national.sources},
        }
        for kind, ids in taken.items():
            for n, entry in enumerate(self.document.get(kind, ())):
                id_, place = (entry, entry) if isinstance(entry, str) else (entry["id"], n)
                if id_ in ids:
                    says = _("'{id}' is of the national rule set; an overlay has ids of its own")
                    self.spot.at(kind, place).fault(says.format(id=id_))
