"""A Word template in the layout of official documents (GB/T 9704-2012), for rule sets to begin with.

It holds no words: headings and sentences come from report texts. A province may change it in Word, or put its own
in its place; what it can use is `title`, `blocks` and `tables`, as `report.document` has them, and `pictures`: photos
with their captions, in rows of two.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

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
    "Cell": ("仿宋_GB2312", 10.5, "left", 0, False),
    "Column": ("黑体", 10.5, "center", 0, False),
    "Mark": ("仿宋_GB2312", 9, "right", 0, False),
    "Note": ("仿宋_GB2312", 10.5, "both", 2, False),
    "Picture": ("仿宋_GB2312", 10.5, "left", 0, False),
}

_KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer", "Table Grid", "Title"}
_KEPT |= {"Heading 1", "Heading 2", "Body Text"}

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


def blank_template() -> bytes:
    """Return the template; always the same bytes."""
    from docx import Document

    document = Document()
    _clear(document)
    _page(document)
    _styles(document)
    _fonts(document)
    _body(document)
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
            for element in root.findall(f".//{_tag(name)}"):
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
    grid = _new("w:docGrid", type="lines", linePitch=TWIPS_PER_LINE)
    for old in section._sectPr.findall(_tag("w:docGrid")):
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
    properties.append(_new("w:ind", **{"rightChars" if aligned == "right" else "leftChars": 100}))
    properties.append(_new("w:jc", val=aligned))
    paragraph.add_run("— ")
    field = _new("w:fldSimple", instr="PAGE")
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
        for tabs in style.element.pPr.findall(_tag("w:tabs")):
            style.element.pPr.remove(tabs)
        if name == "Header":
            style.element.pPr.append(_new("w:jc", val="right"))
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
    properties.append(_new("w:rFonts", ascii=latin, hAnsi=latin, eastAsia=font, cs=latin))
    properties.append(_new("w:b", val=int(bold)))
    properties.append(_new("w:color", val="000000"))
    if points == BODY_POINTS:
        properties.append(_new("w:spacing", val=SIGN_SPACE))
    properties.append(_new("w:kern", val=0))
    properties.append(_new("w:sz", val=int(points * 2)))
    properties.append(_new("w:szCs", val=int(points * 2)))
    properties.append(_new("w:lang", val="en-US", eastAsia="zh-CN"))


def _paragraph(style: Any, aligned: str, indent: int, *, compact: bool, keep: bool) -> None:
    name = style.name
    properties = style.element.get_or_add_pPr()
    for old in list(properties):
        properties.remove(old)
    if keep:
        properties.append(_new("w:keepNext"))
    if compact:
        properties.append(_new("w:snapToGrid", val=0))
        rule = "exact" if name != "Picture" else "atLeast"  # an exact line would cut a picture off
        properties.append(_new("w:spacing", before=0, after=0, line=280, lineRule=rule))
    else:
        properties.append(_new("w:spacing", before=0, after=0, line=TWIPS_PER_LINE, lineRule="exact"))
    if indent:
        properties.append(_new("w:ind", firstLineChars=indent * 100, firstLine=indent * 320))
    properties.append(_new("w:jc", val=aligned))


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


def _body(document: WordDocument) -> None:
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
    """The title and the note of a table; most stand on a page of their own."""
    heading = document.add_paragraph(f"{{{{ tables.{name}.title }}}}", style=document.styles["Annex"])
    if name in _FOLLOW:
        heading.paragraph_format.keep_with_next = True
    else:
        heading.paragraph_format.page_break_before = True
    document.add_paragraph(f"{{{{ tables.{name}.note }}}}", style=document.styles["Note"])


def _table(document: WordDocument, name: str, widths: tuple[int, ...]) -> None:
    """A table with its columns named on every page."""
    from docx.shared import Mm

    table = document.add_table(rows=4, cols=len(widths), style=document.styles["Table Grid"])
    table.autofit = False
    first, begin, row, end = table.rows
    first._tr.get_or_add_trPr().append(_new("w:tblHeader"))
    row._tr.get_or_add_trPr().append(_new("w:cantSplit"))
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
    row._tr.get_or_add_trPr().append(_new("w:cantSplit"))
    for n, cell in enumerate(row.cells):
        cell.paragraphs[0].style = document.styles["Picture"]
        cell.paragraphs[0].add_run(f"{{{{ pair[{n}].picture }}}}")
        cell.add_paragraph(f"{{{{ pair[{n}].caption }}}}", style=document.styles["Cell"])
    begin.cells[0].paragraphs[0].add_run("{%tr for pair in pictures %}")
    end.cells[0].paragraphs[0].add_run("{%tr endfor %}")


def _new(tag: str, **attributes: object) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
