"""`cityrubric dossier`: everything about one indicator of a city, as one file."""

from __future__ import annotations

from pathlib import Path

from cityrubric.cli.saying import say
from cityrubric.cli.session import find_city, load_ruleset
from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.explain.explain import reasons_for, record
from cityrubric.files import write_whole
from cityrubric.intake.facts import read_city
from cityrubric.language import translate as _
from cityrubric.report.dossier import dossier, dossier_page, dossier_word
from cityrubric.telling.tell import assess

_FORMS = {".html": dossier_page, ".docx": dossier_word}


def write_dossier(city: Path, indicator: str, version: str, out: Path | None) -> None:
    """Write the dossier of an indicator.

    Args:
        city: a folder, or the name of a city.
        indicator: its id.
        version: of the rubric.
        out: a .docx or .html; None for a page called after the city and the indicator, here.

    Raises:
        CityrubricError: if there is no such indicator, or the file's ending says no format.
    """
    folder, ruleset = find_city(city), load_ruleset(version)
    target = out or Path(f"{folder.resolve().name}-{indicator}.html")
    if target.suffix.lower() not in _FORMS:
        raise CityrubricError(_("{file}: a dossier is a .docx or a .html").format(file=target))
    ids = [one.id for one in ruleset.indicators]
    if indicator not in ids:
        raise CityrubricError(_("no such indicator: '{id}'").format(id=indicator) + did_you_mean(indicator, ids))
    read = read_city(folder, ruleset)
    told = dossier(assess(read, ruleset), reasons_for(indicator, record(read, ruleset)))
    write_whole(target, _FORMS[target.suffix.lower()](told))
    say(_("written: {file}").format(file=target))
