"""`cityrubric init` and `new`: what a project, a plugin, a rule set or a city starts from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from cityrubric.authoring.fromtable.draft import Terms, draft_files
from cityrubric.authoring.fromtable.tables import read_rows
from cityrubric.authoring.scaffold.write import write_city, write_plugin, write_project, write_ruleset
from cityrubric.cli.saying import say
from cityrubric.cli.session import load_ruleset, offers, project
from cityrubric.documents import read_document
from cityrubric.errors import CityrubricError, FaultLog
from cityrubric.files import write_whole
from cityrubric.language import translate as _
from cityrubric.project import RULESET_FILE

_MANY = 10


def init(folder: Path) -> None:
    """Start a project."""
    _tell(write_project(folder))


def new_plugin(name: str, version: str) -> None:
    """Write a plugin into the project.

    Raises:
        CityrubricError: if there is no project, or anything of that name already.
    """
    if name in {plugin.name for plugin in offers().plugins}:
        raise CityrubricError(_("there is a plugin '{name}' already").format(name=name))
    _tell(write_plugin(_folder(), name, load_ruleset(version).version))


def new_ruleset(version: str, source: str) -> None:
    """Copy a rule set into the project under a new version.

    Raises:
        CityrubricError: if there is no project, or anything of that name already.
    """
    if version in project().ruleset_versions():
        raise CityrubricError(_("there is a rule set '{version}' already").format(version=version))
    _tell(write_ruleset(_folder(), version, load_ruleset(source), project().find_ruleset(source)))


def draft_ruleset(version: str, file: Path, columns: str, said: tuple[str, float | None, str], source: str) -> None:
    """Draft a rule set from an official table; no rule of it is trusted before a person writes it.

    Args:
        version: the new one's name.
        file: the table.
        columns: what it calls our columns, as `item=…,scoring=…`.
        said: title, pass line and where that stands, which no table says.
        source: the version whose general terms are taken over.

    Raises:
        CityrubricError: if something is not said, or anything of that name is there already.
        Faults: every row that cannot be brought in.
    """
    title, line, where = said
    if line is None or not where or not title:
        raise CityrubricError(_("no table says it: give --title, --pass-line and --pass-source"))
    if version in project().ruleset_versions():
        raise CityrubricError(_("there is a rule set '{version}' already").format(version=version))
    folder, log = _folder() / "rulesets" / version, FaultLog()
    named = dict(pair.split("=", 1) for pair in columns.split(",") if "=" in pair)
    model = read_document(project().find_ruleset(source) / RULESET_FILE, source, "ruleset", log)
    rows = read_rows(file, named)
    log.check()
    files = draft_files(rows, Terms(version, title, line, where), model or {}, file.name, log)
    log.check()
    for name, text in files.items():
        write_whole(folder / name, text)
        say(_("written: {file}").format(file=folder / name))
    ruleset = load_ruleset(folder)
    drafted = sum(bool(one.drafted) for one in ruleset.indicators)
    says = _("{n} items; {drafted} with drafts, none with a rule: `cityrubric check` lists what a person has to write")
    say(says.format(n=len(ruleset.indicators), drafted=drafted))


def new_city(name: str, version: str) -> None:
    """Write a city into the project.

    Raises:
        CityrubricError: if there is no project, or anything of that name already.
    """
    _tell(write_city(_folder(), name, load_ruleset(version).version))


def _folder() -> Path:
    folder = project().folder
    if folder is None:
        raise CityrubricError(_("name the project: --project DIR; `cityrubric init DIR` starts one"))
    return folder


def _tell(files: Iterable[Path]) -> None:
    """Name every file that was written; of many, their folders."""
    written = [*files]
    if len(written) <= _MANY:
        for file in written:
            say(_("written: {file}").format(file=file))
        return
    for folder, n in Counter(file.parent for file in written).items():
        say(_("{n} files written to {folder}").format(n=n, folder=folder))
