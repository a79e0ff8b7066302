"""Entry point: the language is chosen first, so that even the help speaks it."""

from __future__ import annotations

import io
import os
import sys
from glob import glob

from cityrubric.language import speak

EVERYWHERE = frozenset({"--lang", "--project", "--plugins-dir", "--without"})


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Exit codes: 0 done; 1 a city failed, or a file is faulty; 2 bad use.
    """
    given = sys.argv[1:] if arguments is None else arguments
    front, rest = _sorted(expanded(given) if sys.platform == "win32" else given)
    speak(next((value for name, value in reversed(front) if name == "--lang"), None))
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # whoever started the program has closed it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the program runs
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console may lack a character; that stops nothing
    from cityrubric.cli.commands import app  # its help texts are translated as it is imported
    from cityrubric.cli.helping import speak_in_help

    speak_in_help()
    app([*(word for option in front for word in option), *rest], prog_name="cityrubric")


def expanded(arguments: list[str]) -> list[str]:
    """Put names of files in the place of patterns such as `cities/*`: the shells of Windows leave that to programs."""
    return [name for word in arguments for name in ([] if os.path.exists(word) else sorted(glob(word))) or [word]]


def _sorted(arguments: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Part the options that hold for all commands, which may stand anywhere, from everything else."""
    front, rest, left = [], [], iter(arguments)
    for word in left:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *left]
        elif name in EVERYWHERE and (equals or (value := next(left, ""))):
            front.append((name, value))
        else:
            rest.append(word)
    return front, rest
