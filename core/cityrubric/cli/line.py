"""What one line says of a city, where there are too many for a summary each."""

from __future__ import annotations

from cityrubric.batch.job import Told
from cityrubric.report.figures import figure, score_text
from cityrubric.report.words import decision_word


def line(told: Told) -> str:
    """Return a city's folder, name, conclusion and points."""
    points = f"{score_text(told.points)} / {figure(told.applicable)}" if told.applicable else "—"
    name = " ".join(told.name.split())  # whatever it is called, it stays one line
    return f"{told.folder.name}  {name}  {decision_word(told.verdict)}  {points}"
