"""What became of the proof of a stored assessment, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cityrubric.language import translate as _
from cityrubric.versions.differences import Difference
from cityrubric.versions.verify import Verification

_CHANGED = "yellow"


def proof(found: Verification) -> RenderableType:
    """Return what was proved, and every difference, a line for each side."""
    parts: list[RenderableType] = [Text(f"{found.city}  {found.version}", style="bold")]
    parts += [Text("  " + _changed_word(name), style=_CHANGED) for name in found.changed]
    if found.differences:
        says = _("made again from its own facts, it differs in {n} places (- stored, + made again)")
        parts += _lines(says, found.differences)
    else:
        parts.append(Text("  " + _("made again from its own facts, it is identical"), style="green"))
    if found.from_source:
        parts += _lines(_("its facts differ from the source in {n} places (- embedded, + source)"), found.from_source)
    elif found.from_source is not None:
        parts.append(Text("  " + _("its facts are those of the source"), style="green"))
    return Group(*parts)


def _lines(says: str, some: Sequence[Difference]) -> list[RenderableType]:
    lines: list[RenderableType] = [Text("  " + says.format(n=len(some)), style="red")]
    for one in some:
        lines.append(Text(f"    {one.path}"))
        lines += [
            Text(f"      {sign} {side}", style="dim") for sign, side in (("-", one.before), ("+", one.after)) if side
        ]
    return lines


def _changed_word(name: str) -> str:
    told = {
        "ruleset": _("the rule set is not the one it was made with"),
        "facts": _("its facts are not the ones it was made with: their hash is another"),
    }
    return told.get(name) or _("the plugin '{name}' is not the one it was made with").format(name=name)
