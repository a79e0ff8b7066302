"""What runs in a worker: cities one after the other; whatever one of them does, the others are assessed."""

from __future__ import annotations

import functools
import gc
import json
import threading
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.batch.job import DONE, FAILED, UNCHANGED, Job, Told
from cityrubric.batch.limit import OutOfTime, culprit, time_limit
from cityrubric.batch.unchanged import unchanged
from cityrubric.errors import CityrubricError
from cityrubric.evaluate.inference.engines import Engine, choose_engine
from cityrubric.evaluate.plan import plan_of
from cityrubric.files import clear_unfinished, write_whole
from cityrubric.intake.facts import read_city
from cityrubric.language import speak
from cityrubric.language import translate as _
from cityrubric.ledger.ledger import record
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import FILE_NAME, to_assessment, to_document, to_json
from cityrubric.telling.tell import assess

_COLLECTED = 50_000
"""The collector looks for rings after so many new objects: a city makes some thousands, and no rings."""

_loading = threading.Lock()
_own = threading.local()  # a cluster's worker may run several tasks at once; an engine's child serves one


def work(job: Job, folders: Sequence[Path]) -> list[Told]:
    """Assess some cities and store what came out; nothing that a city does is raised."""
    speak(job.language)
    if job.out is not None:
        for folder in folders:  # whatever a run left that was killed
            clear_unfinished(job.out / folder.resolve().name / FILE_NAME)
    return [_one(job, folder) for folder in folders]


def _one(job: Job, folder: Path) -> Told:
    notes: list[str] = []
    try:
        with _loading:
            ruleset = _same_ruleset(evolve(job, documents=None))  # what is written bears on no rule
        told = _assess(job, folder, ruleset, _engine(job, notes))
    except OutOfTime as error:
        _drop_engine()  # its child may be about to answer what nobody asks any more
        told = Told(folder, FAILED, out_of_time(job.seconds, error))
    except CityrubricError as error:
        told = Told(folder, FAILED, str(error))
    except BaseException as error:  # a plugin may raise anything, even what would end the worker
        told = Told(folder, FAILED, with_plugin(f"{type(error).__name__}: {error}", error))
    return evolve(told, notes=tuple(notes))


def _assess(job: Job, folder: Path, ruleset: Ruleset, engine: Engine) -> Told:
    with time_limit(job.seconds):
        city = read_city(folder, ruleset)
        stored = unchanged(city, ruleset, job.out) if job.resume and job.out is not None else None
        if stored is not None:
            if job.ledger is not None:
                record(job.ledger, stored)
            if job.documents is not None:
                _write_documents(to_assessment(stored), job, folder)
            return Told(folder, UNCHANGED, name=city.name)
        assessment = assess(city, ruleset, engine)
        text = to_json(assessment) if job.out is not None else ""
        told = tell_briefly(folder, assessment)
        if job.as_json:
            told = evolve(told, document=json.dumps(to_document(assessment), ensure_ascii=False, allow_nan=False))
    if job.out is not None:
        write_whole(job.out / city.id / FILE_NAME, text)
        _write_documents(assessment, job, folder)
    if job.ledger is not None:
        record(job.ledger, to_document(assessment))
    return told


def _write_documents(assessment: Assessment, job: Job, folder: Path) -> None:
    if job.documents is not None and job.out is not None:
        from cityrubric.report.formats import write_documents  # a tenth of what a worker takes to start

        write_documents(assessment, job.documents, job.out, folder)


def tell_briefly(folder: Path, assessment: Assessment) -> Told:
    """Return what one line says of an assessment; a city is failed if any of its items is."""
    ledgers = (assessment, assessment.provincial) if assessment.provincial else (assessment,)
    items = [(one.id, one.failure) for ledger in ledgers for one in ledger.outcomes]
    items += [(one.id, one.failure) for ledger in ledgers for one in ledger.scores.results]
    failed = dict.fromkeys(f"{id_}: {failure}" for id_, failure in items if failure)
    scores = assessment.scores
    return Told(
        folder,
        FAILED if failed else DONE,
        "\n".join(failed),
        name=assessment.city.name,
        verdict=assessment.conclusion.verdict,
        points=scores.total,
        applicable=scores.applicable,
    )


@functools.lru_cache(maxsize=4)
def _same_ruleset(job: Job) -> Ruleset:
    """Load the rule set once, and compile it, outside any city's time.

    Raises:
        CityrubricError: if it, or a plugin, is not what the run started with.
    """
    name, hash_ = job.overlay
    ruleset = load_ruleset(job.ruleset, project=job.project, overlay=name)
    here = {plugin.name: plugin.hash for plugin in ruleset.offers.plugins}
    names = [_("rule set '{version}'").format(version=ruleset.version)] if ruleset.hash != job.ruleset_hash else []
    if ruleset.overlay and ruleset.overlay.ruleset.hash != hash_:
        names.append(_("overlay '{name}'").format(name=name))
    names += [_("plugin '{name}'").format(name=name) for name, hash_ in job.plugins if here.get(name) != hash_]
    if names:
        message = _("not what the run started with, so the worker refuses: {what}; install the same everywhere")
        raise CityrubricError(message.format(what=", ".join(names)))
    plan_of(ruleset)
    gc.freeze()  # rules stay: the collector need not go through them with every city
    gc.set_threshold(_COLLECTED)
    return ruleset


def _engine(job: Job, notes: list[str]) -> Engine:
    """The thread's own engine; the durable one holds a child process, which ends with the worker."""
    _own.notes = notes
    kind = (job.engine, job.cities, job.cross_check)
    if getattr(_own, "kind", None) != kind:
        _drop_engine()
        _own.engine, _own.kind = choose_engine(job.engine, job.cities, _note, cross_check=job.cross_check), kind
    engine: Engine = _own.engine
    return engine


def _note(text: str) -> None:
    _own.notes.append(text)


def _drop_engine() -> None:
    if getattr(_own, "kind", None) is not None:
        _own.engine.close()
        _own.kind = None


def out_of_time(seconds: float, error: BaseException) -> str:
    """Return the reason of a city that took too long."""
    return with_plugin(_("not done within {n} seconds").format(n=f"{seconds:g}"), error)


def with_plugin(why: str, error: BaseException) -> str:
    """Return a reason, with the plugin in whose code it arose."""
    name = culprit(error)
    return _("{why} (in plugin '{name}')").format(why=why, name=name) if name else why
