"""`cityrubric impact`: what a new version changes for cities; the old result is kept first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from attrs import asdict

from cityrubric.cli.compare_rules import crosswalk_between
from cityrubric.cli.saying import FAULTY, say, screen
from cityrubric.cli.session import find_city, load_ruleset
from cityrubric.errors import CityrubricError
from cityrubric.files import check_apart, write_whole
from cityrubric.language import translate as _
from cityrubric.report.impacts import impact_tables
from cityrubric.telling.stored import store
from cityrubric.telling.tell import assess
from cityrubric.versions.impact import impact, to_collect_first
from cityrubric.versions.reading import views_of

SNAPSHOT, RESULT = "before", "impact.json"


def tell_impact(
    versions: tuple[str, str], cities: Sequence[Path], facts_before: Path | None, file: Path | None, out: Path
) -> int:
    """Tell what a new version changes and return the exit code; one faulty city costs no other.

    Args:
        versions: the old one and the new one.
        cities: folders, or names of cities.
        facts_before: a folder with one folder per city that holds its old facts; None if they are the same.
        file: the crosswalk to use instead of the one beside the rule sets.
        out: where the old results and `impact.json` are written.
    """
    old, new = map(load_ruleset, versions)
    crosswalk = crosswalk_between(old, new, file)
    views = {}
    for city in cities:
        try:
            folder = find_city(city)
            views[folder] = views_of(folder, _before(folder, facts_before), old, new, crosswalk)
        except CityrubricError as error:
            say(str(error))
    if not views:  # an earlier result stays as it is
        return FAULTY
    check_apart(folder.resolve().name for folder in views)
    for one in views.values():
        store(assess(one.before, old), out / SNAPSHOT)
    impacts = [impact(one, old, new, crosswalk) for one in views.values()]
    collect = to_collect_first(impacts, new)
    told = {"old": old.version, "new": new.version, "unconfirmed": len(crosswalk.unconfirmed)}
    told |= {"cities": [asdict(one) for one in impacts], "collect": [asdict(one) for one in collect]}
    write_whole(out / RESULT, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    screen().print(impact_tables(impacts, collect, (old.version, new.version), len(crosswalk.unconfirmed)))
    says = _("old results kept below {folder}; all figures in {file}")
    say(says.format(folder=out / SNAPSHOT, file=out / RESULT))
    return 0 if len(impacts) == len(cities) else FAULTY


def _before(folder: Path, facts_before: Path | None) -> Path | None:
    """The folder of a city's old facts.

    Raises:
        CityrubricError: if there is none.
    """
    if facts_before is None:
        return None
    before = facts_before / folder.resolve().name
    if not before.is_dir():
        raise CityrubricError(_("no old facts of this city: {folder}").format(folder=before))
    return before
