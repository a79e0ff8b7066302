"""`cityrubric diff` and `crosswalk`: two versions of the rubric side by side."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from attrs import asdict

from cityrubric.cli.saying import result, say, screen
from cityrubric.cli.session import load_ruleset, project
from cityrubric.errors import CityrubricError
from cityrubric.files import write_whole
from cityrubric.language import translate as _
from cityrubric.report.diffs import diff_page, diff_tables
from cityrubric.rubric.model import Ruleset
from cityrubric.versions.compare import compare
from cityrubric.versions.crosswalk import (
    FOLDER,
    Crosswalk,
    crosswalk_text,
    draft_crosswalk,
    find_crosswalk,
    read_crosswalk,
)


def tell_difference(old: str, new: str, file: Path | None, form: str, out: Path | None) -> None:
    """Tell what differs between two versions.

    Args:
        old: a version, or the folder of a rule set.
        new: the same.
        file: the crosswalk to use instead of the one beside the rule sets.
        form: text, html or json.
        out: where to write it; None for standard output.
    """
    before, after = load_ruleset(old), load_ruleset(new)
    comparison = compare(before, after, crosswalk_between(before, after, file))
    if form == "text" and out is None:
        screen(soft_wrap=True).print(diff_tables(comparison))
        return
    if form == "html":
        text = diff_page(comparison)
    elif form == "json":
        text = json.dumps(asdict(comparison), ensure_ascii=out is None and _is_narrow(), indent=1) + "\n"
    else:
        written = io.StringIO()
        screen(soft_wrap=True, file=written).print(diff_tables(comparison))
        text = written.getvalue()
    if out is None:
        result(text)
    else:
        write_whole(out, text)
        say(_("written: {file}").format(file=out))


def _is_narrow() -> bool:
    return sys.stdout.encoding.lower().replace("-", "") != "utf8"


def crosswalk_between(old: Ruleset, new: Ruleset, file: Path | None) -> Crosswalk:
    """Return the crosswalk between two versions: as given, as it stands beside the rule sets, or a draft and say so."""
    found = read_crosswalk(file, old, new) if file else find_crosswalk(old, new, project())
    if found is None:
        says = _("no crosswalk from {old} to {new}; items are paired by id and title, which no person has confirmed")
        say(says.format(old=old.version, new=new.version))
        return draft_crosswalk(old, new)
    return found


def tell_crosswalk(old: str, new: str, draft: Path | None) -> None:
    """Check the crosswalk between two versions, or draft one for a person to confirm.

    Raises:
        CityrubricError: if there is none to check, or the file to write is there already.
    """
    before, after = load_ruleset(old), load_ruleset(new)
    if draft is None:
        found = find_crosswalk(before, after, project())
        if found is None:
            says = _("no crosswalk between {old} and {new} in {folder}/; --draft FILE drafts one")
            raise CityrubricError(says.format(old=old, new=new, folder=FOLDER))
    else:
        if draft.exists():
            raise CityrubricError(_("{file} is there already; a draft overwrites nothing").format(file=draft))
        found = draft_crosswalk(before, after)
        titles = {one.id: one.title for some in (before, after) for one in some.indicators}
        write_whole(draft, crosswalk_text(found, titles))
        say(_("written: {file}").format(file=draft))
    counts = {"n": len(found.relations), "equal": len(found.equal), "open": len(found.unconfirmed)}
    say(_("{n} relations, {equal} of one subject; {open} not confirmed by a person").format(**counts))
