"""Sentences of documents that speak of items, findings or facts that there are not: nobody would ever read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cityrubric.authoring.lint.remarks import Remark
from cityrubric.errors import did_you_mean
from cityrubric.language import translate as _
from cityrubric.report.reading import WORDS_FILE, read_texts, with_sections
from cityrubric.report.texts import BlockText, SentenceText
from cityrubric.rubric.model import Ruleset

CODE = "text-unknown"


def unsaid(folder: Path, ruleset: Ruleset, province: str = "") -> Iterator[Remark]:
    """Yield a remark for each name that nothing has.

    Args:
        folder: of the rule set, in which its report texts stand, if it has any.
        ruleset: whose items and rules there are: the rule set, or a province's own ledger.
        province: whose sections speak of that ledger; empty for all others.

    Raises:
        Faults: everything that is wrong in the texts themselves.
    """
    texts_folder = folder / "report"
    if not (texts_folder / WORDS_FILE).is_file():
        return
    for document in with_sections(read_texts(texts_folder), ruleset.offers).documents:
        for block in document.blocks:
            if _speaks_of(block, province):
                for sentence in block.sentences:
                    for says in _unknown(sentence, ruleset):
                        yield Remark(CODE, f"{document.name}/{sentence.id}", says)


def _speaks_of(block: BlockText, province: str) -> bool:
    return (block.plugin == province) if block.province or province else True


def _unknown(sentence: SentenceText, ruleset: Ruleset) -> Iterator[str]:
    items, rules = [one.id for one in ruleset.indicators], [one.id for one in ruleset.rules]
    yield from _missing(sentence.met, items, _("no such indicator: '{id}'"))
    yield from _missing([sentence.finding] if sentence.finding else (), rules, _("no rule '{id}' finds anything"))
    yield from _missing(sentence.keys, ruleset.offers.catalogue, _("no such fact: '{id}'"))


def _missing(named: Iterable[str], known: Iterable[str], says: str) -> Iterator[str]:
    there = {*known}
    yield from (says.format(id=id_) + did_you_mean(id_, there) for id_ in named if id_ not in there)
