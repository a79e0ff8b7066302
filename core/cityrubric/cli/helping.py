"""Help in the language of the program: typer writes its own words in English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from typer.core import TyperGroup

from cityrubric.language import translate as _

_Formatter = TyperGroup.context_class.formatter_class  # typer brings its own copy of click, or uses the one beside it


class Help(_Formatter):  # type: ignore[misc, valid-type]
    """Writes help with the words that typer adds to ours in the language of the rest."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        super().write_usage(prog, args, _("Usage: ") if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a section under its heading."""
        with super().section(_headings().get(name, name)):
            yield

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of options, arguments or commands."""
        super().write_dl([(first, _in_words(second)) for first, second in rows], col_max, col_spacing)


def speak_in_help() -> None:
    """Let all help be written so."""
    TyperGroup.context_class.formatter_class = Help


def _headings() -> dict[str, str]:
    return {"Options": _("Options"), "Arguments": _("Arguments"), "Commands": _("Commands")}


def _in_words(text: str) -> str:
    told = {
        "Show this message and exit.": _("Show this message and exit."),
        "[required]": _("[required]"),
        "[default: ": _("[default: "),
    }
    for english, words in told.items():
        text = text.replace(english, words)
    return text
