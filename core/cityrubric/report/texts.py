"""What the documents of a rule set say, as records; `report.reading` makes them of its folder `report/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from attrs import frozen

from cityrubric.report.audience import Audience

EVERYBODY = tuple(Audience)

SCORE_WORDS = {"score.low", "score.high", "score.applicable", "score.rate"}
DECLARED_WORDS = {"declared.by", "declared.verdict", "declared.compared"}
JOINT_WORDS = {"joint.title", "joint.notice", "joint.verdict"}
LEFT_OUT_WORDS = {"left_out"}
GENERAL_WORDS = {"city", "province", "year", "reference_date", "ruleset", "stage", "groups", "line", "line.status"}
FINDING_WORDS = {"finding.says", "finding.title", "finding.departments", "finding.deadline"}
_NAMES = {*SCORE_WORDS, *DECLARED_WORDS, *JOINT_WORDS, *LEFT_OUT_WORDS, *GENERAL_WORDS, *FINDING_WORDS}
SUPPORTS = {
    "score:total": SCORE_WORDS,
    "declared": DECLARED_WORDS,
    "provincial": JOINT_WORDS,
    "left_out": LEFT_OUT_WORDS,
    "term:pass_line": {"line", "line.status"},
}
"""What else a sentence may rest on, and the words that may only be used then."""


class Wording(Template):
    """Text with blanks such as `${status.satisfaction@when}`."""

    braceidpattern = r"[a-z_][a-z0-9_.]*(?:@(?:when|all))?"
    flags = re.IGNORECASE

    def blanks(self) -> tuple[str, ...]:
        """Return the names of all blanks, each once."""
        return tuple(
            dict.fromkeys(found["braced"] for found in self.pattern.finditer(self.template) if found["braced"])
        )

    def is_valid(self) -> bool:
        """Tell whether every `$` begins a blank; only from Python 3.11 on can templates say so themselves."""
        return all(found["invalid"] is None for found in self.pattern.finditer(self.template))


@frozen
class SentenceText:
    """A sentence as the rule set writes it, and what must be known for it to be said; see the schema."""

    id: str
    says: Wording
    facts: tuple[str, ...]
    holds: tuple[str, ...]
    met: tuple[str, ...]
    finding: str
    each: str
    all: str
    decision: str
    rests_on: tuple[str, ...]
    audiences: tuple[Audience, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Every fact it states or needs."""
        stated = (name.partition("@")[0] for name in self.says.blanks() if name not in _NAMES)
        return tuple(dict.fromkeys((*stated, *self.facts, *self.holds)))


@frozen
class BlockText:
    """A heading or a paragraph.

    Attributes:
        plugin: whose it is; empty for the rule set's own.
        province: this plugin is a province's: what is said here is said of its own ledger.
    """

    style: str
    heading: str
    form: str
    numbered: str
    audiences: tuple[Audience, ...]
    sentences: tuple[SentenceText, ...]
    plugin: str = ""
    province: bool = False


@frozen
class SectionText:
    """What a plugin adds to one document, behind all else: a heading and a paragraph."""

    document: str
    blocks: tuple[BlockText, ...]


@frozen
class DocumentText:
    """One document: `name` is that of its file."""

    name: str
    template: Path
    title: str
    addressee: str
    signed: str
    audiences: tuple[Audience, ...]
    annexes: Mapping[Audience, tuple[str, ...]]
    blocks: tuple[BlockText, ...]


@frozen
class AnnexText:
    """What a table behind a document is called.

    Attributes:
        continues: it belongs to the annex before it, and gets no number of its own.
    """

    title: str
    columns: tuple[str, ...]
    note: str
    continues: bool


@frozen
class BookText:
    """What a workbook that people fill in calls its columns and what may be chosen."""

    title: str
    note: str
    columns: Mapping[str, str]
    values: Mapping[str, str]


@frozen(eq=False)
class Texts:
    """All that a rule set's documents say.

    Attributes:
        names: what things are called, such as `names["verdicts"]["met"]`.
    """

    documents: tuple[DocumentText, ...]
    names: Mapping[str, Mapping[str, str]]
    annexes: Mapping[str, AnnexText]
    sheets: Mapping[str, AnnexText]
    books: Mapping[str, BookText]

    def disclosed(self) -> frozenset[str]:
        """Return the keys of the facts that the rule set's own documents state to the public; no plugin adds any."""
        return frozenset(
            key
            for document in self.documents
            for block in document.blocks
            if not block.plugin
            for sentence in block.sentences
            if Audience.PUBLIC in sentence.audiences
            for key in sentence.keys
        )
