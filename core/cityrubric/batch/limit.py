"""A time limit that works in any thread and on any system: the thread is made to raise, or the process ends."""

from __future__ import annotations

import ctypes
import os
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cityrubric.pluginsources import plugin_of

STUCK = 70
"""Exit code of a worker that could not be stopped otherwise."""

_PATIENCE = 10.0  # seconds for the thread to raise; code that holds the interpreter, or catches everything, does not


class OutOfTime(BaseException):
    """The time is over. No `Exception`, so that no plugin takes it for a failure of its own."""


@contextmanager
def time_limit(seconds: float, patience: float | None = _PATIENCE) -> Iterator[None]:
    """Give the block so many seconds.

    Args:
        seconds: after these, `OutOfTime` is raised in the block, at its next step of Python.
        patience: where that does not end it, the process is ended after so many more; None for never.

    Raises:
        OutOfTime: if the time is over.
    """
    thread, finished, lock = threading.get_ident(), threading.Event(), threading.Lock()
    sent = False

    def watch() -> None:
        nonlocal sent
        if finished.wait(seconds):
            return
        with lock:
            if finished.is_set():
                return
            sent = True
            _raise(thread)
        if not finished.wait(patience):
            os._exit(STUCK)

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        try:
            watcher.start()
            yield
        finally:
            finished.set()
            with lock:  # nothing is sent any more
                if sent:
                    _catch_late(thread)
    except OutOfTime:  # perhaps just when the block was left
        finished.set()
        raise


def culprit(error: BaseException) -> str:
    """Return the plugin in whose code an error was raised, or nothing."""
    for frame, _line in reversed(list(traceback.walk_tb(error.__traceback__))):
        if name := plugin_of(str(frame.f_globals.get("__name__", ""))):
            return name
    return ""


def _raise(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(OutOfTime))


def _catch_late(thread: int) -> None:
    """Let what may still be on its way arrive here, where it does no harm.

    Called back with NULL, it would leave the flag of the interpreter up (before Python 3.13): every later step would
    look for what is not there, and under a profiler or a debugger 3.11 would look for ever.
    """
    with suppress(OutOfTime):
        _raise(thread)  # takes the place of one that waits
        while True:
            pass
