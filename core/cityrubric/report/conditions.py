"""What rules ask, in words: `standing = "open"` is for whoever writes rules, not for whoever reads a result."""

from __future__ import annotations

from cityrubric.canonical import decimal_text
from cityrubric.language import translate as _
from cityrubric.report.words import decision_word, severity_word, state_word, truth_word, verdict_word

SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
_MAY = "may_be_"


def condition_text(name: str, value: str | float, *, veto: bool = False) -> str:
    """Return what one condition of a rule asks, as in `truth = yes` or `at_least = 80`; of a veto, if it is one."""
    sign = SIGNS.get(name.removeprefix(_MAY))
    if sign:
        asked = f"{sign} {decimal_text(float(value))}"
        return _("may be {asked}").format(asked=asked) if name.startswith(_MAY) else asked
    if name == "verdict":
        return verdict_word(str(value), veto=veto)
    told = _ASKED.get(name)
    return told(str(value)) if told else str(value)


def standing_word(code: str) -> str:
    """Return what rules mostly ask of a verdict."""
    return {
        "good": _("good"),
        "short": _("falls short"),
        "open": _("open"),
        "outside": _("outside the score"),
    }[code]


def seen_word(code: str) -> str:
    """Return what an observation is."""
    return {
        "weakness": _("a weakness seen"),
        "advice": _("advice given"),
        "highlight": _("a highlight seen"),
    }[code]


_ASKED = {
    "standing": standing_word,
    "kind": seen_word,
    "severity": severity_word,
    "state": lambda code: state_word(code) or _("known"),
    "truth": truth_word,
    "decision": decision_word,
}
