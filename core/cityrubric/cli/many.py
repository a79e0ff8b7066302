"""`cityrubric assess` with many cities: one line each, a progress bar, and at the end what failed and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from attrs import define, evolve, field
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as Remaining

from cityrubric.batch.job import DONE, FAILED, UNCHANGED, Job, Told
from cityrubric.batch.pools import LocalPool, SchedulerPool, processors
from cityrubric.batch.run import Pool, Run
from cityrubric.cli.line import line
from cityrubric.cli.saying import FAULTY, result, say, screen
from cityrubric.errors import CityrubricError
from cityrubric.evaluate.inference.engines import HANDFUL
from cityrubric.language import translate as _
from cityrubric.report.terminal import summary
from cityrubric.telling.stored import to_assessment

SECONDS_TO_END = 5.0
"""After Ctrl-C, what is under way may be finished in this time."""

FEW = 3
"""So many cities are told in full; of more, a line each."""

_NAMES_SHOWN = 20


def assess_many(folders: Sequence[Path], job: Job, jobs: int | None, scheduler: str | None) -> int:
    """Assess the cities in other processes and return the exit code."""
    pool: Pool
    if scheduler:
        folders, pool = [folder.absolute() for folder in folders], SchedulerPool(scheduler)
        out, ledger = (place.absolute() if place else None for place in (job.out, job.ledger))
        job = evolve(job, out=out, ledger=ledger)
    else:
        # A second process costs as much to start as ten cities to assess.
        pool = LocalPool(min(jobs or (1 if len(folders) <= HANDFUL else processors()), len(folders)))
    in_full = len(folders) <= FEW and not job.as_json
    job = evolve(job, as_json=job.as_json or in_full)
    run, tally, interrupted = Run(job, pool), Tally(dict.fromkeys(map(str, folders)), in_full=in_full), False
    with _progress() as progress:
        task = progress.add_task("", total=len(folders), failed="", last="")
        try:
            _follow(run.assess(folders), tally, progress, task)
        except CityrubricError as error:
            if not run.started:
                raise
            say(str(error))
        except KeyboardInterrupt:
            interrupted = True
            say(_("interrupted; what is under way is finished"))
        finally:
            _follow(run.close(SECONDS_TO_END if interrupted else 0.0), tally, progress, task)
    if job.documents is not None and job.out is not None:
        from cityrubric.cli.report import tell_of_all

        tell_of_all(tally.sound(folders), job.documents, job.out)
    return tally.conclude(resumable=job.out is not None)


@define
class Tally:
    """What became of the cities so far: numbers, and the reasons of those that failed.

    Attributes:
        unfinished: cities of which nothing is known yet; they become fewer.
        in_full: print a summary of each city.
        notes: what the user should know besides, each once.
    """

    unfinished: dict[str, None]
    in_full: bool = False
    counts: dict[str, int] = field(factory=lambda: {DONE: 0, UNCHANGED: 0, FAILED: 0})
    failed: dict[str, str] = field(factory=dict)
    notes: dict[str, None] = field(factory=dict)

    def add(self, told: Told) -> None:
        """Count a city, and print its line or its summary."""
        self.counts[told.state] += 1
        self.unfinished.pop(str(told.folder), None)
        self.notes.update(dict.fromkeys(told.notes))
        if told.state == FAILED:
            self.failed[told.folder.name] = told.why
        if told.document and self.in_full:
            screen().print(summary(to_assessment(json.loads(told.document))))
        elif told.document:
            result(_printable(told.document) + "\n")
        elif told.verdict:
            result(line(told) + "\n")

    def sound(self, folders: Sequence[Path]) -> list[Path]:
        """Return those that are done, now or before."""
        return [one for one in folders if one.name not in self.failed and str(one) not in self.unfinished]

    def conclude(self, *, resumable: bool) -> int:
        """Say what came of it all, and return the exit code."""
        for note in self.notes:
            say(note)
        for name, why in sorted(self.failed.items()):
            say(_("{city} failed: {why}").format(city=name, why=why.replace("\n", "\n  ")))
        words = {"done": self.counts[DONE], "unchanged": self.counts[UNCHANGED], "failed": self.counts[FAILED]}
        say(_("cities assessed: {done}; unchanged and left out: {unchanged}; failed: {failed}").format(**words))
        if self.unfinished:
            say(_unfinished([Path(folder).name for folder in self.unfinished], resumable=resumable))
        return FAULTY if self.failed or self.unfinished else 0


def _follow(tolds: Iterable[Told], tally: Tally, progress: Progress, task: TaskID) -> None:
    for told in tolds:
        tally.add(told)
        failed = _("{n} failed").format(n=tally.counts[FAILED]) if tally.failed else ""
        state = {DONE: _("done"), UNCHANGED: _("unchanged"), FAILED: _("failed")}[told.state]
        progress.update(task, advance=1, failed=failed, last=f"{told.folder.name}: {state}")


def _unfinished(names: Sequence[str], *, resumable: bool) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
    told = _("unfinished ({n}): {cities}").format(n=len(names), cities=shown)
    return told + _("; run the same again with --resume") if resumable else told


def _progress() -> Progress:
    """A bar on stderr, where that is a terminal; results go to stdout past it."""
    columns: list[Any] = [BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), Remaining()]
    columns += [_plain("failed", "red"), _plain("last", "dim")]
    console = screen(stderr=True)
    return Progress(
        *columns, console=console, disable=not console.is_terminal, redirect_stdout=sys.stdout.isatty(), transient=True
    )


def _plain(field: str, style: str) -> TextColumn:
    """A column of what is called by people: no markup in it."""
    return TextColumn(f"{{task.fields[{field}]}}", style=style, markup=False)


def _printable(document: str) -> str:
    """Pure ASCII where the output is not UTF-8."""
    if sys.stdout.encoding.lower().replace("-", "") == "utf8":
        return document
    return json.dumps(json.loads(document), allow_nan=False)
