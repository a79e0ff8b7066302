"""Each limit is provoked, says what it is, and can be raised; whatever is too much costs its own city alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import asdict, evolve

from cityrubric.batch.job import DONE, describe_job
from cityrubric.batch.pools import LocalPool
from cityrubric.errors import CityrubricError, Faults
from cityrubric.fieldwork.tables import RowFaults, read_table
from cityrubric.intake.facts import read_city
from cityrubric.limits import VARIABLE, Limits, limits
from cityrubric.project import Project
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from smallest import city_text
from test_batch import run_all
from test_command_line import TOP, run
from wild import TAKES_MEMORY, wild_rules, write_cities


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    limits.cache_clear()
    yield
    limits.cache_clear()


def nested(depth: int) -> str:
    return ".".join(["a"] * (depth + 1)) + " = 1\n"


TOO_MUCH = {
    "document_mb=1": (f"# {'x' * 2**20}\n", "2 MB; the limit is 1 MB"),
    "nesting=40": (nested(42), "nested more than 40 deep"),
    "entries=1000": ("".join(f"a{n} = [1]\n" for n in range(600)), "more than 1000 entries"),
    "characters=5000": (f'a = "{"市" * 5001}"\n', "a text of 5001 characters; the limit is 5000"),
}


@pytest.mark.parametrize("limit", TOO_MUCH)
def test_a_document_beyond_a_limit(
    limit: str, ruleset: Ruleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, limit)
    more, says = TOO_MUCH[limit]
    (tmp_path / "city.toml").write_text(city_text(more), encoding="utf-8")
    with pytest.raises(Faults) as raised:
        read_city(tmp_path, ruleset)
    assert [fault.says for fault in raised.value.faults] == [says]
    monkeypatch.setenv(VARIABLE, "document_mb=3,nesting=50 entries=2000,characters=6000")
    limits.cache_clear()
    with pytest.raises(Faults, match="no such key here") if limit != "document_mb=1" else pytest.raises(AssertionError):
        read_city(tmp_path, ruleset)
        raise AssertionError


@pytest.mark.parametrize("depth", [39, 41, 200, 400, 900, 5000])
@pytest.mark.parametrize("form", ["dotted", "inline", "list"])
def test_any_depth_is_a_message(depth: int, form: str, ruleset: Ruleset, tmp_path: Path) -> None:
    inside = {
        "dotted": nested(depth),
        "inline": "a = " + "{a = " * depth + "1" + "}" * depth + "\n",
        "list": "a = " + "[" * depth + "]" * depth + "\n",
    }
    (tmp_path / "city.toml").write_text(city_text(inside[form]), encoding="utf-8")
    with pytest.raises(Faults, match=r"no such key here|nested"):
        read_city(tmp_path, ruleset)


def test_a_hundred_faults_are_told_and_the_others_counted(ruleset: Ruleset, tmp_path: Path) -> None:
    text = city_text("".join(f"a{n} = 1\n" for n in range(1000)))
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as raised:
        read_city(tmp_path, ruleset)
    lines = str(raised.value).splitlines()
    assert (len(lines), lines[-1]) == (102, "  and 900 faults more")


def test_a_long_key_or_value_is_shortened(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text(city_text(f"{'k' * 90_000} = 1\n"), encoding="utf-8")
    with pytest.raises(Faults) as raised:
        read_city(tmp_path, ruleset)
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize(
    ("limit", "says"), [("rows=10", "11 rows; the limit is 10"), ("table_mb=1", "2 MB; the limit is 1 MB")]
)
def test_a_table_beyond_a_limit(limit: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, limit)
    rows = "a,b\n" + "1,2\n" * (11 if "rows" in limit else 300_000)
    (tmp_path / "table.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(Faults, match=says):
        read_table(tmp_path / "table.csv", RowFaults("table.csv"))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("seconds_per_cty=9", "no limit is called 'seconds_per_cty'; did you mean 'seconds_per_city'?"),
        ("rows=many", "'rows=many' is no limit; write rows= and a whole number"),
        ("rows=0", "'rows=0' is no limit"),
        ("rows=-5", "'rows=-5' is no limit"),
        ("rows=" + "9" * 5000, "is no limit"),
        ("rows", "'rows' is no limit"),
    ],
)
def test_what_is_no_limit_is_bad_use(asked: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, asked)
    with pytest.raises(CityrubricError) as raised:
        limits()
    assert says in str(raised.value)


def test_bad_use_is_said_by_the_command() -> None:
    done = run("assess", "xining", **{VARIABLE: "rows=x"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{VARIABLE}: 'rows=x' is no limit")


def test_several_limits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, " rows=7, nesting=3 ")
    assert asdict(limits()) == {**asdict(Limits()), "rows": 7, "nesting": 3}


def test_the_readme_names_every_limit_with_its_value() -> None:
    text = (TOP / "README.md").read_text(encoding="utf-8")
    for name, value in asdict(Limits()).items():
        assert f"| `{name}` | {value:,} |" in text


@pytest.mark.skipif(not Path("/proc").exists(), reason="only some systems limit the memory of a process")
def test_a_city_that_takes_too_much_memory_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "worker_mb=3000")
    folder, plugins = wild_rules(tmp_path / "rules")
    project = Project(plugins_dirs=(plugins,))
    job = evolve(describe_job(load_ruleset(folder, project=project), folder, project), language="en")
    told = run_all(job, LocalPool(1), write_cities(tmp_path / "cities", 6, {2: TAKES_MEMORY}))
    failed = {name: one.why for name, one in told.items() if one.state != DONE}
    assert failed == {"city-002": "S.3: library: library.room_points MemoryError: "}
