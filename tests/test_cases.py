"""Every rule case of the shipped rule set: facts in, verdicts, scores and findings out."""

from pathlib import Path

import pytest

from cityrubric.authoring.cases import Case, read_cases, run_case
from cityrubric.language import speak
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset

CASES = Path(__file__).parent / "cases"

speak("en")
RULESET = load_ruleset("2021")
ALL = [(path.stem, case) for path in sorted(CASES.glob("*.toml")) for case in read_cases(path, RULESET)]


@pytest.mark.parametrize(("file", "case"), ALL, ids=[f"{file}: {case.name}" for file, case in ALL])
def test_case(file: str, case: Case, ruleset: Ruleset) -> None:
    assert run_case(case, ruleset) == []


def test_every_case_expects_something() -> None:
    assert [case.name for _file, case in ALL if not any(case.expected.values())] == []


def test_every_indicator_that_is_judged_by_rule_has_cases_on_all_sides(ruleset: Ruleset) -> None:
    """Below and on the line, and without the fact: met, something less, and open must all occur."""
    seen: dict[str, set[str]] = {}
    for _file, case in ALL:
        for id_, verdict in case.expected.get("verdicts", {}).items():
            seen.setdefault(id_, set()).add(verdict)
    judged = [
        i
        for i in ruleset.indicators
        if any(p.operator in {"bands", "award", "award_proportional", "deduct", "veto"} for p in i.parts)
    ]
    lacking = {
        i.id: seen.get(i.id)
        for i in judged
        if not {"met", "undetermined"} <= seen.get(i.id, set()) or not {"not_met", "partly_met"} & seen.get(i.id, set())
    }
    assert lacking == {}
