"""What the scoring text of a table seems to say: known phrases -> drafts of operators, for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Draft = dict[str, Any]

_N = r"([0-9]+(?:\.[0-9]+)?)"
_GAP = r"\s*[;；,，。、]?\s*"
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}


def _with_points(operator: str) -> Callable[[re.Match[str]], Draft]:
    return lambda match: {"operator": operator, "points": float(match[1])}


def _with_line(match: re.Match[str]) -> Draft:
    draft: Draft = {"operator": "bands", "at_least": float(match[1])}
    draft |= {"unit": match[2]} if match[2] else {}
    return draft | ({"points": float(match[3])} if match[3] else {})


_PHRASES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Draft]], ...] = (
    (re.compile(rf"(?:≥|>=|不低于|不少于|达到){_N}\s*(%|分)?(?:以上)?(?:的)?(?:{_GAP}得\s*{_N}\s*分)?"), _with_line),
    (re.compile(rf"得\s*{_N}\s*分{_GAP}否则不得分"), _with_points("award")),
    (re.compile(rf"得\s*{_N}\s*分{_GAP}否则相应扣分"), _with_points("award_proportional")),
    (
        re.compile(rf"每(?:发现|出现)?一(?:次|处|例|起|项|个|家){_GAP}扣\s*{_N}\s*分"),
        lambda match: {"operator": "deduct", "each": float(match[1])},
    ),
)


def drafts(text: str) -> list[Draft]:
    """Return what the phrases of a scoring text seem to say, in their order; nothing of what no phrase is known for."""
    plain = text.translate(_WIDE)
    found = sorted(_matches(plain), key=lambda pair: pair[0].start())
    kept: list[Draft] = []
    end = 0
    for match, draft in found:
        if match.start() >= end:
            kept.append({**draft, "says": match[0].strip()})
            end = match.end()
    return kept


def _matches(text: str) -> Iterator[tuple[re.Match[str], Draft]]:
    for pattern, draft in _PHRASES:
        for match in pattern.finditer(text):
            yield match, draft(match)


def points_named(text: str) -> float:
    """Return how many points a scoring text gives in all, as far as its phrases say."""
    return sum(float(draft.get("points", 0)) for draft in drafts(text))
