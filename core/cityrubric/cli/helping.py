"""Help and complaints about a call in the language of the program: typer writes its own words in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from cityrubric.cli.saying import say
from cityrubric.language import retold
from cityrubric.language import translate as _

_Formatter = TyperGroup.context_class.formatter_class  # typer brings its own copy of click, or uses the one beside it
_Misuse: Any = typer.BadParameter.__base__
_BRACED = re.compile(r"(?:\{([^}]*)\}|\[(\[[^]]*\])\])(\.\.\.)?")  # `{CITY...}...`, `[[CITY...]]...`, of newer typers
_TYPE = re.compile(r" <(?:list\[)?(?:Path|path|str)\]?>$")
_WHOLE = "Input should be a valid integer, unable to parse string as an integer"
_NUMBER = "Input should be a valid number, unable to parse string as a number"


class Help(_Formatter):  # type: ignore[misc, valid-type]
    """Writes help with the words that typer adds to ours in the language of the rest."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        words = {"[OPTIONS]": _("[OPTIONS]"), "COMMAND [ARGS]...": _("COMMAND [ARGS]...")}
        told = _replaced(_BRACED.sub(_without_braces, args), words)
        super().write_usage(prog, told, _("Usage: ") if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a section under its heading."""
        words = {"Options": _("Options"), "Arguments": _("Arguments"), "Commands": _("Commands")}
        with super().section(words.get(name, name)):
            yield

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of options, arguments or commands; that a text is a text need not be said."""
        words = {
            "Show this message and exit.": _("Show this message and exit."),
            "[required]": _("[required]"),
            "[default: ": _("[default: "),
        }
        told = [(_TYPE.sub("", first), _replaced(second, words)) for first, second in rows]
        super().write_dl(told, col_max, col_spacing)


def speak_in_help() -> None:
    """Let all help, and all that is wrong with a call, be written so."""
    TyperGroup.context_class.formatter_class = Help
    _Misuse.show = _show_misuse


def _show_misuse(misuse: Any, _file: object = None) -> None:
    """Say what is wrong with a call, and where to read how it should be."""
    if misuse.ctx is not None:
        hint = _("Try '{command} --help' for help.").format(command=misuse.ctx.command_path)
        say(f"{misuse.ctx.get_usage()}\n{hint}\n")
    say(_("Error: {says}").format(says=_in_our_words(misuse.format_message())))


def _in_our_words(message: str) -> str:
    told = {
        "Missing argument {name}.": _("Missing argument {name}."),
        "Missing option {name}.": _("Missing option {name}."),
        "No such command {name}.": _("No such command {name}."),
        "No such option: {name}": _("No such option: {name}"),
        "Did you mean {names}?": _("Did you mean {names}?"),
        "(Possible options: {names})": _("(Possible options: {names})"),
        "Option {name} requires an argument.": _("Option {name} requires an argument."),
        "Option {name} does not take a value.": _("Option {name} does not take a value."),
        "Got unexpected extra argument(s) ({names})": _("Got unexpected extra argument(s) ({names})"),
        "Invalid value for {name}: {why}": _("Invalid value for {name}: {why}"),
        "{value} is not one of {names}.": _("{value} is not one of {names}."),
        "{value} does not match the formats {names}.": _("{value} does not match the formats {names}."),
        "Input should be greater than or equal to {n}": _("Input should be greater than or equal to {n}"),
        "Input should be less than or equal to {n}": _("Input should be less than or equal to {n}"),
        _WHOLE: _("Input should be a valid integer, unable to parse string as an integer"),
        _NUMBER: _("Input should be a valid number, unable to parse string as a number"),
    }
    return retold(message.replace("Value error, ", "").replace("'%Y-%m-%d'", "YYYY-MM-DD"), told)


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for english, ours in words.items():
        text = text.replace(english, ours)
    return text


def _without_braces(match: re.Match[str]) -> str:
    """Return what typer puts into braces without them; `...` once."""
    name = match[1] or match[2]
    return name if "..." in name else name + (match[3] or "")
