"""`cityrubric assess`: cities in, a summary each out; one faulty city costs no other."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.batch.job import FAILED, UNCHANGED, Job, describe_job
from cityrubric.batch.limit import OutOfTime, time_limit
from cityrubric.batch.unchanged import unchanged
from cityrubric.batch.worker import out_of_time, tell_briefly, with_plugin
from cityrubric.cli.saying import FAULTY, result, say, screen
from cityrubric.cli.session import find_city, load_ruleset, project
from cityrubric.errors import CityrubricError
from cityrubric.evaluate.inference.engines import Engine, choose_engine
from cityrubric.files import check_apart
from cityrubric.intake.facts import read_city
from cityrubric.language import translate as _
from cityrubric.ledger.ledger import open_ledger, record
from cityrubric.limits import limits
from cityrubric.report.terminal import summary
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import store, to_assessment, to_document
from cityrubric.telling.tell import assess

if TYPE_CHECKING:
    from cityrubric.report.editions import Order


class Rules(NamedTuple):
    """By which rules: the rule set's name or folder, and the name of what a province lays over it, if anything."""

    version: str
    overlay: str = ""


class Drawing(NamedTuple):
    """How conclusions are drawn: the engine's name, and whether both engines must agree."""

    engine: str
    cross_check: bool


class Kept(NamedTuple):
    """Where results are kept: a folder, a ledger, both or none; documents stand in the folder, too."""

    out: Path | None = None
    ledger: Path | None = None
    documents: Order | None = None


class Spread(NamedTuple):
    """Over what the cities are spread, and which are left out.

    Attributes:
        jobs: how many processes; None for as many as there are processors, one for a handful of cities, and none at all
            for a single one.
        scheduler: the address of a Dask cluster that works instead.
        resume: leave out cities whose stored result rests on the same inputs.
    """

    jobs: int | None = None
    scheduler: str | None = None
    resume: bool = False


def assess_cities(
    cities: Sequence[Path], rules: Rules, kept: Kept, drawing: Drawing, spread: Spread, *, as_json: bool
) -> int:
    """Assess the cities and return the exit code."""
    folders = [find_city(city) for city in cities]
    if kept.out is not None:
        check_apart(folder.resolve().name for folder in folders)
    elif spread.resume:
        raise CityrubricError(_("--resume needs --out: what is stored there is compared"))
    elif kept.documents is not None:
        raise CityrubricError(_("--format needs --out: the documents are written there"))
    if kept.ledger is not None:
        with open_ledger(kept.ledger, create=True):
            pass  # a ledger that cannot be used is told before anything is assessed
    ruleset = load_ruleset(*rules)
    if kept.documents is not None:
        from cityrubric.report.formats import check_texts

        check_texts(kept.documents, ruleset.version)
    job = describe_job(ruleset, project().find_ruleset(rules.version), project())
    if len(folders) > 1 or spread.jobs or spread.scheduler:
        # What ends its process, as a plugin may, costs no other city. One worker costs 0.6 seconds of processor beside
        # the 1.4 of two cities: less than cities that were to be assessed and are not. A single city has no other.
        return _assess_elsewhere(folders, job, kept, drawing, spread, as_json=as_json)
    engine = choose_engine(drawing.engine, 1, say, cross_check=drawing.cross_check)
    with closing(engine):
        failed = _assess_alone(folders[0], ruleset, engine, kept, resume=spread.resume, as_json=as_json) == FAILED
    if failed:
        say(_("failed: {cities}").format(cities=folders[0].name))
    return FAULTY if failed else 0


def _assess_elsewhere(
    folders: Sequence[Path],
    job: Job,
    kept: Kept,
    drawing: Drawing,
    spread: Spread,
    *,
    as_json: bool,
) -> int:
    """Assess the cities in other processes."""
    from cityrubric.cli.many import assess_many

    # Tells bad use at once; what else there is to say, the workers say.
    choose_engine(drawing.engine, len(folders), lambda _text: None, cross_check=drawing.cross_check).close()
    job = evolve(
        job,
        out=kept.out,
        ledger=kept.ledger,
        documents=kept.documents,
        engine=drawing.engine,
        cities=len(folders),
        cross_check=drawing.cross_check,
        resume=spread.resume,
        as_json=as_json,
    )
    return assess_many(folders, job, spread.jobs, spread.scheduler)


def _assess_alone(folder: Path, ruleset: Ruleset, engine: Engine, kept: Kept, *, resume: bool, as_json: bool) -> str:
    """Assess a single city in this process; return what became of it."""
    state = FAILED
    try:
        state = _assess_here(
            folder,
            ruleset,
            engine,
            kept if resume else Kept(),
            partial(_tell, folder=folder, kept=kept, as_json=as_json),
        )
    except CityrubricError as error:
        say(str(error))
    except OutOfTime as error:
        say(f"{folder.name}: {out_of_time(limits().seconds_per_city, error)}")
    except (Exception, SystemExit) as error:  # a plugin may raise anything
        say(f"{folder.name}: " + with_plugin(f"{type(error).__name__}: {error}", error))
    if resume:
        say(_("unchanged and left out: {n}").format(n=int(state == UNCHANGED)))
    return state


def _assess_here(
    folder: Path, ruleset: Ruleset, engine: Engine, before: Kept, tell: Callable[[Assessment], None]
) -> str:
    """Assess and tell one city, unless what is kept from `before` rests on the same inputs."""
    with time_limit(limits().seconds_per_city, patience=None):
        city = read_city(folder, ruleset)
        stored = unchanged(city, ruleset, before.out) if before.out is not None else None
        if stored is not None:
            if before.ledger is not None:
                record(before.ledger, stored)
            if before.documents is not None:
                _write(to_assessment(stored), before, folder)
            return UNCHANGED
        assessment = assess(city, ruleset, engine)
    tell(assessment)
    return tell_briefly(folder, assessment).state


def _tell(assessment: Assessment, folder: Path, kept: Kept, *, as_json: bool) -> None:
    if as_json:
        plain = sys.stdout.encoding.lower().replace("-", "") != "utf8"
        result(json.dumps(to_document(assessment), ensure_ascii=plain, allow_nan=False) + "\n")
    else:
        screen().print(summary(assessment))
    if kept.out is not None:
        say(_("written: {file}").format(file=store(assessment, kept.out)))
        _write(assessment, kept, folder)
    if kept.ledger is not None:
        record(kept.ledger, to_document(assessment))


def _write(assessment: Assessment, kept: Kept, folder: Path) -> None:
    """Write the documents that are asked for; photos are taken from the city's folder."""
    if kept.documents is not None and kept.out is not None:
        from cityrubric.report.formats import write_documents  # most assessments need none of what makes documents

        for file in write_documents(assessment, kept.documents, kept.out, folder):
            say(_("written: {file}").format(file=file))
