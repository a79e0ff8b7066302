"""What a Word template prints: placeholders, which report texts fill.

It can use `title_lines`, `blocks`, `annexes` and `tables`, as `report.document` has them, and `pictures`: photos with
their captions, in rows of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityrubric.authoring.elements import new

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TABLES = {
    "scores": (17, 40, 18, 17, 13, 51),
    "gaps": (17, 45, 94),
    "rectification": (12, 50, 50, 22, 22),
    "inspections": (44, 13, 19, 16, 25, 13, 13, 13),
    "robustness": (17, 49, 20, 18, 24, 28),
    "occurrences": (30, 28, 17, 17, 24, 40),
    "filed": (16, 18, 32, 45, 45),
    "photos": (56, 16, 84),
    "provenance": (17, 43, 26, 14, 56),
    "support": (70, 66, 20),
}
"""Widths of columns in millimetres."""
_FOLLOW = {"robustness", "occurrences"}
"""Tables that stand on the page of the one before."""


def write_body(document: WordDocument) -> None:
    """Write what a document prints, one placeholder a paragraph."""

    def add(text: str, style: str = "Body Text") -> None:
        document.add_paragraph(text, style=document.styles[style])

    add("{%p for line in title_lines %}")
    add("{{ line }}", "Title")
    add("{%p endfor %}")
    add("", "Body Text")
    add("{%p if addressee %}")
    add("{{ addressee }}", "Addressee")
    add("{%p endif %}")
    add("{%p for block in blocks %}")
    for style, name in (("h1", "Heading 1"), ("h2", "Heading 2")):
        add(f"{{%p if block.style == '{style}' %}}")
        add("{{ block.number }}{{ block.heading }}", name)
        add("{%p endif %}")
    add("{%p if block.style in ['item', 'body'] %}")
    add("{{ block.number }}{{ block.heading }}{{ block.text }}")
    add("{%p endif %}")
    add("{%p endfor %}")
    add("{%p if annexes %}")
    add("")
    add("{%p endif %}")
    add("{%p for line in annexes %}")
    add("{{ line }}")
    add("{%p endfor %}")
    add("{%p if masked %}")
    add("{{ masked }}", "Note")
    add("{%p endif %}")
    add("")
    add("{%p if signed %}")
    add("{{ signed }}", "Signature")
    add("{%p endif %}")
    add("{{ dated }}", "Signature")
    for name, widths in TABLES.items():
        add(f"{{%p if tables.{name} %}}")
        _heading(document, name)
        if name == "photos":
            add("{%p if tables.photos.rows %}")
        _table(document, name, widths)
        if name == "photos":
            add("{%p endif %}")
            _pictures(document)
        add("{%p endif %}")


def _heading(document: WordDocument, name: str) -> None:
    """The title and the note of a table; most begin an annex, on a page of its own."""
    title = f"{{{{ tables.{name}.title }}}}"
    if name in _FOLLOW:
        heading = document.add_paragraph(title, style=document.styles["Annex"])
        heading.paragraph_format.keep_with_next = True
    else:
        number = document.add_paragraph(f"{{{{ tables.{name}.number }}}}", style=document.styles["Annex"])
        number.paragraph_format.page_break_before = True
        document.add_paragraph(title, style=document.styles["Annex Title"])
    document.add_paragraph(f"{{{{ tables.{name}.note }}}}", style=document.styles["Note"])


def _table(document: WordDocument, name: str, widths: tuple[int, ...]) -> None:
    """A table with its columns named on every page."""
    from docx.shared import Mm

    table = document.add_table(rows=4, cols=len(widths), style=document.styles["Table Grid"])
    table.autofit = False
    first, begin, row, end = table.rows
    first._tr.get_or_add_trPr().append(new("w:tblHeader"))
    row._tr.get_or_add_trPr().append(new("w:cantSplit"))
    for n, width in enumerate(widths):
        table.columns[n].width = Mm(width)
        for one, text, style in (
            (first, f"{{{{ tables.{name}.columns[{n}] }}}}", "Column"),
            (row, f"{{{{ row[{n}] }}}}", "Cell"),
        ):
            one.cells[n].width = Mm(width)
            one.cells[n].paragraphs[0].style = document.styles[style]
            one.cells[n].paragraphs[0].add_run(text)
    begin.cells[0].paragraphs[0].add_run(f"{{%tr for row in tables.{name}.rows %}}")
    end.cells[0].paragraphs[0].add_run("{%tr endfor %}")


def _pictures(document: WordDocument) -> None:
    """Photos in rows of two, each above its caption."""
    table = document.add_table(rows=3, cols=2)
    begin, row, end = table.rows
    row._tr.get_or_add_trPr().append(new("w:cantSplit"))
    for n, cell in enumerate(row.cells):
        cell.paragraphs[0].style = document.styles["Picture"]
        cell.paragraphs[0].add_run(f"{{{{ pair[{n}].picture }}}}")
        cell.add_paragraph(f"{{{{ pair[{n}].caption }}}}", style=document.styles["Cell"])
    begin.cells[0].paragraphs[0].add_run("{%tr for pair in pictures %}")
    end.cells[0].paragraphs[0].add_run("{%tr endfor %}")
