"""Texts that are made time and again of the same values: made once, then looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MOST, _LONGEST = 2000, 200
"""So many texts are kept by one memory, none of them longer."""


class Remembered(dict[Any, str]):
    """The text of a value, by the value: `texts[value]`. Values that are equal must have one text."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: Any) -> str:
        text = self._write(value)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[value] = text
        return text
