"""Who reads a document, and what there is for them: the view that it is made from. `masking` says what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from attrs import frozen

from cityrubric import canonical
from cityrubric.assessment import (
    Assessment,
    CityRecord,
    Conclusion,
    Finding,
    Overridden,
    PluginRecord,
    Provincial,
    RulesetRecord,
)
from cityrubric.inspected import Inspections, Robustness
from cityrubric.outcomes import FactRecord, Outcome, Scores
from cityrubric.report.document import Document
from cityrubric.report.photos import Photo

_CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Audience(str, Enum):
    """Whom a document is for."""

    PUBLIC = "public"
    CITY = "city"
    INTERNAL = "internal"


@frozen
class Joint:
    """What a province's own rules make of the conclusion: what they are called, and the verdict of both together."""

    title: str
    notice: str
    verdict: str


@frozen
class View:
    """What an audience may see of an assessment; see the head of `masking`.

    Attributes:
        code: ties paper to data: the same for the same facts, rules and plugins. Too short to give a fact away.
        outcomes: of every item; empty for the public.
        scores: None for the public.
        facts_hash: empty for the public, as the rule set's hash.
        documents: what is said to this audience, where the rule set has report texts.
        joint: the conclusion with a province's own rules, where there are some; everybody sees it.
        provincial: what these rules say; None for the public.
        overridden: what would come out with overrides, which nothing else here includes; None for the public.
        inspections: what was found on site; None for the public.
        robustness: which verdicts would be the same with another draw of points; empty for the public.
        photos: that the data name, shown or not; empty for the public, and where no format asked for shows any.
        whole: the assessment itself; only for internal use, None otherwise.
    """

    audience: Audience
    code: str
    city: CityRecord
    assessment_year: int
    ruleset: RulesetRecord
    facts: tuple[FactRecord, ...]
    findings: tuple[Finding, ...]
    conclusion: Conclusion
    outcomes: tuple[Outcome, ...] = ()
    scores: Scores | None = None
    observations: tuple[Mapping[str, object], ...] = ()
    facts_hash: str = ""
    plugins: tuple[PluginRecord, ...] = ()
    documents: tuple[Document, ...] = ()
    left_out: tuple[str, ...] = ()
    joint: Joint | None = None
    provincial: Provincial | None = None
    overridden: Overridden | None = None
    inspections: Inspections | None = None
    robustness: tuple[Robustness, ...] = ()
    photos: tuple[Photo, ...] = ()
    whole: Assessment | None = None

    @property
    def verifiable(self) -> bool:
        """Whether a document made from it may be checked by assessing the embedded facts again."""
        return self.whole is not None


def data_code(assessment: Assessment) -> str:
    """Return the code that is printed on every page, such as `9K2M-QX4T`: without letters that look like digits."""
    plugins = [[plugin.name, plugin.hash] for plugin in assessment.plugins]
    own = [assessment.provincial.overlay.hash] if assessment.provincial else []
    number = int(canonical.fingerprint([assessment.facts_hash, assessment.ruleset.hash, plugins, *own]), 16)
    signs = "".join(_CODE_SIGNS[number >> 5 * place & 31] for place in range(8))
    return f"{signs[:4]}-{signs[4:]}"
