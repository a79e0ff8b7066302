"""The smallest assessment that a ledger takes."""

from typing import Any


def small(city: str = "a", *, rate: tuple[float, float] = (0, 100), year: int = 2021, **more: Any) -> dict[str, Any]:
    group = {
        "id": "A",
        "title": "基础工作",
        "role": "base",
        "score": list(rate),
        "max_score": 100.0,
        "applicable": 100.0,
    }
    return {
        "city": {"id": city, "name": f"{city}市", "province": more.pop("province", "省"), "areas": []},
        "assessment_year": year,
        "ruleset": {"version": "v", "hash": "h"},
        "plugins": [],
        "facts": [],
        "facts_hash": "",
        "outcomes": [],
        "findings": [],
        "scores": {"groups": [group], "rate": list(rate), "total": list(rate)},
        "conclusion": {"verdict": "undetermined", "declared": None},
        **more,
    }
