"""What people type into cells -> how a city file writes it: texts, numbers, days and years."""

from __future__ import annotations

import re
import unicodedata

from cityrubric.intake.values import WIDE

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(%?)")
_DAY = re.compile(r"((?:19|20)\d\d)(?: ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?日?|(\d\d)(\d\d))(?: \d\d:\d\d:\d\d)?")
_YEAR = r" ?((?:19|20)\d\d) ?(?:年度?)? ?"
_YEARS = re.compile(rf"{_YEAR}(?:(?:\.\.|[-–—~]+|至|到){_YEAR})?")


def clean(text: str) -> str:
    """Return a text without spaces around it, its lines ended in one way, in NFC."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip(" \t\n\u3000\u00a0")


def typed_number(text: str, unit: str = "%") -> float | str:
    """Return a number where the text is nothing else, but perhaps its own unit; otherwise the text.

    A percentage of 1 or less keeps its sign, which says what it is.
    """
    plain = _plain(text)
    match = _NUMBER.fullmatch(plain if unit == "%" else plain.removesuffix(unit).rstrip())
    if not match or (match[1] and unit != "%"):
        return text
    number = float(match[0].rstrip("%").replace(",", "").replace(" ", ""))
    if match[1] and 0 < number <= 1:
        return plain
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def typed_day(text: str) -> str:
    """Return a day in the form 2021-12-31, if it is written in a usual one; otherwise the text."""
    match = _DAY.fullmatch(_plain(text))
    return f"{match[1]}-{int(match[2] or match[4]):02}-{int(match[3] or match[5]):02}" if match else text


def typed_years(text: str) -> str:
    """Return a year or span as 2021 or 2019..2021, if it is written in a usual way; otherwise the text."""
    match = _YEARS.fullmatch(_plain(text))
    return "..".join(filter(None, match.groups())) if match else text


def _plain(text: str) -> str:
    return text.translate(WIDE).replace("\u00a0", " ").strip()
