"""Documents -> .docx, by the templates of a rule set. Templates see words only, and run in a sandbox."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict

from cityrubric.errors import CityrubricError
from cityrubric.language import translate as _
from cityrubric.office import repack
from cityrubric.report.audience import View
from cityrubric.report.document import Block, Document
from cityrubric.report.inspecting import caption
from cityrubric.report.photos import Photo
from cityrubric.report.texts import Texts
from cityrubric.workbooks import look_through

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

_PICTURE = (74.0, 90.0)  # millimetres, at most
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def word_files(view: View, texts: Texts) -> dict[str, bytes]:
    """Return every document that the audience gets, as Word files.

    Raises:
        CityrubricError: if a template is faulty, or there is no document for the audience.
    """
    if not view.documents:
        audience = texts.names["audiences"][view.audience.value]
        raise CityrubricError(_("the report texts have no document for {audience}").format(audience=audience))
    templates = {one.name: one.template for one in texts.documents}
    shown = [(photo, caption(photo, texts)) for photo in view.photos if photo.jpeg]
    return {f"{one.name}.docx": _word_file(one, templates[one.name], shown) for one in view.documents}


def _word_file(document: Document, template: Path, photos: Sequence[tuple[Photo, str]]) -> bytes:
    from docxtpl import DocxTemplate

    context, file = _context(document), io.BytesIO()
    try:
        look_through(template, dense=False)
        filled = DocxTemplate(template)
        filled.render({**context, "pictures": _pictures(filled, photos)}, _sandbox(), autoescape=True)
        filled.save(file)
    except Exception as error:  # whatever the libraries make of a template that is none
        raise CityrubricError(_("template {file}: {why}").format(file=template, why=error)) from error
    return repack(file.getvalue())


@functools.cache
def _sandbox() -> Any:
    """A sandbox that compiles a template once, not for every city: all documents of a rule set share theirs."""
    from jinja2.sandbox import SandboxedEnvironment

    sandbox: Any = SandboxedEnvironment(autoescape=True)
    sandbox.from_string = functools.lru_cache(maxsize=64)(sandbox.from_string)
    return sandbox


def _pictures(filled: DocxTemplate, photos: Sequence[tuple[Photo, str]]) -> list[list[dict[str, Any]]]:
    """Photos with their captions, in rows of two, as large as fits."""
    from docx.shared import Mm
    from docxtpl import InlineImage

    made: list[dict[str, Any]] = []
    for photo, told in photos:
        share = min(_PICTURE[0] / photo.size[0], _PICTURE[1] / photo.size[1])
        width, height = (Mm(max(side * share, 1)) for side in photo.size)
        picture = InlineImage(filled, io.BytesIO(photo.jpeg), width, height)
        made.append({"picture": picture, "caption": _printable(told)})
    made += [{"picture": "", "caption": ""}] * (len(made) % 2)
    return [made[n : n + 2] for n in range(0, len(made), 2)]


def _context(document: Document) -> Mapping[str, Any]:
    """What a template can use: `title_lines`, `blocks`, `tables.scores.rows` and so on; words only."""
    context = asdict(document)
    context["blocks"] = [{**asdict(block), "text": _text(block)} for block in document.blocks]
    context["title_lines"] = document.title.splitlines()
    context["tables"] = {table.name: asdict(table) for table in document.tables}
    printable: Mapping[str, Any] = _printable(context)
    return printable


def _printable(value: Any) -> Any:
    """The same with a mark in the place of signs that no XML file can hold."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("�", value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value] if isinstance(value, (list, tuple)) else value


def _text(block: Block) -> str:
    return block.form + "".join(sentence.says for sentence in block.sentences)
