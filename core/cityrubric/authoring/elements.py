"""Elements of a Word document that python-docx has no words for."""

from __future__ import annotations

from typing import Any


def new(tag: str, **attributes: object) -> Any:
    """Return an element with its attributes."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def tag(name: str) -> str:
    """Return the full name of an element."""
    from docx.oxml.ns import qn

    return str(qn(name))
