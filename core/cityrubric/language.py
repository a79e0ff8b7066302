"""The language in which the program speaks; rule sets and findings are data and speak their own."""

from __future__ import annotations

import gettext
import locale
import os
from pathlib import Path

_CATALOGUES = Path(__file__).parent / "locale"
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


def _environment_language() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable]
    return locale.getlocale()[0] or "en"  # Windows sets no variable: "Chinese (Simplified)_China" or "zh_CN"
