"""What was found on site, as rows of words; only from what the audience may see."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template

from cityrubric.inspected import Occurrence, Robustness
from cityrubric.report.audience import View
from cityrubric.report.figures import RATE_DECIMALS, figure
from cityrubric.report.photos import Photo
from cityrubric.report.texts import Texts
from cityrubric.report.values import span_text, verdict_text

Row = tuple[str, ...]

_NAMED = 30


def type_rows(view: View, texts: Texts) -> Iterator[Row]:
    """Yield rates by business type and mode, beside how many points they rest on and what another draw might give."""
    words = texts.names["words"]
    for one in view.inspections.types if view.inspections else ():
        yield (
            f"{one.type} {one.title}",
            one.mode,
            f"{one.scored}/{one.points}",
            span_text(one.score, words, RATE_DECIMALS),
            span_text(one.sampling, words, RATE_DECIMALS),
            str(one.occurrences),
            figure(one.per_point, RATE_DECIMALS),
            figure(one.lost_per_point, RATE_DECIMALS),
        )


def check_rows(view: View, texts: Texts) -> Iterator[Row]:
    """Yield what is checked on a sheet, district by district: at how many points it was found right."""
    words = texts.names["words"]
    for one in view.inspections.rows if view.inspections else ():
        passed, rate = span_text(one.passed, words), span_text(one.rate, words, RATE_DECIMALS)
        sampling = span_text(one.sampling, words, RATE_DECIMALS)
        yield one.row, one.mode, one.district, str(one.inspected), passed, rate, sampling, str(one.occurrences)


def robust_rows(view: View, texts: Texts) -> Iterator[Row]:
    """Yield whether verdicts would be the same with another draw; those that might not be, first."""
    words = texts.names["words"]
    for one in sorted(view.robustness, key=lambda each: each.same):
        title, verdict, over = _verdicts(one, view, texts)
        id_ = "" if one.id == "conclusion" else one.id
        yield id_, title, verdict, words["robust" if one.same else "not_robust"], over, span_text(one.score, words)


def _verdicts(one: Robustness, view: View, texts: Texts) -> tuple[str, str, str]:
    """What it is about, the verdict as it is, and the one over the intervals."""
    for outcome in view.outcomes:
        if outcome.id == one.id:
            verdict, over = (verdict_text(outcome, view, texts, code) for code in (one.verdict, one.over))
            return outcome.title, verdict, over
    decisions = texts.names["decisions"]
    return texts.names["cover"]["conclusion"], decisions[one.verdict], decisions[one.over]


def occurrence_rows(view: View, texts: Texts) -> Iterator[Row]:
    """Yield what was found wrong: where, under which rows, when; and, for those who may know, by whom."""
    separator = texts.names["words"]["list"]
    for one in view.inspections.occurrences if view.inspections else ():
        rows = separator.join(one.rows)
        costs = separator.join(one.costs) or texts.names["words"]["none"]
        yield one.id, one.point, rows, costs, one.time, "；".join(_told(one, view, texts))


def photo_rows(view: View, texts: Texts) -> Iterator[Row]:
    """Yield why photos that the data name are not shown, how many, and which."""
    unseen: dict[str, list[str]] = {}
    for one in view.photos:
        if one.why:
            unseen.setdefault(one.why, []).append(caption(one, texts))
    for why, captions in unseen.items():
        more = texts.names["words"]["and_more"] if len(captions) > _NAMED else ""
        yield texts.names["photos"][why], str(len(captions)), "；".join(captions[:_NAMED]) + more


def caption(photo: Photo, texts: Texts) -> str:
    """Return what stands below a photo: its number, what it belongs to, and its name for those who may know it."""
    number = Template(texts.names["words"]["photo"]).substitute(number=photo.number)
    return " ".join(text for text in (number, photo.of.partition(":")[2], photo.about, photo.file) if text)


def _told(one: Occurrence, view: View, texts: Texts) -> Iterator[str]:
    words = texts.names["words"]
    numbers = [str(photo.number) for photo in view.photos if photo.of == f"occurrence:{one.id}" and photo.jpeg]
    if numbers:
        yield Template(words["photographed"]).substitute(numbers=words["list"].join(numbers))
    if one.inspectors:
        yield Template(words["inspected_by"]).substitute(names=words["list"].join(one.inspectors))
    if one.confirmed:
        yield Template(words["confirmed"]).substitute(says=one.confirmed)
