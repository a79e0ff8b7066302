"""Who is named in an assessment, and their names taken out of every text of a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from attrs import fields, has

from cityrubric.assessment import Assessment

Value = TypeVar("Value")

NAME_REMOVED = "***"
_BETWEEN_NAMES = re.compile(r"[\s、，,；;/()（）:：]+")


def named_people(assessment: Assessment) -> list[str]:
    """Return everybody who is named as a person, the longest names first."""
    people = [name for fact in assessment.facts for name in (fact.person, fact.entered_by, *fact.checked_by)]
    city = assessment.city
    people += [str(one.get("person", "")) for one in (*assessment.observations, *city.interviews)]
    people += [str(name) for one in city.deliberations for name in one.get("members", ())]
    people += [str(one.get("by", "")) for one in city.overrides]
    people += [str(name) for one in city.appeals for name in one.get("reviewers", ())]
    if assessment.inspections is not None:
        people += [name for one in assessment.inspections.occurrences for name in one.inspectors]
        people += [one.settled_by for one in assessment.inspections.disputes]
    parts = {name for person in people for name in (person, *_BETWEEN_NAMES.split(person)) if len(name) > 1}
    names = {name for name in parts if any(sign.isalpha() for sign in name)}  # 2021 is nobody, and stands in dates
    return sorted(names, key=lambda name: (-len(name), name))


def rewriter(names: list[str], numbers: Mapping[str, str]) -> Callable[[str], str]:
    """Return what takes names out of a text, and puts numbers for the ids of observations."""
    people = re.compile("|".join(map(re.escape, names))) if names else None

    def rewrite(text: str) -> str:
        kind, _colon, id_ = text.partition(":")
        if kind == "observation" and id_ in numbers:
            return f"observation:{numbers[id_]}"
        return people.sub(NAME_REMOVED, text) if people else text

    return rewrite


def rewritten(value: Value, rewrite: Callable[[str], str]) -> Value:
    """Return a value with every text in it rewritten; records are only copied where something changes."""
    new: Any = value
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        new = rewrite(value)
    elif isinstance(value, (tuple, list)):
        new = type(value)(rewritten(item, rewrite) for item in value)
    elif isinstance(value, Mapping):
        new = {rewritten(key, rewrite): rewritten(item, rewrite) for key, item in value.items()}
    elif has(record := type(new)):
        before = {one.name: getattr(value, one.name) for one in fields(record)}
        after = {name: rewritten(item, rewrite) for name, item in before.items()}
        new = value if after == before else record(**after)
    result: Value = new
    return result
