"""A folder of TOML files -> a `Ruleset`, with every fault told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Template
from types import MappingProxyType

from attrs import evolve, frozen

from cityrubric import canonical
from cityrubric.catalogue import FactSpec
from cityrubric.documents import Document, read_document
from cityrubric.errors import FaultLog, Spot
from cityrubric.language import translate as _
from cityrubric.paths import shipped
from cityrubric.pluginhost import Offers, load_plugins
from cityrubric.project import RULESET_FILE, SHIPPED, Project
from cityrubric.rubric.check import check_actions, check_ids, check_plugins, check_references, check_sources
from cityrubric.rubric.conclusions import Rule
from cityrubric.rubric.consistency import read_consistency
from cityrubric.rubric.indicators import IndicatorReader
from cityrubric.rubric.model import Group, Indicator, Point, Ruleset
from cityrubric.rubric.numbers import points, provenance
from cityrubric.rubric.onsite import InspectionTerms
from cityrubric.rubric.overlay import read_overlay
from cityrubric.rubric.results import read_results
from cityrubric.rubric.rules import read_pass_rule, read_rule
from cityrubric.rubric.sheets import SheetReader, facts_read
from cityrubric.states import Speaker, Verdict

EXPERT_UNIT = "分"


@frozen
class _Files:
    """The parsed files of one rule set."""

    folder: str
    head: Document
    groups: Mapping[str, Document]
    rules: Mapping[str, Document]
    consistency: Document
    sheets: Mapping[str, Document]

    def spot(self, name: str, log: FaultLog) -> Spot:
        return Spot(f"{self.folder}/{name}", log)


def load_ruleset(
    version: str | Path, plugin_folders: Iterable[Path] = (), *, project: Project = SHIPPED, overlay: str = ""
) -> Ruleset:
    """Read one version of the rubric and the plugins it uses.

    Args:
        version: the name of a version, such as `2021`, or the path of a rule set's folder.
        plugin_folders: folders with further plugins; nothing is loaded from anywhere else.
        project: what else there is besides what ships: rule sets, plugins, and plugins to leave out.
        overlay: the name of what a province lays over it: a plugin, or a folder of the project's `rulesets/`.

    Raises:
        Faults: every fault in the rule set's files, or the overlay's.
        PluginError: if a plugin cannot be loaded.
    """
    offers = load_plugins(*project.plugin_folders, *plugin_folders, without=project.without)
    log = FaultLog()
    files = _read(project.find_ruleset(version), log)
    check_plugins(files.head, offers, files.spot(RULESET_FILE, log))
    log.check()  # without a plugin much else is missing, too, and that is all it would tell
    ruleset = _build(files, offers, log)
    log.check()
    if overlay:
        return evolve(ruleset, overlay=read_overlay(overlay, ruleset, files.head, project))
    return ruleset


def _read(folder: Path, log: FaultLog) -> _Files:
    shown = f"rulesets/{folder.name}" if folder.parent == shipped("rulesets") else folder.as_posix()

    def read(name: str, kind: str) -> Document:
        return read_document(folder / name, f"{shown}/{name}", kind, log) or {}

    head = read(RULESET_FILE, "ruleset")
    log.check()
    groups = {entry["file"]: read(entry["file"], "ruleset/group_file") for entry in head["groups"]}
    rules = {name: read(name, "ruleset/rules_file") for name in head["rules"]}
    consistency = read(head["consistency"], "ruleset/consistency_file") if "consistency" in head else {}
    sheets = {name: read(name, "ruleset/sheet_file") for name in _sheet_names(folder, head, shown, log)}
    log.check()
    return _Files(shown, head, groups, rules, consistency, sheets)


def _sheet_names(folder: Path, head: Document, shown: str, log: FaultLog) -> list[str]:
    if "inspections" not in head:
        return []
    name = head["inspections"]["sheets"]
    names = sorted(f"{name}/{path.name}" for path in (folder / name).glob("*.toml"))
    if not names:
        Spot(f"{shown}/ruleset.toml", log).at("inspections", "sheets").fault(_("holds no sheet file (*.toml)"))
    return names


def _build(files: _Files, offers: Offers, log: FaultLog) -> Ruleset:
    head, spot = files.head, files.spot("ruleset.toml", log)
    groups = tuple(Group(g["id"], g["title"], g["role"], provenance(g["provenance"])) for g in head["groups"])
    indicators = tuple(_indicators(files, offers, log))
    bonus = head.get("bonus", {}).get("ceiling")
    ceiling, ceiling_provenance = points(bonus, spot.at("bonus", "ceiling")) if bonus else (None, None)
    rounding = head.get("scheme", {}).get("rounding")
    known = [*(group.id for group in groups), *(indicator.id for indicator in indicators)]
    ruleset = Ruleset(
        version=head["version"],
        title=head["title"],
        stage=head["stage"],
        notice=head["notice"],
        plugins=tuple(head["plugins"]),
        recent_years=head["recent_years"]["years"],
        recent_provenance=provenance(head["recent_years"]["provenance"]),
        rounding=rounding["rule"] if rounding else "down",
        rounding_provenance=provenance(rounding["provenance"]) if rounding else None,
        claim_order=tuple(Speaker(name) for name in head["claims"]["order"]),
        claim_provenance=provenance(head["claims"]["provenance"]),
        after_deadline=Verdict[head["after_deadline"]["verdict"].upper()],
        after_deadline_provenance=provenance(head["after_deadline"]["provenance"]),
        groups=groups,
        points=tuple(_points(files)),
        indicators=indicators,
        rules=tuple(_rules(files)),
        pass_rule=read_pass_rule(head["pass"], spot.at("pass")),
        bonus_ceiling=ceiling,
        bonus_provenance=ceiling_provenance,
        domains=head["domains"],
        texts=head["texts"],
        sources=head["sources"],
        consistency=read_consistency(
            files.consistency.get("consistency", ()), offers.catalogue, files.spot(head.get("consistency", ""), log)
        ),
        hash=canonical.fingerprint(_hashed(files)),
        offers=_with_expert_facts(offers, indicators, head["texts"]["expert"]),
        status=head.get("status", "draft"),
        results=read_results(head.get("results", ()), known, offers.aggregations, spot.at("results")),
        inspections=_inspections(files, indicators, offers, log),
    )
    _check(ruleset, files, log)
    return ruleset


def _points(files: _Files) -> Iterator[Point]:
    for group in files.head["groups"]:
        for entry in files.groups[group["file"]]["points"]:
            yield Point(entry["id"], entry["title"], group["id"], provenance(entry["provenance"]))


def _rules(files: _Files) -> Iterator[Rule]:
    for name, file in files.rules.items():
        yield from (read_rule(entry, f"{files.folder}/{name}") for entry in file["rules"])


def _hashed(files: _Files) -> list[object]:
    """Everything that the files say; sheets only where there are any."""
    said: list[object] = [files.head, [*files.groups.values()], [*files.rules.values()], files.consistency]
    return [*said, [*files.sheets.values()]] if files.sheets else said


def _inspections(
    files: _Files, indicators: Iterable[Indicator], offers: Offers, log: FaultLog
) -> InspectionTerms | None:
    if "inspections" not in files.head:
        return None
    reads = {measure.id: measure.reads for measure in offers.measures.values()}
    reader = SheetReader(files.head, offers.catalogue, facts_read(indicators, reads))
    sheets = [reader.sheet(sheet, files.spot(name, log)) for name, sheet in files.sheets.items()]
    return reader.terms(sheets, files.spot("ruleset.toml", log).at("inspections"))


def _indicators(files: _Files, offers: Offers, log: FaultLog) -> Iterable[Indicator]:
    for group in files.head["groups"]:
        reader = IndicatorReader(files.head, group, offers)
        for n, entry in enumerate(files.groups[group["file"]]["indicators"]):
            yield reader.read(entry, files.spot(group["file"], log).at("indicators", n))


def _check(ruleset: Ruleset, files: _Files, log: FaultLog) -> None:
    spot = files.spot("ruleset.toml", log)
    ids = {
        _("group"): [group.id for group in ruleset.groups],
        _("point"): [point.id for point in ruleset.points],
        _("indicator"): [indicator.id for indicator in ruleset.indicators],
        _("rule"): [*(rule.id for rule in ruleset.rules), *(one.id for one in ruleset.consistency)],
    }
    check_ids(ids, spot)
    check_references(ruleset, spot)
    check_actions(ruleset, log)
    documents = {"ruleset.toml": files.head, **files.groups, **files.rules, **files.sheets}
    if files.consistency:
        documents[files.head["consistency"]] = files.consistency
    for name, document in documents.items():
        check_sources(document, ruleset.sources, files.spot(name, log))


def _with_expert_facts(offers: Offers, indicators: Iterable[Indicator], called: str) -> Offers:
    """An assessor's score is a fact like any other, but it must be signed; `called` is the form of its title."""
    facts = {
        key: FactSpec(
            key,
            Template(called).safe_substitute(title=indicator.title),
            "number",
            "",
            EXPERT_UNIT,
            0.0,
            part.full,
            signed=True,
        )
        for indicator in indicators
        for part in indicator.parts
        if part.operator == "expert"
        for key in part.facts
    }
    return evolve(offers, catalogue=MappingProxyType({**offers.catalogue, **facts}))
