"""What parts of an indicator cannot be, although each entry is well written: something else would be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cityrubric.errors import Spot
from cityrubric.language import translate as _
from cityrubric.rubric.bands import rises
from cityrubric.rubric.model import Part, Window
from cityrubric.scoring import Operator

_SHEET = "sheet"


def check_parts(parts: Sequence[Part], operators: Mapping[str, Operator], *, scored: bool, spot: Spot) -> None:
    """Note what no part can ask: only some of its facts or years would count, or nothing would be judged."""
    for n, part in enumerate(parts):
        _check_years(part, spot.at(n, "window"))
        if len(part.facts) > 1 and part.operator != _SHEET:
            spot.at(n, "facts").fault(_("only a sheet looks at several facts; name one fact, or a measure of them"))
        if part.each_provenance and not part.each:
            spot.at(n, "each").fault(_("takes no points; write how many, or leave the part out"))
    if scored and parts and not any(_judges(part, operators) for part in parts):
        spot.fault(_("nothing here is judged, only reported: write `scored = false`"))


def _check_years(part: Part, spot: Spot) -> None:
    reducer = part.window.reducer
    if part.operator == _SHEET and part.window != Window():
        spot.fault(_("a sheet is the mean of one year's results, and has no window"))
    elif reducer == "growth" and part.window.years < 2:
        spot.fault(_("growth needs two years or more"))
    elif reducer == "each_of" and part.bands and rises(part.bands) is None:
        spot.fault(_("each year must do, but no year is the worst one where bands both rise and fall with the value"))


def _judges(part: Part, operators: Mapping[str, Operator]) -> bool:
    operator = operators.get(part.operator)
    return operator is None or bool(part.bands or operator.line or operator.curve)
