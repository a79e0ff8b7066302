"""What a ledger tells, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cityrubric.assessment import DeclaredRecord
from cityrubric.language import translate as _
from cityrubric.ledger.appeals import AppealTold
from cityrubric.ledger.changes import Development, FactChange, Stated
from cityrubric.ledger.compare import Comparison, Standing
from cityrubric.ledger.ledger import Entry
from cityrubric.ledger.province import Province
from cityrubric.report.figures import RATE_DECIMALS, score_text
from cityrubric.report.screen import Fitting, indented
from cityrubric.report.words import decision_word, declared_text, ruling_word, speaker_word, state_word, verdict_word

_HASH_SHOWN = 12
_NAMES_SHOWN = 30


def history_table(entries: Sequence[Entry]) -> Table:
    """Return the revisions of a city."""
    table = _table(_("city"), _("year"), _("version"), _("revision"), _("conclusion"), _("rate %"), _("hash"))
    for e in entries:
        rate = score_text(e.document["scores"]["rate"], RATE_DECIMALS)
        words = (str(e.year), e.ruleset, str(e.revision), decision_word(e.decision), rate, e.hash[:_HASH_SHOWN])
        table.add_row(e.name, *words)
    return table


def comparison_tables(comparison: Comparison) -> RenderableType:
    """Return cities side by side, what they have in common and what became of them."""
    groups = [id_ for id_ in comparison.groups if any(id_ in one.groups for one in comparison.standings)]
    parts: list[RenderableType] = [
        Fitting(_standings(comparison, groups), _standings_below(comparison, groups)),
        Text(" · ".join(f"{i} {comparison.groups[i]}" for i in groups), style="dim"),
    ]
    if any(one.rank is None for one in comparison.standings):
        parts.append(Text(_("not ranked: assessed under different rules, or nothing applies"), style="yellow"))
    parts += [
        Text(f"{one.name}: {declared_text(DeclaredRecord(**one.declared))}")
        for one in comparison.standings
        if one.declared
    ]
    parts += ["", Text(_("Common weaknesses"), style="bold")]
    parts += [indented(f"{one.says}: {'、'.join(one.cities)}") for one in comparison.common] or [indented("—")]
    for one in comparison.standings:
        parts += _developed(one)
    return Group(*parts)


def _standings(comparison: Comparison, groups: Sequence[str]) -> Table:
    table = _table(_("rank"), _("city"), _("year"), _("conclusion"), _("rate %"), *groups)
    for one in comparison.standings:
        table.add_row(*_standing(one), *(score_text(one.groups.get(id_)) for id_ in groups))
    return table


def _standings_below(comparison: Comparison, groups: Sequence[str]) -> RenderableType:
    """The same where it is too wide: the groups of each city below it."""
    parts: list[RenderableType] = []
    for one in comparison.standings:
        points = (f"{id_} {score_text(one.groups.get(id_))}" for id_ in groups)
        parts += [Text("  ".join(_standing(one))), indented(" · ".join(points))]
    return Group(*parts)


def _standing(one: Standing) -> tuple[str, ...]:
    rank = "—" if one.rank is None else "..".join(dict.fromkeys(map(str, one.rank)))
    return rank, one.name, str(one.year), decision_word(one.decision), score_text(one.rate, RATE_DECIMALS)


def appeals_told(appeals: Sequence[AppealTold]) -> RenderableType:
    """Return appeals with their decisions; of an accepted one, what it changed."""
    parts: list[RenderableType] = []
    for one in appeals:
        parts.append(
            Text(
                f"{one.id} {one.item} {one.claim}: {ruling_word('' if one.decision == 'open' else one.decision)}",
                style="bold",
            )
        )
        if one.reason:
            parts.append(indented(f"{one.reason} ({'、'.join(one.reviewers)})"))
        if one.revision is not None:
            words = {"year": one.revision[0], "revision": one.revision[1], "given": one.given}
            parts.append(indented(_("{given}: assessment {year}, revision {revision}").format(**words)))
        if one.difference is not None:
            before, after = (score_text(rate, RATE_DECIMALS) for rate in one.rates)
            parts.append(indented(_("rate % {before} → {after}").format(before=before, after=after)))
            parts += _changes(one.difference)
    return Group(*parts or [Text(_("no appeals"))])


def province_table(province: Province) -> RenderableType:
    """Return the weaknesses of all cities with counts and recommendations."""
    table = _table(_("cities"), _("weakness"), _("whose"), _("recommendation"))
    for one in province.weaknesses:
        advice = "\n".join(one.recommendations) or "—"
        table.add_row(f"{len(one.cities)}/{len(province.cities)}", one.says, _names(one.cities), advice)
    return Group(Text(_("cities: {names}").format(names=_names(province.cities)), style="bold"), table)


def _names(names: Sequence[str]) -> str:
    """Names in one line; of very many the first, since their number stands beside them."""
    return "、".join(names[:_NAMES_SHOWN]) + ("……" if len(names) > _NAMES_SHOWN else "")


def _developed(one: Standing) -> Iterator[RenderableType]:
    change = one.development
    if change is None:
        return
    words = {"city": one.name, "year": change.since[0], "revision": change.since[1], "trend": _trend_word(change.trend)}
    yield ""
    yield Text(_("{city} since {year}, revision {revision}: {trend}").format(**words), style="bold")
    if not change.same_rules:
        yield indented(_("rules or measures are not the same; they may be why"), "yellow")
    yield from _changes(change)


def _changes(change: Development) -> Iterator[RenderableType]:
    for verdict in change.verdicts:
        words = {"before": verdict_word(verdict.before), "after": verdict_word(verdict.after)}
        yield indented(f"{verdict.id} {verdict.title}: {words['before']} → {words['after']}")
        yield from (_fact(fact) for fact in verdict.facts)
        if not verdict.facts:
            yield indented(_("no fact differs; the year looked at or the rules do"), "dim", 4)
    told = {fact for verdict in change.verdicts for fact in verdict.facts}
    rest = [fact for fact in change.facts if fact not in told]
    if rest:
        yield indented(_("facts that differ and changed no verdict"), "dim")
        yield from (_fact(fact) for fact in rest)


def _fact(fact: FactChange) -> RenderableType:
    where = " ".join(word for word in (fact.title, fact.period, fact.area_name or fact.area) if word)
    return indented(f"{where}: {_stated(fact.before)} → {_stated(fact.after)}", "dim", 4)


def _stated(claims: Sequence[Stated]) -> str:
    told = _("{says} ({by})")
    words = [told.format(says=one.says or state_word(one.state), by=speaker_word(one.by)) for one in claims]
    return " / ".join(words) or "—"


def _trend_word(code: str) -> str:
    return {
        "better": _("better for certain"),
        "worse": _("worse for certain"),
        "overlap": _("the totals overlap; neither better nor worse for certain"),
        "unknown": _("not comparable"),
    }[code]


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
