"""Registers of enterprises that do not exist, from a seed and of any size."""

from __future__ import annotations

import random
from collections.abc import Iterator

from cityrubric.fieldwork.plan import Plan

_LEVEL_SHARES = (1, 3, 16)  # few of the first level, most of the last


def fictional_register(seed: int, count: int, plan: Plan, each: int = 4) -> Iterator[tuple[str, ...]]:
    """Yield the headings and rows of a register that fits a plan; the same seed makes the same rows.

    Args:
        seed: any whole number.
        count: number of enterprises.
        plan: whose columns, districts, types and credit levels the rows have.
        each: so many rows of every district and type come first, so that no stratum is empty.
    """
    dice = random.Random(seed)
    types = sorted({type_ for course in plan.courses for _district, type_ in course.minimums})
    levels = [*plan.weights] or [""]
    shares = [_LEVEL_SHARES[min(n, len(_LEVEL_SHARES) - 1)] for n in range(len(levels))]
    sure = [(district, type_) for _n in range(each) for district in plan.districts for type_ in types]
    yield tuple(plan.columns.values())
    for number in range(count):
        district, type_ = sure[number] if number < len(sure) else (dice.choice(plan.districts), dice.choice(types))
        row = {
            "id": f"F{seed:05}{number:011}",
            "name": f"虚构企业{number}",
            "district": district,
            "type": type_,
            "credit": dice.choices(levels, shares)[0],
            "address": f"{district}虚构路{dice.randrange(1, 999)}号",
        }
        yield tuple(row[name] for name in plan.columns)
