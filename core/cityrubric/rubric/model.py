"""A rule set as records: everything a version of the rubric says, and where each number comes from.

Points are whole thousandths throughout, so that sums are exact.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from cityrubric.pluginhost import Offers
from cityrubric.records import Speaker, Verdict


@frozen
class Provenance:
    """Where a number or a title comes from.

    Attributes:
        documented: it stands in a named public source; otherwise it is a reconstruction.
        source: the source and the place in it, or the basis of the reconstruction.
    """

    documented: bool
    source: str

    @property
    def code(self) -> str:
        """`documented` or `reconstructed`."""
        return "documented" if self.documented else "reconstructed"


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


@frozen
class Row:
    """One row of a look-up table: the value where every member lies within its limits; all in thousandths.

    Attributes:
        within: of each member: at least, above, at most, below; None where there is no such limit.
        title: what the value is called.
    """

    within: tuple[tuple[float | None, float | None, float | None, float | None], ...]
    value: int
    title: str
    provenance: Provenance


@frozen
class Result:
    """A further result, from points or from results before it.

    Attributes:
        aggregation: how its members are joined; `table` for a look-up.
        of: ids of its members: indicators, groups, or results that stand before it.
        weights: of the members.
        table: of a look-up: the first row that fits decides; the last one fits everything.
    """

    id: str
    title: str
    aggregation: str
    of: tuple[str, ...]
    provenance: Provenance
    unit: str = ""
    weights: tuple[float, ...] = ()
    table: tuple[Row, ...] = ()


@frozen
class Requirement:
    """A result that must be reached to pass.

    Attributes:
        result: its id.
        at_least: in thousandths.
    """

    result: str
    at_least: int
    provenance: Provenance


@frozen
class PassRule:
    """When a city passes.

    Attributes:
        line: least rate over the applicable maximum, in thousandths of a percent.
        key_items: indicators with a line of their own.
        key_line: that line, in thousandths of a percent.
        requires: further results that must be reached.
    """

    line: int
    line_provenance: Provenance
    key_items: tuple[str, ...] = ()
    key_line: int = 0
    key_provenance: Provenance | None = None
    requires: tuple[Requirement, ...] = ()


@frozen
class Action:
    """Who should do what a recommendation asks, and by when: suggestions, as much as the rule's provenance says.

    Attributes:
        departments: who is responsible, first the one that leads.
        effort: a word of the rule set's domain `effort`.
        days: until when, counted from the reference date.
    """

    departments: tuple[str, ...]
    effort: str
    days: int


@frozen
class Rule:
    """A rule about findings, as written: conditions are alternatives of conjunctions of patterns.

    Attributes:
        about: indicators that the finding concerns; of a recommendation: those that it would move.
        action: of a recommendation.
    """

    id: str
    kind: str
    says: str
    any_of: tuple[tuple[Mapping[str, str | float], ...], ...]
    provenance: Provenance
    file: str
    severity: str = ""
    title: str = ""
    about: tuple[str, ...] = ()
    action: Action | None = None


@frozen
class Side:
    """One side of a relation: facts added up, times a factor, divided by another fact if one is named."""

    keys: tuple[str, ...]
    per: str = ""
    times: float = 1.0


@frozen
class Consistency:
    """A relation that the figures of one year should keep.

    Attributes:
        says: what is wrong if it is broken.
        relation: equals or at_most: how the left side stands to the right one.
        within: by how much rounding may make the sides differ.
    """

    id: str
    title: str
    says: str
    left: Side
    relation: str
    right: Side
    within: float
    provenance: Provenance

    @property
    def keys(self) -> tuple[str, ...]:
        """All facts that are compared."""
        sides = (self.left, self.right)
        return tuple(dict.fromkeys(key for side in sides for key in (*side.keys, side.per) if key))


@frozen
class SheetRow:
    """One row of an inspection sheet.

    Attributes:
        id: unique among all sheets.
        operator: award, award_proportional or deduct.
        points: what it can earn at a point, in thousandths; 0 for deductions from other rows of its item.
        each: points lost per occurrence, in thousandths.
        item: rows of one item are floored at zero together; empty for a row by itself.
        modes: in which it is asked.
        feeds: keys of the facts to which it contributes.
        provenance: of what it asks.
    """

    id: str
    asks: str
    operator: str
    points: int
    points_provenance: Provenance
    each: int
    each_provenance: Provenance | None
    item: str
    modes: tuple[str, ...]
    feeds: tuple[str, ...]
    provenance: Provenance


@frozen
class Sheet:
    """What is inspected at the points of one business type; `type` and `modes` are words of the rule set's domains."""

    type: str
    title: str
    modes: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    provenance: Provenance
    note: str = ""

    def asked(self, mode: str) -> tuple[SheetRow, ...]:
        """Return the rows that are asked in a mode."""
        return tuple(row for row in self.rows if mode in row.modes)


@frozen
class InspectionTerms:
    """How inspections on site are read and scored.

    Attributes:
        sheets: one per business type that can be inspected.
        once: one occurrence costs points in the dearest of its rows only; otherwise in each of them.
        confidence: of the intervals for sampling, between 0 and 1.
        words: pass, fail, not_applicable, not_inspected -> how a table writes them.
        columns: our name of a column -> its heading.
    """

    sheets: tuple[Sheet, ...]
    once: bool
    once_provenance: Provenance
    confidence: float
    confidence_provenance: Provenance
    words: Mapping[str, str]
    columns: Mapping[str, str]


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
