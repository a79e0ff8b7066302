"""Numbers of headings as official documents write them: 一、 then （一） then 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve

from cityrubric.report.document import Block

_DIGITS = "零一二三四五六七八九"
_LEVELS = {"h1": 0, "h2": 1, "item": 2, "body": 3}


def chinese(number: int) -> str:
    """Return a number from 1 to 99 as 一 … 九十九."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def number_blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Number headings and items through; a heading with nothing below it is left out."""
    counts = [0, 0, 0]
    numbered = []
    for block in _without_empty(tuple(blocks)):
        level = _LEVELS[block.style]
        if level < len(counts):
            counts[level] += 1
            counts[level + 1 :] = [0] * (len(counts) - level - 1)
            block = evolve(block, number=_number(level, counts[level]))
        numbered.append(block)
    return tuple(numbered)


def _number(level: int, count: int) -> str:
    return (f"{chinese(count)}、", f"（{chinese(count)}）", f"{count}.")[level] if level < 2 else f"{count}."


def _without_empty(blocks: Sequence[Block]) -> list[Block]:
    kept: list[Block] = []
    for block in reversed(blocks):
        level = _LEVELS[block.style]
        below = bool(kept) and _LEVELS[kept[-1].style] > level
        if level > 1 or below:
            kept.append(block)
    return kept[::-1]
