"""What may be said, and what people have chosen of it -> documents, numbered and marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from string import Template

from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.report.audience import Audience, View
from cityrubric.report.choices import Choices, print_chosen
from cityrubric.report.composing import Paragraph, compose, general_words
from cityrubric.report.document import Block, Document, Table
from cityrubric.report.numbering import chinese, number_blocks
from cityrubric.report.sentences import Printed
from cityrubric.report.tables import has_table, make_table
from cityrubric.report.texts import DocumentText, Texts, Wording
from cityrubric.report.values import date_text


def finish(
    assessment: Assessment, view: View, texts: Texts, choices: Choices, stage: str, issued: date | None
) -> tuple[Document, ...]:
    """Return the documents of a view, in the words that people have chosen."""
    paragraphs = compose(assessment, view, texts)
    words = general_words(view, texts)
    marks = _marks(view, texts, stage, issued)
    made = []
    for text in texts.documents:
        if text.name in paragraphs:
            blocks = [_block(one, choices, assessment, view) for one in paragraphs[text.name]]
            made.append(_document(text, number_blocks(one for one in blocks if one), words, marks))
    whole = evolve(view, documents=tuple(made))
    return tuple(
        _with_annexes(one, [*_tables(names, evolve(whole, documents=(one,)), texts)], texts)
        for one, names in zip(made, _annexes(texts, paragraphs, view.audience), strict=True)
    )


def _with_annexes(document: Document, tables: Sequence[Table], texts: Texts) -> Document:
    """Return a document with the tables behind it: listed, and numbered if there are several."""
    words = texts.names["words"]
    begin = [table for table in tables if not texts.annexes[table.name].continues]
    number = "{}" if len(begin) > 1 else ""
    numbers = {one.name: Template(words["annex"]).substitute(n=number.format(n)) for n, one in enumerate(begin, 1)}
    told = [f"{n}.{one.title}" if number else one.title for n, one in enumerate(begin, 1)]
    lead = words["annexes"]
    return evolve(
        document,
        tables=tuple(evolve(table, number=numbers.get(table.name, "")) for table in tables),
        annexes=tuple((lead if n == 0 else "\u3000" * len(lead)) + text for n, text in enumerate(told)),
    )


def _tables(names: Sequence[str], view: View, texts: Texts) -> Iterator[Table]:
    for name in names:
        if has_table(name, view, texts):
            yield make_table(name, view, texts)


def _annexes(texts: Texts, made: Mapping[str, object], audience: Audience) -> list[tuple[str, ...]]:
    return [text.annexes.get(audience, ()) for text in texts.documents if text.name in made]


def _block(paragraph: Paragraph, choices: Choices, assessment: Assessment, view: View) -> Block | None:
    text = paragraph.text
    shows = view.audience is Audience.INTERNAL
    printed = print_chosen(paragraph.sentences, choices, assessment, shows_support=shows)
    if text.sentences and not printed and not text.form:
        return None
    if text.numbered:
        printed = _enumerated(printed, text.numbered)
    return Block(text.style, heading=text.heading, form=text.form, sentences=printed)


def _enumerated(printed: Sequence[Printed], form: str) -> tuple[Printed, ...]:
    """Number the sentences of a paragraph; the last ends it."""
    last = len(printed)
    return tuple(
        evolve(
            one,
            says=Template(form).substitute(n=chinese(n))
            + (one.says.removesuffix("；") + "。" if n == last and one.says.endswith("；") else one.says),
        )
        for n, one in enumerate(printed, 1)
    )


def _document(
    text: DocumentText, blocks: Sequence[Block], words: Mapping[str, str], marks: tuple[str, str, str]
) -> Document:
    mark, masked, dated = marks
    return Document(
        name=text.name,
        title=Wording(text.title).substitute(words),
        blocks=tuple(blocks),
        addressee=Wording(text.addressee).substitute(words),
        signed=Wording(text.signed).substitute(words),
        mark=mark,
        masked=masked,
        dated=dated,
    )


def _marks(view: View, texts: Texts, stage: str, issued: date | None) -> tuple[str, str, str]:
    """The mark of every page, what a masked document says of itself, and its date."""
    names = texts.names
    said = {"stage": names["stages"][stage], "audience": names["audiences"][view.audience.value], "code": view.code}
    mark = Template(names["words"]["mark"]).substitute(said)
    masked = "" if view.verifiable else names["words"]["masked"]
    return mark, masked, date_text(issued, names["words"]) if issued else names["words"]["undated"]
