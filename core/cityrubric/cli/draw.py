"""`cityrubric draw`: freeze a register, draw from it, replace, reveal, verify."""

from __future__ import annotations

import json
import os
from pathlib import Path

from attrs import evolve

from cityrubric.cli.saying import FAULTY, result, say
from cityrubric.cli.session import load_named
from cityrubric.documents import Document, check_document, read_json, read_text
from cityrubric.errors import CityrubricError, FaultLog, Faults, reason
from cityrubric.fieldwork.commitment import Frozen, commitment_to, freeze, new_secret
from cityrubric.fieldwork.draw import check_strata
from cityrubric.fieldwork.plan import Plan, plan_version, read_plan
from cityrubric.fieldwork.record import Record, current_points, frozen_from, record_from, replace, to_document
from cityrubric.fieldwork.register import Register, read_register
from cityrubric.fieldwork.tables import RowFaults, read_table
from cityrubric.fieldwork.tasksheets import point_list, task_sheets
from cityrubric.fieldwork.verify import check_list, course_of, run_draw, verify
from cityrubric.files import write_whole
from cityrubric.folders import alone_in
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset

FROZEN, RECORD, LIST = "frozen.json", "record.json", "list.xlsx"


def freeze_register(plan_file: Path, register_file: Path, out: Path, secret_file: Path | None) -> None:
    """Check a register and write what is to be published before the draw."""
    plan, register, _ruleset = _inputs(plan_file, register_file)
    _refuse_existing(out / FROZEN)
    check_strata(register, plan)
    covert = any(course.covert for course in plan.courses)
    if covert and secret_file is not None and not secret_file.exists():
        _write_secret(secret_file)
    secret = _secret(secret_file) if covert else None
    _store(out / FROZEN, freeze(register, plan, secret))


def draw(
    plan_file: Path, register_file: Path, frozen_file: Path, mode: str, public: str, out: Path, secret_file: Path | None
) -> None:
    """Draw the points of one mode and write record, list and task sheets."""
    plan, register, ruleset = _inputs(plan_file, register_file)
    course = course_of(plan, mode)
    target = out / ("covert" if course.covert else "open") / RECORD
    _refuse_existing(target)
    frozen = _read_frozen(frozen_file)
    record = run_draw(frozen, register, plan, course, public, _secret(secret_file))
    _write_all(target, record, plan, ruleset)


def replace_point(plan_file: Path, record_file: Path, point: str, reason: str) -> None:
    """Replace a point and write record, list and task sheets anew."""
    ruleset = load_named(plan_version(plan_file))
    plan = read_plan(plan_file, ruleset)
    with alone_in(record_file.parent):  # of two replacements at once none is lost
        record = _read_record(record_file)
        if plan.hash != record.frozen.plan_hash:
            raise CityrubricError(_("the plan was changed after freezing"))
        record = replace(record, point, reason)
        _write_all(record_file, record, plan, ruleset)
    result(f"{record.replaced[-1].out} -> {record.replaced[-1].into}\n")


def reveal(record_file: Path, secret_file: Path) -> None:
    """Put the secret into the record, so that anyone can repeat the draw."""
    with alone_in(record_file.parent):
        record, secret = _read_record(record_file), _secret(secret_file)
        if secret is None or commitment_to(secret) != record.frozen.commitments.get(record.mode):
            raise CityrubricError(_("this is not the secret whose hash was published"))
        _store(record_file, evolve(record, secret=secret))


def verify_record(
    plan_file: Path, register_file: Path, record_file: Path, frozen_file: Path, secret_file: Path | None
) -> int:
    """Draw again, say what does not follow, and return the exit code."""
    plan, register, ruleset = _inputs(plan_file, register_file)
    record, frozen = _read_record(record_file), _read_frozen(frozen_file)
    log = FaultLog()
    for says in verify(record, frozen, register, plan, _secret(secret_file)):
        log.add(record_file.as_posix(), "", says)
    points = record_file.with_name(LIST)
    if points.exists():
        document = RowFaults(points.as_posix())
        headings, types = plan.texts["headings"], ruleset.domains["type"]
        listed = check_list(read_table(points, document), record, headings, types, points.as_posix())
        document.hand_on(log)
        listed.hand_on(log)
    if log.faults:
        say(str(Faults(log.faults, log.more)))
        return FAULTY
    n = len(current_points(record))
    result(_("{n} points, {replaced} replaced: drawn as recorded").format(n=n, replaced=len(record.replaced)) + "\n")
    return 0


def _inputs(plan_file: Path, register_file: Path) -> tuple[Plan, Register, Ruleset]:
    ruleset = load_named(plan_version(plan_file))
    plan = read_plan(plan_file, ruleset)
    return plan, read_register(register_file, plan, ruleset), ruleset


def _write_all(target: Path, record: Record, plan: Plan, ruleset: Ruleset) -> None:
    """Everything is made before anything is written; the record last, since it vouches for the others."""
    types = ruleset.domains["type"]
    files = {LIST: point_list(record, plan, types)}
    files |= {f"tasks-{team}.xlsx": content for team, content in task_sheets(record, plan, types).items()}
    for name, content in files.items():
        write_whole(target.with_name(name), content)
    _store(target, record)


def _store(target: Path, record: Record | Frozen) -> None:
    write_whole(target, json.dumps(to_document(record), ensure_ascii=False, indent=1) + "\n")
    say(_("written: {file}").format(file=target))


def _read_frozen(path: Path) -> Frozen:
    return frozen_from(_read_json(path, "draw/frozen"))


def _read_record(path: Path) -> Record:
    return record_from(_read_json(path, "draw/record"))


def _read_json(path: Path, kind: str) -> Document:
    log = FaultLog()
    document: Document = read_json(path, path.as_posix(), log)
    if not log.faults:
        check_document(document, path.as_posix(), kind, log)
    log.check()
    return document


def _secret(path: Path | None) -> str | None:
    if path is None:
        return None
    log = FaultLog()
    text = read_text(path, path.as_posix(), log)
    log.check()
    return (text or "").strip()


def _write_secret(path: Path) -> None:
    """Make a secret that only its owner may read: whole, and never over another."""
    begun = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            begun = True
            file.write(new_secret() + "\n")
    except OSError as error:
        if begun:
            path.unlink(missing_ok=True)
        raise CityrubricError(_("{file} cannot be written: {why}").format(file=path, why=reason(error))) from error


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise CityrubricError(_("{file} exists; what was frozen or drawn is never overwritten").format(file=target))
