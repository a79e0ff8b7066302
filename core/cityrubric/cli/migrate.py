"""`cityrubric migrate`: a city's files rewritten for another version."""

from __future__ import annotations

from pathlib import Path

from cityrubric.cli.saying import FAULTY, say
from cityrubric.cli.session import find_city, load_ruleset, project
from cityrubric.errors import CityrubricError, FaultLog
from cityrubric.intake.facts import read_documents
from cityrubric.language import translate as _
from cityrubric.report.diffs import drafts_warning, relation_word
from cityrubric.rubric.model import Ruleset
from cityrubric.versions.crosswalk import EQUAL, FOLDER, find_crosswalk, read_crosswalk
from cityrubric.versions.migrate import Left, migrate
from cityrubric.versions.reading import is_written_for


def migrate_city(city: Path, to: str, source: str | None, file: Path | None, *, drafts: bool) -> int:
    """Migrate a city and return the exit code: 1 if something cannot be carried over, and nothing is changed then.

    Args:
        city: a folder, or the name of a city.
        to: the version to write it for.
        source: the version it is written for; None for the only one that has all ids it names.
        file: the crosswalk to use instead of the one beside the rule sets.
        drafts: whether to use relations that no person has confirmed.

    Raises:
        CityrubricError: if there is no crosswalk, or the version it is written for cannot be told.
    """
    folder, new = find_city(city), load_ruleset(to)
    old = load_ruleset(source) if source else _written_for(folder, new)
    crosswalk = read_crosswalk(file, old, new) if file else find_crosswalk(old, new, project())
    if crosswalk is None:
        says = _("no crosswalk between {old} and {new} in {folder}/; `cityrubric crosswalk` drafts one")
        raise CityrubricError(says.format(old=old.version, new=new.version, folder=FOLDER))
    left = migrate(folder, old, new, crosswalk, drafts=drafts)
    for one in left:
        say(f"  {one.id}: {_why(one)}")
    words = {"city": folder.name, "old": old.version, "new": new.version, "n": len(left)}
    if left:
        say(_("{city}: {n} ids cannot be carried over from {old} to {new}; nothing is changed").format(**words))
        return FAULTY
    say(_("{city}: written for {new}, no longer for {old}").format(**words))
    for warning in drafts_warning(len(crosswalk.unconfirmed) if drafts else 0):
        say(warning.plain)
    return 0


def _why(left: Left) -> str:
    """What the crosswalk says of an id that cannot be carried over."""
    equal = next((one for one in left.relations if one.relation == EQUAL), None)
    if equal is not None:
        return _("that {id} is the same subject is a draft that no person has confirmed").format(id=equal.new)
    words = ", ".join(f"{relation_word(one.relation)} {one.new}".strip() for one in left.relations)
    return _("no item of the same subject ({relations})").format(relations=words or "—")


def _written_for(folder: Path, new: Ruleset) -> Ruleset:
    """The only other version that has all ids that a city's files name."""
    log = FaultLog()
    document = read_documents(folder, log)
    log.check()
    others = [load_ruleset(version) for version in project().ruleset_versions() if version != new.version]
    fitting = [one for one in others if is_written_for(document, one)]
    if len(fitting) != 1:
        names = ", ".join(one.version for one in fitting) or "—"
        says = _("these files may be written for {versions}; say which with --from")
        raise CityrubricError(says.format(versions=names))
    return fitting[0]
