"""What a check has to say, under documented codes."""

from __future__ import annotations

from attrs import frozen

from cityrubric.language import translate as _

FAULT, NOTE = "fault", "note"


@frozen
class Remark:
    """One thing that a check found.

    Attributes:
        code: which check; see `meanings`.
        where: the indicator, rule or fact.
        file: the file in which it stands, as far as that is known.
    """

    code: str
    where: str
    says: str
    file: str = ""

    @property
    def level(self) -> str:
        """`fault` for what is certainly wrong, `note` for what may be meant."""
        return FAULT if self.code in _FAULTS else NOTE


_FAULTS = frozenset(
    {
        *("band-never", "band-beyond", "band-order", "years-unknowable", "orphan", "pending", "published-changed"),
        *("rule-impossible", "rule-unreachable", "rule-shadowed", "rules-same", "unit-mismatch", "text-unknown"),
    }
)


def meanings() -> dict[str, str]:
    """Return what each code means."""
    return {
        "band-never": _("a band that no value reaches, since earlier bands take them all"),
        "band-order": _("a stretch that earns less than the stretches on both sides of it: a gap between bands"),
        "band-beyond": _("a band that begins beyond all that the fact may be"),
        "bands-overlap": _("bands of which each has values of its own and shares some: the first one takes those"),
        "years-unknowable": _("a part that asks for several years of a fact that is not stated by year"),
        "unit-missing": _("a figure to reach without its unit, or a measure that states none for it"),
        "unit-mismatch": _("figures of different units that are added, compared or judged by one line"),
        "rule-impossible": _("an alternative of a rule whose conditions can never hold together"),
        "rule-unreachable": _("a rule none of whose alternatives can ever hold"),
        "rule-shadowed": _("an alternative that asks for all that another one asks for, and more"),
        "rules-same": _("two rules of one kind that hold under the same conditions"),
        "rules-conflict": _("a weakness and a highlight that hold under the same conditions"),
        "fact-unused": _("a fact that no indicator, relation or rule looks at: it is shown, and decides nothing"),
        "orphan": _("an indicator without a rule that does not say why, or a heading without an indicator"),
        "pending": _("an item whose rule a person still has to write"),
        "published-changed": _("a published rule set that is not what was published"),
        "text-unknown": _("a sentence of a document on an item, finding or fact that there is not"),
        "basis-missing": _("a reconstructed line that does not say what it is based on"),
    }
