"""The plan of a draw: which points are to be drawn where, from what, by which weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

from cityrubric.canonical import fingerprint
from cityrubric.documents import Document, read_document
from cityrubric.errors import FaultLog, Spot, did_you_mean
from cityrubric.files import fault_of_name
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset


@frozen
class Exclusion:
    """Rows that are not to be drawn: those of this id, type and district, as far as they are given.

    Attributes:
        reason: why.
        id, type, district: empty for any.
    """

    reason: str
    id: str = ""
    type: str = ""
    district: str = ""


@frozen
class Team:
    """Who inspects where."""

    name: str
    districts: tuple[str, ...]


@frozen
class Course:
    """One draw: the points of one mode.

    Attributes:
        mode: a word of the rule set's domain `mode`.
        covert: whether the points stay secret until the last visit.
        total: points to draw.
        reserves: how many follow in each stratum.
        districts: in which points are drawn.
        minimums: (district, type) -> the least number of points; these are the strata.
        teams: whose sheets the points go to.
    """

    mode: str
    covert: bool
    total: int
    reserves: int
    districts: tuple[str, ...]
    minimums: Mapping[tuple[str, str], int]
    teams: tuple[Team, ...]


@frozen
class Plan:
    """All that is settled before the draw.

    Attributes:
        title: of the assessment.
        ruleset: version it is made for.
        announced: where the public string will come from; nobody may know it when the register is frozen.
        declared: number of enterprises that the register must hold.
        difference: by how many rows it may differ.
        sheet: which sheet of a workbook; None for the only one.
        columns: our name of a column -> its heading in the register.
        districts: every district that the register may name.
        weights: credit level -> tickets of a row; empty if all rows are equal.
        exclusions: rows that are not to be drawn.
        courses: the draws.
        texts: headings, signatures and title of the task sheets.
        hash: of all of it.
    """

    title: str
    ruleset: str
    announced: str
    declared: int
    difference: int
    sheet: str | None
    columns: Mapping[str, str]
    districts: tuple[str, ...]
    weights: Mapping[str, int]
    exclusions: tuple[Exclusion, ...]
    courses: tuple[Course, ...]
    texts: Document
    hash: str

    def weight(self, credit: str) -> int:
        """Return the tickets of a row of this credit level."""
        return self.weights[credit] if self.weights else 1


def plan_version(path: Path) -> str:
    """Return the version of the rule set that a plan is made for.

    Raises:
        Faults: every fault in the form of the file.
    """
    log = FaultLog()
    document = read_document(path, path.as_posix(), "draw", log)
    log.check()
    assert document is not None
    return str(document["ruleset"])


def read_plan(path: Path, ruleset: Ruleset) -> Plan:
    """Read a plan.

    Raises:
        Faults: every fault in it.
    """
    log = FaultLog()
    document = read_document(path, path.as_posix(), "draw", log)
    log.check()
    assert document is not None
    plan = _plan(document)
    _check(document, plan, ruleset, Spot(path.as_posix(), log))
    log.check()
    return plan


def _plan(document: Document) -> Plan:
    register = document["register"]
    return Plan(
        title=document["title"],
        ruleset=document["ruleset"],
        announced=document["announced"],
        declared=register["declared"]["count"],
        difference=register["declared"].get("difference", 0),
        sheet=register.get("sheet"),
        columns=register["columns"],
        districts=tuple(register["districts"]),
        weights=document.get("weights", {}),
        exclusions=tuple(Exclusion(**entry) for entry in document.get("exclusions", ())),
        courses=tuple(_course(entry) for entry in document["draws"]),
        texts=document["task_sheet"],
        hash=fingerprint(document),
    )


def _course(entry: Document) -> Course:
    return Course(
        mode=entry["mode"],
        covert=entry["covert"],
        total=entry["total"],
        reserves=entry["reserves"],
        districts=tuple(entry["districts"]),
        minimums={(district, type_): least for district, type_, least in _strata(entry)},
        teams=tuple(Team(team["name"], tuple(team["districts"])) for team in entry["teams"]),
    )


def _strata(entry: Document) -> Iterator[tuple[str, str, int]]:
    for stratum in entry["strata"]:
        for district in stratum.get("districts", entry["districts"]):
            yield district, stratum["type"], stratum["minimum"]


def _check(document: Document, plan: Plan, ruleset: Ruleset, spot: Spot) -> None:
    types, modes = ruleset.domains.get("type", {}), ruleset.domains.get("mode", {})
    if plan.weights and "credit" not in plan.columns:
        spot.at("register", "columns").fault(_("weights need the column 'credit'"))
    for number, exclusion in enumerate(plan.exclusions):
        here = spot.at("exclusions", number)
        if not (exclusion.id or exclusion.type or exclusion.district):
            here.fault(_("says of no row; give id, type or district"))
        _known(exclusion.type, types, "type", here.at("type"))
        _known(exclusion.district, plan.districts, "district", here.at("district"))
    for name, count in Counter(entry["mode"] for entry in document["draws"]).items():
        if count > 1:
            spot.at("draws").fault(_("'{name}' stands here twice").format(name=name))
    for number, (entry, course) in enumerate(zip(document["draws"], plan.courses, strict=True)):
        here = spot.at("draws", number)
        _known(course.mode, modes, "mode", here.at("mode"))
        _check_strata(entry, course, types, here)
        _check_districts(entry, course, plan, here)


def _check_strata(entry: Document, course: Course, types: Mapping[str, str], spot: Spot) -> None:
    for number, stratum in enumerate(entry["strata"]):
        _known(stratum["type"], types, "type", spot.at("strata", number, "type"))
        for district in stratum.get("districts", ()):
            _known(district, course.districts, "district", spot.at("strata", number, "districts"))
    for (district, type_), count in Counter((d, t) for d, t, _least in _strata(entry)).items():
        if count > 1:
            spot.at("strata").fault(_("'{name}' stands here twice").format(name=f"{district} {type_}"))
    least = sum(course.minimums.values())
    if least > course.total:
        says = _("the minimums add up to {least}, more than the total of {total}")
        spot.at("total").fault(says.format(least=least, total=course.total))


def _check_districts(entry: Document, course: Course, plan: Plan, spot: Spot) -> None:
    for district in course.districts:
        _known(district, plan.districts, "district", spot.at("districts"))
    covered = {district for team in course.teams for district in team.districts}
    for district in sorted(set(course.districts) - covered):
        spot.at("teams").fault(_("no team inspects '{district}'").format(district=district))
    for district in sorted(covered - set(course.districts)):
        spot.at("teams").fault(_("'{district}' is not in this draw").format(district=district))
    for name, count in Counter(team["name"] for team in entry["teams"]).items():
        if fault := fault_of_name(name):  # its task sheet bears the name
            spot.at("teams").fault(fault)
        if count > 1:
            spot.at("teams").fault(_("'{name}' stands here twice").format(name=name))


def _known(word: str, known: Mapping[str, str] | tuple[str, ...], kind: str, spot: Spot) -> None:
    if word and word not in known:
        spot.fault(_("'{word}' is no known {kind}").format(word=word, kind=kind) + did_you_mean(word, known))
