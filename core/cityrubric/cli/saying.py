"""How the command line speaks: results to stdout, everything else to stderr, and how it fails."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cityrubric.errors import CityrubricError, Faults, PluginError, reason, visible
from cityrubric.language import translate as _

if TYPE_CHECKING:
    from rich.console import Console

FAULTY, BAD_USE = 1, 2


def say(text: str) -> None:
    """Say something that is no result."""
    print(visible(text), file=sys.stderr)  # noqa: T201 - this is where the program speaks


def result(text: str) -> None:
    """Hand out a result."""
    sys.stdout.write(text)


def _around(error: UnicodeEncodeError) -> str:
    """The line in which a text cannot be encoded, which may be a long one: the name, and what stands beside it."""
    text = str(error.object)
    start, end = text.rfind("\n", 0, error.start) + 1, text.find("\n", error.start)
    return text[start : end if end >= 0 else None]


def screen(**options: Any) -> Console:
    """Return what tables are printed with: no text in them is markup, or a name of a picture."""
    from rich.console import Console

    return Console(markup=False, emoji=False, **options)


@contextmanager
def failing() -> Iterator[None]:
    """Turn what is raised into a message and an exit code; what nobody meant to raise, too."""
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except (Faults, PluginError) as error:
        say(str(error))
        sys.exit(FAULTY)
    except CityrubricError as error:
        say(str(error))
        sys.exit(BAD_USE)
    except UnicodeEncodeError as error:  # on Linux a name may be any bytes
        says = _("a name that is not UTF-8, which results cannot hold: {name}; rename it")
        say(says.format(name=visible(_around(error))))
        sys.exit(BAD_USE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the same is told again at the end
        say(_("whoever was to read the results has gone; what was still to do is not done"))
        sys.exit(FAULTY)
    except OSError as error:
        say(f"{error.filename}: {reason(error)}" if error.filename else reason(error))
        sys.exit(FAULTY)
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":  # of Rust: polars, calamine
            raise
        frame = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__}: {error} [{Path(frame.filename).name}:{frame.lineno}]"
        says = _("a fault of the program: {why}; please report it together with what `cityrubric doctor` says")
        say(says.format(why=why))
        sys.exit(FAULTY)
