"""The run: blocks of cities handed to an executor; one that does not come back is halved until one city is left."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from pathlib import Path
from typing import NamedTuple, Protocol

from attrs import define, field

from cityrubric.batch.job import FAILED, Job, Told
from cityrubric.batch.worker import work
from cityrubric.language import translate as _

LARGEST_BLOCK = 16
_BLOCKS_PER_WORKER = 8
_SECONDS_BETWEEN_CHECKS = 5.0
_AHEAD = 2  # blocks handed out per worker: one that runs, and the next


class Pool(Protocol):
    """Where executors come from.

    Attributes:
        workers: how many work at once; known once one is open.
    """

    workers: int

    def open(self) -> Executor:
        """Return a new executor."""
        ...

    def check(self) -> None:
        """Make sure that somebody still works.

        Raises:
            CityrubricError: if nobody has for a while.
        """
        ...

    def close(self, executor: Executor, *, at_once: bool) -> None:
        """Let go of it: at once, with what still runs in it, or when that is done."""
        ...


class Block(NamedTuple):
    """Cities that are handed out together; `alone` if nothing else runs meanwhile."""

    folders: Sequence[Path]
    alone: bool = False


@define
class Run:
    """One run over many cities; it holds what is under way, and nothing of what is done.

    Attributes:
        job: what is the same for all cities.
        pool: where executors come from.
    """

    job: Job
    pool: Pool
    _waiting: deque[Block] = field(factory=deque, init=False)
    _suspects: deque[Block] = field(factory=deque, init=False)
    _running: dict[Future[list[Told]], Block] = field(factory=dict, init=False)
    _back: deque[Told] = field(factory=deque, init=False)  # kept until handed on, so that Ctrl-C loses none
    _executor: Executor | None = field(default=None, init=False)

    @property
    def started(self) -> bool:
        """Whether there is somebody who works, or was."""
        return self._executor is not None

    def assess(self, folders: Sequence[Path]) -> Iterator[Told]:
        """Yield what became of each city, in the order in which blocks come back.

        Raises:
            CityrubricError: if there is no executor to be had, or nobody is left who works.
        """
        self._executor = self.pool.open()
        self._waiting.extend(_blocks(folders, self.pool.workers))
        while self._waiting or self._suspects or self._running:
            self._hand_out()
            done = wait(self._running, timeout=_SECONDS_BETWEEN_CHECKS, return_when=FIRST_COMPLETED).done
            if not done:
                self.pool.check()
            for future in done:
                self._take(future)
            yield from self._hand_on()

    def close(self, seconds: float = 0.0) -> Iterator[Told]:
        """End the run, wherever it stands; what is under way may take so many more seconds.

        Yields:
            What became of the cities that were finished in that time.
        """
        yield from self._hand_on()
        if self._executor is None:
            return
        under_way = [future for future in self._running if not future.cancel()]
        ended = False
        try:
            ended = not wait(under_way, timeout=seconds).not_done
        finally:
            self.pool.close(self._executor, at_once=not ended)
            self._executor = None
        for future in under_way:
            if future.done() and not future.exception():
                yield from future.result()

    def _hand_on(self) -> Iterator[Told]:
        while self._back:
            yield self._back.popleft()

    def _hand_out(self) -> None:
        """Keep every worker busy; what is suspected of having ended a worker runs after all others, and alone."""
        if any(block.alone for block in self._running.values()):
            return
        while self._waiting and len(self._running) < _AHEAD * self.pool.workers:
            self._start(self._waiting.popleft())
        if not self._running and self._suspects:
            self._start(self._suspects.popleft())

    def _start(self, block: Block) -> None:
        if self._executor is None:
            self._executor = self.pool.open()
        try:
            future = self._executor.submit(work, self.job, block.folders)
        except Exception as error:  # a pool that is broken, a cluster that was left
            future = Future()
            future.set_exception(error)
        self._running[future] = block

    def _take(self, future: Future[list[Told]]) -> None:
        """Keep what came back; what did not is handed out again: alone, then in halves."""
        block = self._running.pop(future)
        error = _failure(future)
        if error is None:
            self._back.extend(future.result())
            return
        self.pool.check()  # all that is under way is cancelled where a cluster is gone
        if isinstance(error, BrokenExecutor) and self._executor is not None:
            self.pool.close(self._executor, at_once=True)
            self._executor = None
        if not block.alone:  # it may be another block that did it
            self._suspects.append(Block(block.folders, alone=True))
        elif len(block.folders) > 1:
            half = len(block.folders) // 2
            self._suspects.extend(Block(part, alone=True) for part in (block.folders[:half], block.folders[half:]))
        else:
            self._back.append(Told(block.folders[0], FAILED, _why(error)))


def _blocks(folders: Sequence[Path], workers: int) -> Iterator[Block]:
    size = max(1, min(LARGEST_BLOCK, len(folders) // (workers * _BLOCKS_PER_WORKER)))
    for start in range(0, len(folders), size):
        yield Block(folders[start : start + size])


def _failure(future: Future[list[Told]]) -> BaseException | None:
    """Why a block did not come back; a worker raises nothing of its own."""
    return RuntimeError(_("cancelled")) if future.cancelled() else future.exception()


def _why(error: BaseException) -> str:
    if isinstance(error, BrokenExecutor):
        return _("its worker ended: it crashed, was killed, ran out of memory, or could not be stopped in time")
    return f"{type(error).__name__}: {error}"
