"""A small rule set and cities for both engines, and what only one of them concludes."""

from pathlib import Path

import numpy as np

from cityrubric.authoring.fictional import Mix
from cityrubric.evaluate.assess import assess_block
from cityrubric.evaluate.columns import make_block
from cityrubric.evaluate.inference.engines import PLAIN, DurableEngine
from cityrubric.evaluate.plan import Plan
from cityrubric.records import City
from cityrubric.rubric.load import load_ruleset

HERE = Path(__file__).parent
TINY = load_ruleset(HERE / "tiny" / "ruleset", [HERE / "tiny" / "plugins"])
MIX = Mix(missing=0.25, inexact=0.2, disputed=0.1, strong=0.6)


def fail(told: str) -> None:
    raise AssertionError(told)


def differences(cities: list[City], plan: Plan, engine: DurableEngine) -> list[str]:
    """Conclusions that only one of the engines draws."""
    block = make_block(cities, plan)
    plain, durable = (assess_block(block, plan, some).findings for some in (PLAIN, engine))
    return [
        f"{cities[c].name} {plan.rules.conclusions[n].id}" for n, c in zip(*np.nonzero(plain != durable), strict=True)
    ]
