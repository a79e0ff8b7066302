"""Documents as their readers see them: numbered headings and paragraphs of printed sentences, and tables behind."""

from __future__ import annotations

from attrs import frozen

from cityrubric.report.sentences import Printed


@frozen
class Block:
    """A heading or a paragraph.

    Attributes:
        style: h1, h2, item or body.
        number: such as `一、`, `（一）` or `1.`; empty for body text.
        heading: of a heading; of an item the words it begins with.
        form: words that state nothing of the city.
    """

    style: str
    number: str = ""
    heading: str = ""
    form: str = ""
    sentences: tuple[Printed, ...] = ()


@frozen
class Table:
    """A table behind a document; every row has as many cells as there are columns.

    Attributes:
        number: of the annex that it begins, in words; empty if it belongs to the one before.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    number: str = ""


@frozen
class Document:
    """One document.

    Attributes:
        name: of the rule set's text it is made from, and of its file.
        mark: what every page says: stage, audience, and the code that ties it to data.
        masked: what it says of itself if it is not the whole record; empty otherwise.
        dated: the day of issue in words, or a blank to fill in.
        annexes: what the tables behind it are called, line by line as the document lists them.
    """

    name: str
    title: str
    mark: str
    masked: str
    dated: str
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...] = ()
    addressee: str = ""
    signed: str = ""
    annexes: tuple[str, ...] = ()
