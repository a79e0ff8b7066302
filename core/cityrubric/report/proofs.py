"""What became of the proof of a stored assessment, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cityrubric.language import translate as _
from cityrubric.report.screen import indented
from cityrubric.versions.differences import Difference
from cityrubric.versions.verify import Verification

_CHANGED = "yellow"


def proof(found: Verification) -> RenderableType:
    """Return what was proved, and every difference, a line for each side."""
    parts: list[RenderableType] = [Text(f"{found.city}  {found.version}", style="bold")]
    parts += [indented(_changed_word(name), _CHANGED) for name in found.changed]
    if found.differences:
        says = _("made again from its own facts, it differs in {n} places (- stored, + made again)")
        parts += _lines(says, found.differences)
    else:
        parts.append(indented(_("made again from its own facts, it is identical"), "green"))
    if found.from_source:
        parts += _lines(_("its facts differ from the source in {n} places (- embedded, + source)"), found.from_source)
    elif found.from_source is not None:
        parts.append(indented(_("its facts are those of the source"), "green"))
    return Group(*parts)


def _lines(says: str, some: Sequence[Difference]) -> list[RenderableType]:
    lines: list[RenderableType] = [indented(says.format(n=len(some)), "red")]
    for one in some:
        lines.append(indented(one.path, by=4))
        lines += [indented(f"{sign} {side}", "dim", 6) for sign, side in (("-", one.before), ("+", one.after)) if side]
    return lines


def _changed_word(name: str) -> str:
    told = {
        "ruleset": _("the rule set is not the one it was made with"),
        "facts": _("its facts are not the ones it was made with: their hash is another"),
    }
    return told.get(name) or _("the plugin '{name}' is not the one it was made with").format(name=name)
