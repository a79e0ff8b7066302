"""A rule set as records: everything a version of the rubric says, and where each number comes from.

Points are whole thousandths throughout, so that sums are exact.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from cityrubric.pluginhost import Offers
from cityrubric.rubric.conclusions import Consistency, Rule
from cityrubric.rubric.onsite import InspectionTerms
from cityrubric.rubric.passing import PassRule, Result
from cityrubric.rubric.provenance import Provenance
from cityrubric.states import Speaker, Verdict


@frozen
class Window:
    """Which years a part looks at, and how their values become one.

    Attributes:
        reducer: latest, each_of, sum, lowest, highest or growth.
        years: how many, counted back from the assessment year.
    """

    reducer: str = "latest"
    years: int = 1


@frozen
class Band:
    """One stretch of the measured value and what it earns; limits are in the measured value's unit.

    Attributes:
        score: points earned, in thousandths.
        line: provenance of the limits.
        score_provenance: provenance of the points.
    """

    verdict: Verdict
    score: int
    line: Provenance
    score_provenance: Provenance
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None

    def holds(self, value: float) -> bool:
        """Tell whether a value lies in the band."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )


@frozen
class Part:
    """One way to earn or lose points within an indicator.

    Attributes:
        operator: bands, award, award_proportional, deduct, sheet, expert, veto or report.
        facts: keys of the facts it looks at directly; more than one only for a sheet. Empty if a measure is used.
        measure: id of the measure it looks at; empty if facts are used.
        unit: of the measured value.
        points: what it can earn at most, in thousandths.
        provenance: of these points.
        bands: for operators with lines.
        line: provenance of what is asked for, where no band says it.
        each: points lost per occurrence, in thousandths.
        each_provenance: of the points lost.
        full: the value that earns all points.
        cleared_by: of a veto: `record` or `value`.
        says_unit: whether the file says the unit wherever it states a figure to reach.
    """

    operator: str
    facts: tuple[str, ...]
    measure: str
    unit: str
    window: Window
    points: int
    provenance: Provenance
    bands: tuple[Band, ...] = ()
    line: Provenance | None = None
    each: int = 0
    each_provenance: Provenance | None = None
    full: float = 1.0
    cleared_by: str = ""
    says_unit: bool = True


@frozen
class Indicator:
    """One item of the rubric (评价内容).

    Attributes:
        point: id of the 评价要点 it belongs to.
        provenance: of its title.
        max_score: in thousandths; 0 for what is reported outside the score.
        considers: further facts that bear on it.
        pending: what the text says of an item whose rule nobody has written yet; empty where there is a rule.
        drafted: operators that a program made of that text; nothing uses them.
    """

    id: str
    title: str
    group: str
    point: str
    provenance: Provenance
    max_score: int
    max_provenance: Provenance
    parts: tuple[Part, ...]
    scored: bool = True
    clause: str = ""
    note: str = ""
    considers: tuple[str, ...] = ()
    pending: str = ""
    drafted: tuple[str, ...] = ()


@frozen
class Point:
    """评价要点: a heading between group and indicator."""

    id: str
    title: str
    group: str
    provenance: Provenance


@frozen
class Group:
    """One category of the rubric; its role says what its items do.

    Attributes:
        role: base (counts toward the rate), veto, or bonus.
    """

    id: str
    title: str
    role: str
    provenance: Provenance


@frozen(eq=False)
class Ruleset:
    """One version of the rubric, checked, with what its plugins offer.

    Attributes:
        notice: what every reader of a result must know about these rules.
        recent_years: how many years 近三年 means.
        rounding: of points earned in proportion, to a thousandth: `down` or `half_up`.
        rounding_provenance: None where nothing earns points.
        claim_order: whose claim scores, first choice first.
        after_deadline: the verdict on what was requested and not supplied in time.
        bonus_ceiling: in thousandths of a point; None where bonus items add nothing.
        domains: closed lists that rules and observations speak of: name -> id -> title.
        texts: how gaps and inconsistencies are put into words, with `$` placeholders.
        sources: what provenance names: id -> title.
        consistency: relations between facts that should hold.
        hash: of everything the rule set's files say.
        offers: catalogues and measures of the plugins.
        results: what is computed from points besides the rate, in the order in which it is.
        overlay: what a province adds and tightens; a ledger of its own, which changes nothing here.
        status: `draft`, or `published`: then it never changes again.
        inspections: None for a rule set without inspection sheets.
    """

    version: str
    title: str
    stage: str
    notice: str
    plugins: tuple[str, ...]
    recent_years: int
    recent_provenance: Provenance
    rounding: str
    rounding_provenance: Provenance | None
    claim_order: tuple[Speaker, ...]
    claim_provenance: Provenance
    after_deadline: Verdict
    after_deadline_provenance: Provenance
    groups: tuple[Group, ...]
    points: tuple[Point, ...]
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]
    pass_rule: PassRule
    bonus_ceiling: int | None
    bonus_provenance: Provenance | None
    domains: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, str]
    sources: Mapping[str, str]
    consistency: tuple[Consistency, ...]
    hash: str
    offers: Offers
    status: str = "draft"
    results: tuple[Result, ...] = ()
    overlay: Overlay | None = None
    inspections: InspectionTerms | None = None


@frozen(eq=False)
class Overlay:
    """What a province adds and tightens.

    Attributes:
        name: the overlay's.
        ruleset: its items, and the national ones whose lines it tightens, as a rule set that stands alone.
        tightened: ids of the latter.
    """

    name: str
    ruleset: Ruleset
    tightened: tuple[str, ...]
