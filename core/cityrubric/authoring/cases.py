"""Rule cases: facts of a made-up city as data, and what a rule set must say of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from cityrubric.assessment import Assessment
from cityrubric.documents import Document, check_document, read_document
from cityrubric.errors import CityrubricError, FaultLog, Spot, did_you_mean
from cityrubric.intake.facts import build_city
from cityrubric.language import translate as _
from cityrubric.outcomes import End, Outcome
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess

YEAR = 2021
_SIDES = ("below", "on", "above")
_CLAIM_FORMS = frozenset({"value", "series", "areas", "missing"})
_EXPECTED = ("verdicts", "scores", "findings", "no_findings", "bases", "decision")
_GIVEN = ("facts", "areas", "observations", "clearances", "requests")


@frozen
class Case:
    """One case.

    Attributes:
        given: what is stated of the city.
        expected: what must come out: verdicts, scores, findings, no_findings, bases, decision.
    """

    name: str
    given: Document
    expected: Document


def case_files(path: Path) -> list[Path]:
    """Return a file of cases, or all files below a folder; of a plugin's folder, those below its `tests`.

    Raises:
        CityrubricError: if there are none.
    """
    is_plugin = (path / "__init__.py").is_file()  # its other files are no cases
    path = path / "tests" if is_plugin or (path / "tests").is_dir() else path
    files = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise CityrubricError(_("no rule cases: {path} (a TOML file, or a folder with some)").format(path=path))
    return files


def read_cases(path: Path, ruleset: Ruleset) -> list[Case]:
    """Read a file of cases; a `lines` entry makes a case for each side of a line.

    Raises:
        Faults: if the file is none.
    """
    log = FaultLog()
    document = read_document(path, path.as_posix(), "cases", log) or {}
    log.check()
    _check(document, ruleset, Spot(path.as_posix(), log))
    log.check()
    lines = [case for entry in document.get("lines", ()) for case in _of_line(entry, ruleset)]
    return lines + [_case(entry["name"], entry, entry) for entry in document.get("cases", ())]


def _check(document: Document, ruleset: Ruleset, spot: Spot) -> None:
    """What a case speaks of is there, and a line has a verdict for each of its sides."""
    indicators = {indicator.id: None for indicator in ruleset.indicators}
    for number, entry in enumerate(document.get("cases", ())):
        for name in ("verdicts", "scores"):
            for id_ in entry.get(name, {}):
                _check_known(id_, indicators, spot.at("cases", number, name, id_))
    for number, entry in enumerate(document.get("lines", ())):
        here = spot.at("lines", number)
        _check_known(entry["indicator"], indicators, here.at("indicator"))
        _check_known(entry["fact"], ruleset.offers.catalogue, here.at("fact"))
        sides = [side for side in _SIDES if side in entry]
        if len(sides) != len(entry["verdicts"]):
            words = {"n": len(entry["verdicts"]), "sides": len(sides)}
            here.at("verdicts").fault(_("{n} verdicts for {sides} sides").format(**words))
        spec = ruleset.offers.catalogue.get(entry["fact"])
        if "counts" in entry and not (spec and spec.ratio and {*sides} <= entry["counts"].keys()):
            here.at("counts").fault(_("needs a fact that is derived from counts, and counts for every side"))


def _check_known(word: str, known: Mapping[str, object], spot: Spot) -> None:
    if word not in known:
        spot.fault(_("'{word}' is not known here").format(word=word) + did_you_mean(word, known))


def run_case(case: Case, ruleset: Ruleset) -> list[str]:
    """Assess the case's city and return every way in which the result differs from what is expected.

    Raises:
        Faults: if the case's facts could not stand in a city file.
    """
    return [*differences(case.expected, assess(case_city(case, ruleset), ruleset))]


def case_city(case: Case, ruleset: Ruleset) -> City:
    """Make the city of a case."""
    log = FaultLog()
    document = {
        "schema_version": 1,
        "name": case.name,
        "province": "—",
        "assessment_year": YEAR,
        "reference_date": f"{YEAR}-12-31",
        "sources": {"case": {"title": case.name}},
        "areas": {area: {"name": area, "kind": "district"} for area in case.given.get("areas", ())},
        "facts": {key: _claims(key, value, ruleset) for key, value in case.given.get("facts", {}).items()},
        "observations": [{"source": "case", **one} for one in case.given.get("observations", ())],
        "clearances": [{"source": "case", **one} for one in case.given.get("clearances", ())],
        "requests": case.given.get("requests", []),
    }
    check_document(document, case.name, "city", log)
    log.check()
    city = build_city("case", document, ruleset, Spot(case.name, log))
    log.check()
    return city


def differences(expected: Document, found: Assessment) -> Iterator[str]:
    """Yield one line for each expectation that is not fulfilled."""
    outcomes = {outcome.id: outcome for outcome in found.outcomes}
    findings = {finding.id: finding for finding in found.findings}
    for id_, verdict in expected.get("verdicts", {}).items():
        if outcomes[id_].verdict != verdict:
            yield _told(id_, verdict, outcomes[id_].verdict) + _why(outcomes[id_])
    for id_, score in expected.get("scores", {}).items():
        if list(outcomes[id_].score) != score:
            yield _told(id_, _span(score), _span(outcomes[id_].score)) + _why(outcomes[id_])
    for id_ in expected.get("findings", ()):
        if id_ not in findings:
            yield _("{id}: expected, not found").format(id=id_)
    for id_ in expected.get("no_findings", ()):
        if id_ in findings:
            yield _("{id}: found, not expected: {says}").format(id=id_, says=findings[id_].says)
    for id_, basis in expected.get("bases", {}).items():
        if id_ not in findings or findings[id_].basis != basis:
            yield _told(id_, basis, findings[id_].basis if id_ in findings else _("nothing"))
    if "decision" in expected and found.conclusion.verdict != expected["decision"]:
        yield _told("decision", expected["decision"], found.conclusion.verdict)


def _told(what: str, expected: str, found: str) -> str:
    return _("{id}: expected {expected}, found {found}").format(id=what, expected=expected, found=found)


def _span(score: Sequence[float]) -> str:
    """Points, as a case states them."""
    return _("{points} points").format(points=json.dumps([*score]))


def _why(outcome: Outcome) -> str:
    """What was measured, or what is missing: why it came out so."""
    spans = ((_end(part.low), _end(part.high), part.unit) for part in outcome.parts)
    measured = [
        f"{low if low == high else f'{low}..{high}'} {unit}".rstrip() for low, high, unit in spans if low + high
    ]
    if outcome.missing or not measured:
        return "".join(f" ({one.says})" for one in outcome.missing)
    return " " + _("(measured: {values})").format(values=", ".join(measured))


def _end(value: End) -> str:
    return "" if value is None else f"{value:.12g}"


def _of_line(entry: Document, ruleset: Ruleset) -> Iterator[Case]:
    """A line as cases: below, on and above it, without the fact, and the same from counts."""
    fact, others = entry["fact"], entry.get("with", {})
    sides = [side for side in _SIDES if side in entry]
    for side, verdict in zip(sides, entry["verdicts"], strict=True):
        yield _line_case(entry, side, {**others, fact: entry[side]}, verdict)
    yield _line_case(entry, "missing", others, entry.get("missing", "undetermined"))
    for side, verdict in zip(sides if "counts" in entry else (), entry["verdicts"], strict=False):
        ratio = ruleset.offers.catalogue[fact].ratio
        assert ratio is not None
        part, whole = entry["counts"][side]
        yield _line_case(entry, f"{side}, from counts", {**others, ratio[0]: part, ratio[1]: whole}, verdict)


def _line_case(entry: Document, side: str, facts: Document, verdict: str) -> Case:
    name = f"{entry['indicator']} {entry['fact']} {side}"
    return _case(name, {"facts": facts}, {"verdicts": {entry["indicator"]: verdict}})


def _case(name: str, given: Document, expected: Document) -> Case:
    return Case(name, {k: given[k] for k in _GIVEN if k in given}, {k: expected[k] for k in _EXPECTED if k in expected})


def _claims(key: str, value: Any, ruleset: Ruleset) -> Any:
    """A case's short form -> a city file's: one value, values by year, or claims written out."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_claims(key, one, ruleset) for one in value]
    spec = ruleset.offers.catalogue.get(key)
    signed = {"person": "case", "reason": "case"} if spec and spec.signed else {}
    claim = {"by": "verified", "source": "case", **signed}
    if isinstance(value, dict):
        return {**claim, **(value if value.keys() & _CLAIM_FORMS else {"series": value})}
    return {**claim, "value": value, **({"period": YEAR} if spec and spec.period != "none" else {})}
