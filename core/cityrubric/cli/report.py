"""`cityrubric report`: a stored assessment in, documents out."""

from __future__ import annotations

from pathlib import Path

from cityrubric.cli.saying import say
from cityrubric.language import translate as _
from cityrubric.report.formats import Order, write_documents
from cityrubric.telling.stored import read_assessment


def report(file: Path, order: Order, out: Path) -> None:
    """Make the documents of one city."""
    for path in write_documents(read_assessment(file), order, out):
        say(_("written: {file}").format(file=path))
