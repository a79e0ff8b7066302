"""The language in which the program speaks; rule sets and findings are data and speak their own."""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Mapping
from pathlib import Path

_CATALOGUES = Path(__file__).parent / "locale"
_BLANK = re.compile(r"\\{(\w+)\\}")
_NAMED = r"'[^']*'(?: / '[^']*')*|[^\s']\S*"
_current: gettext.NullTranslations | None = None
_name = "en"


def speak(language: str | None) -> None:
    """Choose the language of all messages from here on.

    Args:
        language: `zh`, `en`, or None for what the environment asks for.
    """
    global _current, _name
    wanted = language or _environment_language()
    _name = "zh" if wanted.lower().startswith(("zh", "chinese")) else "en"
    folder = "zh_CN" if _name == "zh" else _name
    _current = gettext.translation("cityrubric", _CATALOGUES, [folder], fallback=True)


def spoken() -> str:
    """Return the language of the messages, as `speak` takes it: for a process that must speak the same."""
    if _current is None:
        speak(None)
    return _name


def translate(message: str) -> str:
    """Return the message in the chosen language; English is what the code is written in."""
    if _current is None:
        speak(None)
    assert _current is not None
    return _current.gettext(message)


def retold(message: str, told: Mapping[str, str]) -> str:
    """Return what a library says in English in the words of the program.

    Args:
        message: of the library.
        told: its sentences in ours, with the same blanks; `name` and `value` are one quoted text or word each, any
            other blank may be anything.
    """
    for english, ours in told.items():
        message = re.sub(_pattern(english), lambda found: ours.format(**found.groupdict()), message)  # noqa: B023
    return message


def _pattern(english: str) -> str:
    what = {"name": _NAMED, "value": _NAMED}
    return _BLANK.sub(lambda blank: f"(?P<{blank[1]}>{what.get(blank[1], '.+')})", re.escape(english))


def _environment_language() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable]
    return locale.getlocale()[0] or "en"  # Windows sets no variable: "Chinese (Simplified)_China" or "zh_CN"
