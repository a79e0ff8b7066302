"""What a worker is told, and what it answers: paths, names and hashes, never a rule set or a city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from cityrubric.evaluate.inference.engines import HANDFUL
from cityrubric.language import spoken
from cityrubric.limits import limits
from cityrubric.project import SHIPPED, Project
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import plugins_used

if TYPE_CHECKING:
    from cityrubric.report.editions import Order

DONE, UNCHANGED, FAILED = "done", "unchanged", "failed"


@frozen
class Job:
    """What is the same for all cities of a run.

    Attributes:
        ruleset: the name of a version, or the folder of one.
        project: what is used besides what ships.
        ruleset_hash: of the rule set the run started with; a worker that finds another refuses.
        plugins: the same of every plugin the rule set uses: names and hashes.
        overlay: the name of what a province lays over it, and its hash; both empty where none was asked for.
        out: where results are written; None for nowhere.
        ledger: the database that keeps them as well; None for none.
        documents: what else is written to `out`; None for nothing.
        engine: what draws the conclusions, as for `choose_engine`.
        cities: how many there are in all, as for `choose_engine`.
        cross_check: both engines must draw the same.
        resume: leave out cities whose stored result rests on the same inputs.
        as_json: answer with the assessment as one line of JSON.
        seconds: how long one city may take.
        language: in which reasons are given.
    """

    ruleset: str | Path
    project: Project
    ruleset_hash: str
    plugins: tuple[tuple[str, str], ...]
    overlay: tuple[str, str] = ("", "")
    out: Path | None = None
    ledger: Path | None = None
    documents: Order | None = field(default=None, eq=False)  # has no hash, and no rule set depends on it
    engine: str = "plain"
    cities: int = HANDFUL + 1
    cross_check: bool = False
    resume: bool = False
    as_json: bool = False
    seconds: float = field(factory=lambda: float(limits().seconds_per_city))
    language: str = "en"


@frozen
class Told:
    """What became of one city.

    Attributes:
        folder: the city's folder, as it was given.
        state: `done`, `unchanged` or `failed`.
        why: of a failed one, the reason.
        name: what the city is called; empty where that could not be read.
        verdict: the conclusion's code.
        points: least and most points of the base groups.
        applicable: how many points apply at most.
        document: the assessment as one line of JSON, where that was asked for.
        notes: what the user should know besides.
    """

    folder: Path
    state: str
    why: str = ""
    name: str = ""
    verdict: str = ""
    points: tuple[float, float] | None = None
    applicable: float = 0.0
    document: str = ""
    notes: tuple[str, ...] = ()


def describe_job(ruleset: Ruleset, version: str | Path, project: Project = SHIPPED) -> Job:
    """Describe a run, so that every worker can make sure that it applies the very same rules.

    Args:
        ruleset: as loaded here from `version` and `project`.
        version: the name of a version, or the folder of one.
        project: what is used besides what ships.

    Returns:
        A run that stores nothing; `attrs.evolve` says the rest.
    """
    overlay = ruleset.overlay
    used = plugins_used(overlay.ruleset if overlay else ruleset)  # an overlay uses all that its rule set does
    plugins = tuple((plugin.name, plugin.hash) for plugin in used)
    over = (overlay.name, overlay.ruleset.hash) if overlay else ("", "")
    return Job(version, project, ruleset.hash, plugins, over, language=spoken())
