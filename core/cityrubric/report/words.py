"""What codes are called in the language of the program; the one place where a word is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityrubric.assessment import DeclaredRecord
from cityrubric.canonical import decimal_text
from cityrubric.language import translate as _
from cityrubric.report.figures import figure


def verdict_word(code: str, *, veto: bool = False) -> str:
    """Return what a verdict is called; of a veto, "met" means that it is not triggered."""
    if veto and code in {"met", "not_met"}:
        return _("not triggered") if code == "met" else _("triggered")
    return {
        "met": _("met"),
        "partly_met": _("partly met"),
        "not_met": _("not met"),
        "undetermined": _("undetermined"),
        "not_applicable": _("not applicable"),
        "not_assessed": _("not assessed"),
        "error": _("error"),
        "out_of_scope": _("out of scope"),
    }[code]


def decision_word(code: str) -> str:
    """Return what a conclusion is called."""
    return {"pass": _("pass"), "fail": _("fail"), "undetermined": _("undetermined")}[code]


def points_word(points: float) -> str:
    """Return how many points are at stake; a dash where none are: an item without points has no score of 0."""
    return _("{n} points").format(n=figure(points)) if points else "—"


def truth_word(code: str) -> str:
    """Return what is said of something that is so or not."""
    return _("yes") if code in {"yes", "true"} else _("no")


def compared_word(code: str) -> str:
    """Return what is said of somebody else's conclusion beside ours."""
    return {
        "same": _("the same as this result"),
        "differs": _("different from this result"),
        "open": _("not comparable: this result is open"),
        "other": _("not comparable: of another year"),
    }[code]


def declared_text(said: DeclaredRecord) -> str:
    """Return what somebody else has concluded, and whether it can be compared."""
    told = _("declared by {by}: {verdict}; {compared}")
    words = {"by": said.by, "verdict": decision_word(said.verdict), "compared": compared_word(said.compared)}
    score = (
        f" ({decimal_text(said.score)} / {decimal_text(said.score_max)})"
        if said.score is not None and said.score_max
        else ""
    )
    return told.format(**words) + score


def kind_word(code: str) -> str:
    """Return what findings of a kind are called."""
    return {
        "conclusion": _("Conclusion"),
        "weakness": _("Weaknesses"),
        "recommendation": _("Recommendations"),
        "veto": _("Vetoes"),
        "highlight": _("Highlights"),
        "inconsistency": _("Inconsistencies"),
        "aspect": _("Aspects of the conclusion that are supported"),
        "gap": _("Gaps"),
    }[code]


def severity_word(code: str) -> str:
    """Return what a severity is called."""
    return {"": "", "minor": _("minor"), "moderate": _("moderate"), "serious": _("serious")}[code]


def basis_word(code: str) -> str:
    """Return how something is known."""
    return {"computed": _("computed"), "observed": _("observed"), "both": _("computed and observed")}[code]


def speaker_word(code: str) -> str:
    """Return what somebody who states facts is called."""
    return {
        "self": _("the city's own"),
        "department": _("department"),
        "verified": _("verified by the province"),
    }[code]


def status_word(code: str) -> str:
    """Return what a provenance is called."""
    return {"documented": _("documented"), "reconstructed": _("reconstructed")}[code]


def operator_word(code: str) -> str:
    """Return how a part turns a measured value into points."""
    return {
        "bands": _("by bands"),
        "award": _("all or nothing"),
        "award_proportional": _("in proportion"),
        "deduct": _("deducted per occurrence"),
        "sheet": _("rate on the check sheet"),
        "expert": _("an expert's score"),
        "veto": _("veto"),
        "report": _("shown, not scored"),
    }.get(code, code)  # a plugin's own is called what the plugin calls it


def window_word(window: str) -> str:
    """Return which years a part looks at, as in `each_of:3`."""
    reducer, _colon, years = window.partition(":")
    if years == "1":
        return _("the assessment year")
    return {
        "latest": _("the latest of {n} years"),
        "each_of": _("each of {n} years"),
        "sum": _("the sum of {n} years"),
        "lowest": _("the lowest of {n} years"),
        "highest": _("the highest of {n} years"),
        "growth": _("the growth over {n} years"),
    }[reducer].format(n=years)


def state_word(code: str) -> str:
    """Return what is said of a fact that is not simply known."""
    return {
        "known": "",
        "absent": _("no data"),
        "not_collected": _("not collected"),
        "withheld": _("withheld"),
        "disputed": _("disputed"),
        "not_supplied": _("not supplied in time"),
        "not_inspected": _("not inspected"),
        "not_occurring": _("does not exist here"),
        "included_elsewhere": _("included elsewhere"),
        "other_unit": _("in another unit, not converted"),
        "conflicting": _("contradictory"),
    }[code]


def audience_word(code: str) -> str:
    """Return whom a document is for."""
    return {"public": _("for the public"), "city": _("for the city"), "internal": _("for internal use")}[code]


def stage_word(code: str) -> str:
    """Return how far a document has come."""
    return {
        "draft": _("first draft"),
        "feedback": _("draft for feedback"),
        "review": _("draft for review"),
        "final": _("final version"),
    }[code]


def source_text(status: str, source: str, *, bracketed: bool = True) -> str:
    """Return where a line or a rule comes from: how official it is, and by what."""
    told = _("{status}: {source}").format(status=status_word(status), source=source) if source else status_word(status)
    return _("({text})").format(text=told) if bracketed else told


def id_word(id_: str) -> str:
    """Return an id as it is shown: that of an item says itself, that of the conclusion is a word."""
    return _("Conclusion") if id_ == "conclusion" else id_


def overruled_text(ruling: str) -> str:
    """Return that a claim counts for nothing any more, by the id of what was ruled; nothing where it counts."""
    return _("overruled by {id}").format(id=ruling) if ruling else ""


def ruling_word(code: str) -> str:
    """Return what became of an appeal."""
    return {"": _("not decided"), "upheld": _("upheld as it was"), "changed": _("changed")}[code]


def photo_word(code: str) -> str:
    """Return why a photo is not shown."""
    return {
        "no_folder": _("photos not shown: the city's folder was not at hand"),
        "missing": _("photos not shown: not in the city's folder"),
        "outside": _("photos not shown: outside the city's folder"),
        "too_large": _("photos not shown: too large"),
        "no_image": _("photos not shown: no image that can be read (JPEG, PNG, WebP)"),
        "too_many": _("photos not shown: too many"),
        "no_room": _("photos not shown for want of room in the page; the Word report shows them"),
    }[code]


def override_text(one: Mapping[str, Any]) -> str:
    """Return an override in one line: from what to what, who, when and why."""
    words = {"old": verdict_word(one["old"]), "new": verdict_word(one["new"])}
    if not one["by"]:  # the audience may not know who
        return _("overridden: {old} → {new}, {on}: {reason}").format(**words, on=one["on"], reason=one["reason"])
    says = _("overridden: {old} → {new}, by {by}, {on}: {reason}")
    return says.format(**words, by=one["by"], on=one["on"], reason=one["reason"])
