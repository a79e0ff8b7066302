"""`cityrubric evidence`: what the documents of cities lack."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from attrs import asdict

from cityrubric.cli.saying import FAULTY, result
from cityrubric.cli.session import find_city, load_ruleset
from cityrubric.errors import CityrubricError
from cityrubric.intake.audit import FAULTS, Remark, audit
from cityrubric.intake.facts import read_city
from cityrubric.language import translate as _


def tell_evidence(folders: Sequence[Path], version: str, on: str | None, *, as_json: bool) -> int:
    """Say what the evidence lacks, and return the exit code."""
    ruleset = load_ruleset(version)
    found = [find_city(folder) for folder in folders]
    cities = [(read_city(folder, ruleset), folder) for folder in found]
    remarks = audit(cities, ruleset, _day(on))
    if as_json:
        result(json.dumps([asdict(remark) for remark in remarks], ensure_ascii=True, indent=1) + "\n")
    else:
        for city, _folder in cities:
            result(f"{city.name}\n")
            for line in _lines([remark for remark in remarks if remark.city == city.id], len(ruleset.indicators)):
                result(f"  {line}\n")
    return FAULTY if any(remark.kind in FAULTS for remark in remarks) else 0


def _lines(remarks: Sequence[Remark], indicators: int) -> Iterable[str]:
    bare = [remark.id for remark in remarks if remark.kind == "bare"]
    words = {"n": len(bare), "all": indicators, "ids": "、".join(bare)}
    if bare:
        yield _("indicators without a document: {n} of {all}: {ids}").format(**words)
    yield from (_line(remark) for remark in remarks if remark.kind != "bare")
    if not remarks:
        yield _("nothing is lacking")


def _line(remark: Remark) -> str:
    says = {
        "idle": _("{id} {about}: serves no indicator and no fact"),
        "unknown": _("{id}: not in the ledger, but cited by {more}"),
        "missing": _("{id} {about}: the file {more} is not there"),
        "changed": _("{id} {about}: the file {more} is not the one that was hashed"),
        "reused": _("{id} {about}: the same file as {more}"),
        "overdue": _("request {id} ({about}): deadline passed without an answer: {more}"),
        "survey": _("survey {id} ({about}): {more} by chance alone, 95 times in 100; the value itself is what scores"),
    }[remark.kind]
    return says.format(id=remark.id, about=remark.about, more="、".join(remark.more))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CityrubricError(_("'{text}' is no day of the calendar").format(text=text)) from None
