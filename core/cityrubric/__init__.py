"""Assess cities against a versioned government rubric.

    from cityrubric import assess, load_ruleset, read_city

    ruleset = load_ruleset("2021")
    assessment = assess(read_city("cities/example", ruleset), ruleset)

Names are imported when they are first used, so that `import cityrubric` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cityrubric.assessment import Assessment, Finding
    from cityrubric.errors import CityrubricError, Faults, PluginError
    from cityrubric.evaluate.assess import Results, assess_block
    from cityrubric.evaluate.block import Block
    from cityrubric.evaluate.columns import make_block, make_blocks
    from cityrubric.evaluate.plan import Plan, plan_of
    from cityrubric.intake.facts import read_city
    from cityrubric.outcomes import Outcome
    from cityrubric.records import City, Claim
    from cityrubric.rubric.load import load_ruleset
    from cityrubric.rubric.model import Ruleset
    from cityrubric.telling.stored import to_json
    from cityrubric.telling.tell import assess, tell

__all__ = [
    "Assessment",
    "Block",
    "City",
    "CityrubricError",
    "Claim",
    "Faults",
    "Finding",
    "Outcome",
    "Plan",
    "PluginError",
    "Results",
    "Ruleset",
    "assess",
    "assess_block",
    "load_ruleset",
    "make_block",
    "make_blocks",
    "plan_of",
    "read_city",
    "tell",
    "to_json",
]

_HOMES = {
    "assessment": ("Assessment", "Finding", "Outcome"),
    "errors": ("CityrubricError", "Faults", "PluginError"),
    "evaluate.assess": ("Results", "assess_block"),
    "evaluate.block": ("Block",),
    "evaluate.columns": ("make_block", "make_blocks"),
    "evaluate.plan": ("Plan", "plan_of"),
    "telling.tell": ("assess", "tell"),
    "intake.facts": ("read_city",),
    "records": ("City", "Claim"),
    "telling.stored": ("to_json",),
    "rubric.load": ("load_ruleset",),
    "rubric.model": ("Ruleset",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"cityrubric.{home}"), name)
    raise AttributeError(f"module 'cityrubric' has no attribute {name!r}")
