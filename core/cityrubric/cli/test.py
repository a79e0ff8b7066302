"""`cityrubric test`: rule cases of a rule set or a province, what they reach, and what they would notice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cityrubric.authoring.cases import Case, case_files, read_cases
from cityrubric.authoring.testkit.boundaries import boundary_cases
from cityrubric.authoring.testkit.coverage import Coverage, coverage
from cityrubric.authoring.testkit.mutation import Mutation, mutation
from cityrubric.authoring.testkit.sample import Sample, differing
from cityrubric.cli.saying import FAULTY, screen
from cityrubric.cli.session import load_rules
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset

_SHOWN = 20


def run_tests(path: Path, version: str, *, mutate: bool, overlay: str = "") -> int:
    """Run the cases of a file, or of all files below a folder, and return the exit code: 1 if any differs.

    Raises:
        CityrubricError: if there are none.
        Faults: if a file of cases is faulty.
    """
    ruleset = load_rules(version, overlay)
    written = [case for file in case_files(path) for case in read_cases(file, ruleset)]
    sample = Sample([*written, *boundary_cases(ruleset)], ruleset)
    told = differing(sample)
    console = screen()
    if told:
        console.print(_differences(told))
    cases = {"n": len(written), "more": len(sample.cases) - len(written), "differ": len(told)}
    console.print(_("{n} cases, {more} generated at the lines: {differ} differ").format(**cases))
    _tell_coverage(coverage(Sample(written, ruleset)), console, ruleset)
    if mutate:
        _tell_mutation(mutation(Sample(written, ruleset)), console)
    return FAULTY if told else 0


def _differences(differing: Sequence[tuple[Case, list[str]]]) -> Table:
    table = Table(box=None, show_header=False, padding=0, pad_edge=False)
    for case, lines in differing:
        table.add_row(Text(case.name, style="bold red"))
        for line in lines:
            table.add_row(Padding(Text(line), (0, 0, 0, 2)))
    return table


def _tell_coverage(found: Coverage, console: Console, ruleset: Ruleset) -> None:
    reached = {"n": found.stretches - len(found.unreached), "all": found.stretches}
    console.print(_("stretches between lines that a case reaches: {n} of {all}").format(**reached))
    _tell_some(map(str, found.unreached), console)
    heard = {"n": found.rules - len(found.silent), "all": found.rules}
    console.print(_("rules that a case expects to find: {n} of {all}").format(**heard))
    _tell_some(found.silent, console)


def _tell_mutation(found: Mutation, console: Console) -> None:
    noticed = {"n": found.tried - len(found.unnoticed), "all": found.tried, "score": f"{found.score:.1f}"}
    console.print(_("changes that a case notices: {n} of {all} ({score} %)").format(**noticed))
    _tell_some(found.unnoticed, console)


def _tell_some(lines: Iterable[str], console: Console) -> None:
    iterator = iter(lines)
    for line in islice(iterator, _SHOWN):
        console.print(Text(f"  {line}", style="yellow"))
    if more := sum(1 for _line in iterator):
        console.print(Text("  " + _("… and {n} more").format(n=more), style="dim"))
