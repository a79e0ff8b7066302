"""What was filed, heard, disputed and decided about a city, as rows of words; only what the audience may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cityrubric.canonical import decimal_text
from cityrubric.report.audience import View
from cityrubric.report.figures import RATE_DECIMALS
from cityrubric.report.texts import Texts
from cityrubric.report.values import span_text

Row = tuple[str, ...]
Entry = Mapping[str, Any]


def filed_rows(view: View, texts: Texts) -> Iterator[Row]:
    """Yield what it is, its number, what it is about, what was said, and what became of it."""
    words, kinds, city = texts.names["words"], texts.names["filed"], view.city

    def several(entry: Entry, name: str) -> str:
        return words["list"].join(map(str, entry.get(name, ())))

    for one in city.interviews:
        about = _joined(one.get("role"), one.get("topic"))
        yield kinds["interview"], one["id"], about, one["says"], _joined(one.get("person"), one.get("on"))
    for one in city.surveys:
        interval = span_text(tuple(one["sampling_interval"]), words, RATE_DECIMALS)
        said = f"{decimal_text(one['result'])}（n={one['n']}）"
        yield kinds["survey"], one["id"], one["question"], said, f"{words['sampling']}{interval}"
    for one in city.deliberations:
        about = _joined(one["fact"], one.get("period"), one.get("area"))
        became = _joined(one["given"], several(one, "members"), one["on"], one["reason"])
        yield kinds["deliberation"], one["id"], about, several(one, "heard"), became
    for one in city.appeals:
        decided = _joined(texts.names["decided"][one.get("decision", "") or "open"], one.get("decided_on"))
        became = _joined(decided, one.get("given"), one.get("reason"), several(one, "reviewers"))
        yield kinds["appeal"], one["id"], one["item"], _joined(one["claim"], several(one, "evidence")), became
    yield from _overrides(view, texts)
    yield from _on_site(view, texts)


def _overrides(view: View, texts: Texts) -> Iterator[Row]:
    verdicts, stale = texts.names["verdicts"], view.overridden.stale if view.overridden else ()
    for one in view.city.overrides:
        said = f"{verdicts[one['old']]}→{verdicts[one['new']]}"
        no_longer = texts.names["words"]["no_longer"] if one["id"] in stale else ""
        became = _joined(one["by"], one["on"], one["reason"]) + no_longer
        yield texts.names["filed"]["override"], one["id"], one["indicator"], said, became


def _on_site(view: View, texts: Texts) -> Iterator[Row]:
    """Rows on which inspectors differ, and points that nobody has visited."""
    words, kinds = texts.names["words"], texts.names["filed"]
    for one in view.inspections.disputes if view.inspections else ():
        about = _joined(one.mode, one.point, one.row)
        became = _joined(one.settled_by, one.reason) or words["unsettled"]
        yield kinds["dispute"], "", about, "／".join(one.says), became
    if view.inspections and view.inspections.not_visited:
        yield kinds["not_visited"], "", words["list"].join(view.inspections.not_visited), "", ""


def evidence_rows(view: View, texts: Texts) -> Iterator[Row]:
    """Yield the evidence ledger."""
    separator = texts.names["words"]["list"]
    for one in view.city.evidence:
        listed = (separator.join(one.get(name, ())) for name in ("indicators", "files"))
        told = (one.get(name, "") for name in ("department", "date"))
        yield one["id"], one["title"], *told, *listed, one.get("point", ""), one.get("note", "")


def _joined(*texts: object) -> str:
    """What is said, part by part; what says nothing is left out."""
    parts: Iterable[str] = (str(text) for text in texts if text)
    return "，".join(parts)
