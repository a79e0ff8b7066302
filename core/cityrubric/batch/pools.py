"""Where executors come from: processes of this machine, or a running Dask cluster."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from attrs import define, field

from cityrubric.errors import CityrubricError
from cityrubric.language import translate as _
from cityrubric.limits import limits

try:
    import resource
except ImportError:  # Windows limits no process this way
    resource = None  # type: ignore[assignment]

_MOST_WORKERS = 61  # Windows waits for no more
_SECONDS_TO_REACH = 10
_SECONDS_WITHOUT_WORKERS = 30.0  # a nanny takes a few to start another

_Result = TypeVar("_Result")


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@define
class LocalPool:
    """Processes of this machine, each started afresh, the same way on every system."""

    workers: int
    _others: frozenset[int | None] = field(default=frozenset(), init=False)

    def open(self) -> Executor:
        """Return an executor whose processes start with the first task."""
        self.workers = min(self.workers, _MOST_WORKERS)
        self._others = frozenset(child.pid for child in multiprocessing.active_children())
        return _Processes(self.workers, multiprocessing.get_context("spawn"), _begin)

    def check(self) -> None:
        """A process that ends breaks the executor, which tells of it."""

    def close(self, executor: Executor, *, at_once: bool) -> None:
        """End the processes."""
        executor.shutdown(wait=not at_once, cancel_futures=True)
        for child in multiprocessing.active_children() if at_once else ():
            if child.pid not in self._others:
                child.kill()
                child.join()


@define
class SchedulerPool:
    """A running Dask cluster; its workers need this package, and the same paths.

    Attributes:
        address: of the scheduler, as in `tcp://127.0.0.1:8786`.
    """

    address: str
    workers: int = 1
    _client: Any = field(default=None, init=False)
    _seen: float = field(default=0.0, init=False)  # when it last had workers

    def open(self) -> Executor:
        """Connect to the cluster.

        Raises:
            CityrubricError: if Dask is not installed, or nobody answers.
        """
        try:
            from distributed import Client
        except ImportError as error:
            why = _("a scheduler needs Dask, which is not installed: pip install 'cityrubric[dask]'")
            raise CityrubricError(why) from error
        # a lost scheduler is told by `check`, once and in words; Dask would add how its own tasks were cancelled
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            self._client = Client(self.address, timeout=_SECONDS_TO_REACH)
        except (OSError, ValueError) as error:
            message = _("no Dask scheduler answers at {address}: {why}")
            raise CityrubricError(message.format(address=self.address, why=error)) from error
        self.workers = max(1, sum(self._client.nthreads().values()))
        self._seen = time.monotonic()
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def check(self) -> None:
        """Make sure that the cluster is there and has workers.

        Raises:
            CityrubricError: if its scheduler is gone, or if it has had no worker for a while: without their nannies
                those that crash never come back.
        """
        if self._threads():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > _SECONDS_WITHOUT_WORKERS:
            message = _(
                "no worker is left at {address}: start workers with their nanny, so that one that crashes comes back"
            )
            raise CityrubricError(message.format(address=self.address))

    def _threads(self) -> dict[str, int]:
        try:
            threads: dict[str, int] = self._client.nthreads()
        except (OSError, RuntimeError, TimeoutError, TypeError) as error:  # a closed client raises any of these
            message = _("the Dask scheduler at {address} does not answer any more: {why}")
            raise CityrubricError(message.format(address=self.address, why=error)) from error
        return threads

    def close(self, executor: Executor, *, at_once: bool) -> None:
        """Leave the cluster; it goes on."""
        executor.shutdown(wait=not at_once)
        self._client.close()


class _Processes(ProcessPoolExecutor):
    """A process pool whose processes never see Ctrl-C, not even while they start: their parent decides."""

    def submit(self, fn: Callable[..., _Result], /, *args: Any, **kwargs: Any) -> Future[_Result]:
        with _interrupts_held():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes that start here inherit what is held; Windows knows no such thing."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """A worker leaves Ctrl-C to its parent, and takes no more memory than it may."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if resource is not None:
        most = limits().worker_mb * 2**20
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
