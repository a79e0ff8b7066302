"""Office files that say nothing of who made them, when and with what: same content, same bytes."""

from __future__ import annotations

import io
import re
import zipfile

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say

_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_ANONYMOUS = {"docProps/core.xml": _CORE, "docProps/app.xml": _APP}
_LEFT_OUT = {"docProps/thumbnail.jpeg"}


def repack(content: bytes) -> bytes:
    """Return a .docx or .xlsx with empty properties and a fixed time on everything in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for entry in old.infolist():
            if entry.filename in _LEFT_OUT:
                continue
            data = _ANONYMOUS[entry.filename].encode() if entry.filename in _ANONYMOUS else old.read(entry)
            if entry.filename == "_rels/.rels":
                data = _without_thumbnail(data)
            told = zipfile.ZipInfo(entry.filename, _FIRST_DAY)
            told.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(told, data)
    return packed.getvalue()


def _without_thumbnail(relations: bytes) -> bytes:
    return re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", relations)
