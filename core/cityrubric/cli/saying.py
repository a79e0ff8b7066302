"""How the command line speaks: results to stdout, everything else to stderr, and how it fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cityrubric.errors import CityrubricError, Faults, PluginError, visible

FAULTY, BAD_USE = 1, 2


def say(text: str) -> None:
    """Say something that is no result."""
    print(visible(text), file=sys.stderr)  # noqa: T201 - this is where the program speaks


def result(text: str) -> None:
    """Hand out a result."""
    sys.stdout.write(text)


@contextmanager
def failing() -> Iterator[None]:
    """Turn what is raised on purpose into a message and an exit code."""
    try:
        yield
    except (Faults, PluginError) as error:
        say(str(error))
        sys.exit(FAULTY)
    except CityrubricError as error:
        say(str(error))
        sys.exit(BAD_USE)
