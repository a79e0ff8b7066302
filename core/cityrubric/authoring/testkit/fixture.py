"""A fixture for a plugin's or rule set's own tests: `pytest_plugins = ["cityrubric.authoring.testkit.fixture"]`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pytest

from cityrubric.authoring.cases import case_files, read_cases
from cityrubric.authoring.testkit.coverage import Coverage, coverage
from cityrubric.authoring.testkit.sample import Sample, differing
from cityrubric.project import open_project
from cityrubric.rubric.load import load_ruleset


class RuleCases(Protocol):
    """Runs rule cases."""

    def __call__(
        self,
        path: Path,
        version: str = ...,
        *,
        overlay: str = ...,
        project: Path | None = ...,
        plugins_dirs: Iterable[Path] = ...,
    ) -> Coverage:
        """Run the cases of a file, or of all files below a folder; fail with every difference.

        Args:
            path: the file or folder.
            version: of the rule set.
            overlay: run them against this overlay's own ledger.
            project: a folder with rule sets and plugins of its own.
            plugins_dirs: folders with further plugins.

        Returns:
            What the cases reach, for a test to ask more of.
        """
        ...


@pytest.fixture
def rule_cases() -> RuleCases:
    """Return what runs rule cases."""
    return _run


def _run(
    path: Path,
    version: str = "2021",
    *,
    overlay: str = "",
    project: Path | None = None,
    plugins_dirs: Iterable[Path] = (),
) -> Coverage:
    ruleset = load_ruleset(version, project=open_project(project, tuple(plugins_dirs)), overlay=overlay)
    ruleset = ruleset.overlay.ruleset if ruleset.overlay else ruleset
    sample = Sample([case for file in case_files(path) for case in read_cases(file, ruleset)], ruleset)
    told = [f"{case.name}: {line}" for case, lines in differing(sample) for line in lines]
    if told:
        pytest.fail("\n".join(told), pytrace=False)
    return coverage(sample)
