"""The test kit itself: it reaches what it says, and notices what it should."""

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.authoring.cases import case_files, read_cases, run_case
from cityrubric.authoring.testkit.boundaries import boundary_cases
from cityrubric.authoring.testkit.coverage import coverage
from cityrubric.authoring.testkit.mutation import Mutant, mutants, mutation
from cityrubric.authoring.testkit.sample import Sample, noticed
from cityrubric.errors import CityrubricError
from cityrubric.paths import shipped
from cityrubric.rubric.model import Ruleset

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="module")
def sample(ruleset: Ruleset) -> Sample:
    return Sample([case for path in sorted(CASES.glob("*.toml")) for case in read_cases(path, ruleset)], ruleset)


def mutant(what: str, ruleset: Ruleset) -> Mutant:
    return next(one for one in mutants(ruleset) if one.what.startswith(what))


def test_the_rule_set_as_it_stands_gives_every_case_what_it_expects(sample: Sample) -> None:
    assert not noticed(sample, *sample.under(sample.ruleset))


@pytest.mark.parametrize(
    "what",
    [
        "D.25.78 at_least 80 → 81",
        "D.23.73 at_least 98 → 98.01",
        "D.23.73 at_least 98 → 97.99",
        "B.15.54 at_least 1 → 2",
        "W.sampling_gap alternative 1, condition 1 left out",
        "W.sampling_gap alternative 1, condition 2 turned",
        "W.online_business without its alternative 5",
    ],
)
def test_a_change_is_noticed(what: str, sample: Sample) -> None:
    assert noticed(sample, *sample.under(mutant(what, sample.ruleset).ruleset))


def test_without_its_case_it_is_not(sample: Sample) -> None:
    fewer = evolve(sample, cases=[c for c in sample.cases if "D.23.73" not in c.expected.get("verdicts", {})])
    assert not noticed(fewer, *fewer.under(mutant("D.23.73 at_least 98 → 98.01", sample.ruleset).ruleset))


def test_coverage_names_what_no_case_reaches(sample: Sample) -> None:
    assert coverage(sample).silent == ()
    none = coverage(evolve(sample, cases=sample.cases[:1]))
    assert len(none.silent) == none.rules
    assert len(none.unreached) > none.stretches - 5
    assert "A.01.01: < 1 次" in {*map(str, none.unreached)}


def test_generated_cases_agree_with_the_engine(ruleset: Ruleset) -> None:
    cases = [*boundary_cases(ruleset)]
    assert len(cases) > 50
    assert [lines for case in cases if (lines := run_case(case, ruleset))] == []


@pytest.mark.slow
def test_most_changes_are_noticed(sample: Sample) -> None:
    assert mutation(sample).score > 90


def test_the_command_tells_what_differs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from cityrubric.cli.test import run_tests

    shutil.copy(CASES / "status.toml", tmp_path / "status.toml")
    assert run_tests(tmp_path, "2021", mutate=False) == 0
    (tmp_path / "wrong.toml").write_text(
        '[[cases]]\nname = "wrong"\nfacts = { "status.satisfaction" = 79 }\nverdicts = { "D.25.78" = "met" }\n',
        encoding="utf-8",
    )
    assert run_tests(tmp_path, "2021", mutate=False) == 1
    assert "D.25.78: expected met, found not_met (measured: " in capfd.readouterr().out


def test_the_cases_of_a_plugin_stand_in_its_tests(tmp_path: Path) -> None:
    """Its catalogue and overlay are no cases, also where it has none."""
    shutil.copytree(shipped("plugins") / "qinghai", tmp_path / "qinghai")
    with pytest.raises(CityrubricError, match="no rule cases"):
        case_files(tmp_path / "qinghai")
    (tmp_path / "qinghai" / "tests").mkdir()
    shutil.copy(CASES / "status.toml", tmp_path / "qinghai" / "tests")
    assert case_files(tmp_path / "qinghai") == [tmp_path / "qinghai" / "tests" / "status.toml"]
