"""Texts of a table as those of any other file: every one showable, none too long, all in NFC."""

from __future__ import annotations

import polars as pl

from cityrubric.errors import UNSEEN
from cityrubric.fieldwork.tables import RowFaults
from cityrubric.language import translate as _
from cityrubric.limits import limits

_UNSEEN = UNSEEN.pattern.replace(r"\ud800-\udfff", "")  # which no text of a table can hold


def showable(frame: pl.DataFrame, faults: RowFaults) -> pl.DataFrame:
    """Return rows with their texts in NFC; each text is looked at once, however many rows it stands in.

    Args:
        frame: the rows, with their numbers as `row`.
        faults: where texts that cannot be shown, or are too long, are noted.
    """
    for name in [name for name, kind in frame.schema.items() if kind == pl.String]:
        texts = frame[name].unique().drop_nulls()
        hidden = texts.filter(texts.str.contains(_UNSEEN))
        for row, text in frame.filter(pl.col(name).is_in(hidden.implode())).select("row", name).iter_rows():
            code = ord(UNSEEN.findall(text)[0])
            says = _("holds a character that cannot be shown ({code}); delete it")
            faults.add(row, says.format(code=f"U+{code:04X}"))
        long = frame.filter(pl.col(name).str.len_chars() > limits().characters)
        for row, length in long.select("row", pl.col(name).str.len_chars()).iter_rows():
            says = _("a text of {n} characters; the limit is {limit}")
            faults.add(row, says.format(n=length, limit=limits().characters))
        normal = texts.str.normalize("NFC")
        if (normal != texts).any():
            frame = frame.with_columns(pl.col(name).replace(texts, normal))
    return frame
