"""What is left of a city where many stand side by side: small enough that a hundred fit where one view does."""

from __future__ import annotations

from attrs import frozen

from cityrubric.outcomes import Score
from cityrubric.report.audience import View


@frozen
class Row:
    """One city among many.

    Attributes:
        rules: hash of the rule set and the year; only cities that agree in it can be ranked. Empty for the public.
        decision: pass, fail or undetermined.
        joint: the same together with a province's own rules; empty where there are none.
        rate: least and most in percent; None where nothing applies or nothing may be shown.
        groups: the rate of each group but the vetoes, by id and title.
        verdicts: of each item, by id.
        titles: of the items and of the weaknesses, by id.
        weaknesses: ids.
    """

    id: str
    name: str
    province: str
    ruleset: str
    rules: str
    decision: str
    joint: str
    line: float
    rate: Score | None
    groups: dict[tuple[str, str], Score | None]
    verdicts: dict[str, str]
    titles: dict[str, str]
    weaknesses: tuple[str, ...]


def row_of(view: View) -> Row:
    """Return what is left of a city, of what its audience may see."""
    weaknesses = {one.id: one.says for one in view.findings if one.kind == "weakness"}
    groups = view.scores.groups if view.scores else ()
    return Row(
        id=view.city.id,
        name=view.city.name,
        province=view.city.province,
        ruleset=f"{view.ruleset.title} · {view.ruleset.stage} · {view.assessment_year}",
        rules=f"{view.ruleset.hash} {view.assessment_year}" if view.ruleset.hash else "",
        decision=view.conclusion.verdict,
        joint=view.joint.verdict if view.joint else "",
        line=view.conclusion.line,
        rate=view.scores.rate if view.scores else None,
        groups={(one.id, one.title): one.rate for one in groups if one.role != "veto"},
        verdicts={one.id: one.verdict for one in view.outcomes},
        titles=weaknesses | {one.id: one.title for one in view.outcomes},
        weaknesses=tuple(weaknesses),
    )
