"""Entry point: the language is chosen first, so that even the help speaks it."""

from __future__ import annotations

import argparse
import io
import sys

from cityrubric.language import speak


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Exit codes: 0 done; 1 a city failed, or a file is faulty; 2 bad use.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--lang")
    known, rest = parser.parse_known_args(sys.argv[1:] if arguments is None else arguments)
    speak(known.lang)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console may lack a character; that stops nothing
    from cityrubric.cli.commands import app  # its help texts are translated as it is imported

    app(rest, prog_name="cityrubric")
