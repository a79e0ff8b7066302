"""A Word template in the layout of official documents (GB/T 9704-2012), for rule sets to begin with.

It holds no words: headings and sentences come from report texts, by `authoring.placeholders`. A province may change it
in Word, or put its own in its place.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from cityrubric.authoring.elements import new, tag
from cityrubric.authoring.placeholders import write_body
from cityrubric.office import repack

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
"""Millimetres; what is left is 156 by 225."""
LINES, SIGNS = 22, 28
BODY_POINTS = 16
TWIPS_PER_LINE = 579
"""A twentieth of 225 mm over 22 lines, in twentieths of a point."""
SIGN_SPACE = -5
"""By how much signs of 16 pt stand closer, so that 28 of them fit into 156 mm; in twentieths of a point. A grid of
signs would say the same, but LibreOffice gives each sign that is wider than its cell two of them."""

SUBSTITUTES = {
    "方正小标宋简体": ("华文中宋", "宋体", "Noto Serif CJK SC"),
    "黑体": ("SimHei", "Noto Sans CJK SC"),
    "楷体_GB2312": ("楷体", "KaiTi", "Noto Serif CJK SC"),
    "仿宋_GB2312": ("仿宋", "FangSong", "Noto Serif CJK SC"),
}
"""Each font with what may stand for it where it is not installed."""

STYLES = {
    # name: (font, points, aligned, signs of indent, bold)
    "Title": ("方正小标宋简体", 22, "center", 0, False),
    "Heading 1": ("黑体", 16, "both", 2, False),
    "Heading 2": ("楷体_GB2312", 16, "both", 2, False),
    "Body Text": ("仿宋_GB2312", 16, "both", 2, False),
    "Addressee": ("仿宋_GB2312", 16, "both", 0, False),
    "Signature": ("仿宋_GB2312", 16, "right", 0, False),
    "Annex": ("黑体", 16, "both", 0, False),
    "Annex Title": ("方正小标宋简体", 22, "center", 0, False),
    "Cell": ("仿宋_GB2312", 10.5, "left", 0, False),
    "Column": ("黑体", 10.5, "center", 0, False),
    "Mark": ("仿宋_GB2312", 9, "right", 0, False),
    "Note": ("仿宋_GB2312", 10.5, "both", 2, False),
    "Picture": ("仿宋_GB2312", 10.5, "left", 0, False),
}

_KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer", "Table Grid", "Title"}
_KEPT |= {"Heading 1", "Heading 2", "Body Text"}


def blank_template() -> bytes:
    """Return the template; always the same bytes."""
    from docx import Document

    document = Document()
    _clear(document)
    _page(document)
    _styles(document)
    _fonts(document)
    write_body(document)
    file = io.BytesIO()
    document.save(file)
    return repack(file.getvalue())


def _clear(document: WordDocument) -> None:
    """Leave of the library's own template only the styles that are used, and no trace of how it was edited."""
    for style in list(document.styles):
        if style.name not in _KEPT:
            style.delete()
    for root in (document.styles.element, document.settings.element):
        for name in ("w:rsid", "w:rsids"):
            for element in root.findall(f".//{tag(name)}"):
                element.getparent().remove(element)
    relations = document.part.rels
    for id_, relation in list(relations.items()):
        if relation.reltype.endswith(("/stylesWithEffects", "/customXml")):
            del relations[id_]


def _page(document: WordDocument) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section._sectPr.attrib.clear()  # ids of the editing sessions of the library's own template
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, millimetres in MARGINS.items():
        setattr(section, name, Mm(millimetres))
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    grid = new("w:docGrid", type="lines", linePitch=TWIPS_PER_LINE)
    for old in section._sectPr.findall(tag("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(grid)
    document.settings.odd_and_even_pages_header_footer = True
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].style = document.styles["Header"]
        header.paragraphs[0].add_run("{{ mark }}")
    for footer, aligned in ((section.footer, "right"), (section.even_page_footer, "left")):
        _page_number(footer.paragraphs[0], aligned)


def _page_number(paragraph: Any, aligned: str) -> None:
    """— 1 —, outside: on the right of odd pages, on the left of even ones, one sign in."""
    properties = paragraph._p.get_or_add_pPr()
    properties.append(new("w:ind", **{"rightChars" if aligned == "right" else "leftChars": 100}))
    properties.append(new("w:jc", val=aligned))
    paragraph.add_run("— ")
    field = new("w:fldSimple", instr="PAGE")
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)
    paragraph.add_run(" —")


def _styles(document: WordDocument) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    _font(document.styles["Normal"], "仿宋_GB2312", 16, bold=False)
    for name in ("Header", "Footer"):
        style = document.styles[name]
        _font(style, "宋体" if name == "Footer" else "仿宋_GB2312", 14 if name == "Footer" else 9, bold=False)
        for tabs in style.element.pPr.findall(tag("w:tabs")):
            style.element.pPr.remove(tabs)
        if name == "Header":
            style.element.pPr.append(new("w:jc", val="right"))
    known = {style.name for style in document.styles}
    for name, (font, points, aligned, indent, bold) in STYLES.items():
        style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _font(style, font, points, bold=bold)
        _paragraph(style, aligned, indent, compact=points < 16, keep=name.startswith("Heading"))


def _font(style: Any, font: str, points: float, *, bold: bool) -> None:
    properties = style.element.get_or_add_rPr()
    for old in list(properties):
        properties.remove(old)
    latin = "Times New Roman" if font in {"仿宋_GB2312", "楷体_GB2312"} else font
    properties.append(new("w:rFonts", ascii=latin, hAnsi=latin, eastAsia=font, cs=latin))
    properties.append(new("w:b", val=int(bold)))
    properties.append(new("w:color", val="000000"))
    if points == BODY_POINTS:
        properties.append(new("w:spacing", val=SIGN_SPACE))
    properties.append(new("w:kern", val=0))
    properties.append(new("w:sz", val=int(points * 2)))
    properties.append(new("w:szCs", val=int(points * 2)))
    properties.append(new("w:lang", val="en-US", eastAsia="zh-CN"))


def _paragraph(style: Any, aligned: str, indent: int, *, compact: bool, keep: bool) -> None:
    name = style.name
    properties = style.element.get_or_add_pPr()
    for old in list(properties):
        properties.remove(old)
    if keep:
        properties.append(new("w:keepNext"))
    if compact:
        properties.append(new("w:snapToGrid", val=0))
        rule = "exact" if name != "Picture" else "atLeast"  # an exact line would cut a picture off
        properties.append(new("w:spacing", before=0, after=0, line=280, lineRule=rule))
    else:
        properties.append(new("w:spacing", before=0, after=0, line=TWIPS_PER_LINE, lineRule="exact"))
    if indent:
        properties.append(new("w:ind", firstLineChars=indent * 100, firstLine=indent * 320))
    properties.append(new("w:jc", val=aligned))


def _fonts(document: WordDocument) -> None:
    """Name for every font what may stand for it; Word, WPS and LibreOffice look there."""
    table = next(part for part in document.part.package.iter_parts() if str(part.partname).endswith("fontTable.xml"))
    entries = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/></w:font>'
        for font, others in SUBSTITUTES.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    table._blob = f'{head}<w:fonts xmlns:w="{space}">{entries}</w:fonts>'.encode()
