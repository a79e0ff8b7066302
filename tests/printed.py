"""What is printed: by which texts, in which blocks of a view, and as the text of a Word file."""

import io
import re
import zipfile

from cityrubric.paths import shipped
from cityrubric.report.audience import View

SHIPPED = shipped("rulesets") / "2021" / "report"


def texts_of_view(view: View) -> list[str]:
    return [block.heading + block.form + "".join(one.says for one in block.sentences) for block in blocks_of(view)]


def blocks_of(view: View, name: str = "report") -> tuple:  # type: ignore[type-arg]
    return next(one for one in view.documents if one.name == name).blocks


def word_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        xml = packed.read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", xml))
