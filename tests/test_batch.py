"""Many cities: whatever one of them does, all others are assessed, and to the same bytes as one by one."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import define, evolve

from cityrubric.batch.job import DONE, FAILED, UNCHANGED, Job, Told, describe_job
from cityrubric.batch.limit import OutOfTime, time_limit
from cityrubric.batch.pools import LocalPool, SchedulerPool
from cityrubric.batch.run import Run
from cityrubric.batch.worker import work
from cityrubric.errors import CityrubricError
from cityrubric.files import write_whole
from cityrubric.intake.facts import read_city
from cityrubric.project import Project
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.stored import FILE_NAME, store
from cityrubric.telling.tell import assess
from wild import CANNOT_BE_STOPPED, CRASHES, EXITS, LOOPS, RAISES, wild_rules, write_cities

SECONDS = 1.0


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return wild_rules(tmp_path_factory.mktemp("wild") / "rules")


@pytest.fixture
def job(rules: tuple[Path, Path], tmp_path: Path) -> Job:
    folder, plugins = rules
    project = Project(plugins_dirs=(plugins,))
    job = describe_job(load_ruleset(folder, project=project), folder, project)
    return evolve(job, out=tmp_path / "out", seconds=SECONDS, language="en")


@define
class Here:
    """An executor that works at once, in this process; what `broken` names never comes back."""

    workers: int = 2
    broken: frozenset[str] = frozenset()
    asked: int = 0

    def open(self) -> Executor:
        """Return an executor of this process."""
        return _Inline(self)

    def check(self) -> None:
        """There is always somebody."""

    def close(self, executor: Executor, *, at_once: bool) -> None:
        """Nothing is held."""
        executor.shutdown()


class _Inline(Executor):
    def __init__(self, pool: Here) -> None:
        self.pool = pool

    def submit(self, fn, /, *args, **kwargs):
        """Do it now."""
        self.pool.asked += 1
        future: Future[list[Told]] = Future()
        if self.pool.broken & {folder.name for folder in args[1]}:
            future.set_exception(MemoryError("no room"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def run_all(job: Job, pool: object, cities: Sequence[Path]) -> dict[str, Told]:
    run = Run(job, pool)  # type: ignore[arg-type]
    tolds = list(run.assess(cities))
    assert list(run.close()) == []
    assert len(tolds) == len(cities)
    return {told.folder.name: told for told in tolds}


def one_by_one(job: Job, cities: Sequence[Path], out: Path) -> dict[str, bytes]:
    ruleset = load_ruleset(job.ruleset, project=job.project)
    return {city.name: store(assess(read_city(city, ruleset), ruleset), out).read_bytes() for city in cities}


def stored(out: Path) -> dict[str, bytes]:
    assert [path.name for path in out.rglob("*") if path.is_file() and path.name != FILE_NAME] == []
    return {path.parent.name: path.read_bytes() for path in out.glob(f"*/{FILE_NAME}")}


@pytest.mark.parametrize("pool", [Here(), LocalPool(1), LocalPool(2)], ids=["here", "one process", "two processes"])
def test_the_bytes_are_those_of_one_by_one(pool: object, job: Job, tmp_path: Path) -> None:
    cities = write_cities(tmp_path / "cities", 40, {})
    told = run_all(job, pool, cities)
    assert {one.state for one in told.values()} == {DONE}
    assert stored(tmp_path / "out") == one_by_one(job, cities, tmp_path / "single")


def test_crash_loop_exit_error_and_bad_facts_cost_nobody_else(job: Job, tmp_path: Path) -> None:
    wild = {3: CRASHES, 7: LOOPS, 11: EXITS, 13: RAISES, 20: CRASHES, 31: CRASHES}
    cities = write_cities(tmp_path / "cities", 60, wild)
    (cities[17] / "city.toml").write_text("name = 3", encoding="utf-8")
    told = run_all(job, LocalPool(2), cities)
    failed = {name: one.why for name, one in told.items() if one.state == FAILED}
    assert sorted(failed) == [f"city-{n:03}" for n in sorted({*wild, 17})]
    for number in (3, 20, 31):
        assert "its worker ended" in failed[f"city-{number:03}"]
    assert failed["city-007"] == "not done within 1 seconds (in plugin 'library')"
    assert failed["city-011"] == "SystemExit: 3 (in plugin 'library')"
    assert "more rooms than any library has" in failed["city-013"]
    assert "city-017/city.toml" in failed["city-017"]
    good = [city for number, city in enumerate(cities) if number not in {*wild, 17}]
    found = stored(tmp_path / "out")
    assert found.pop("city-013")  # an item failed, which the record says; the rest of it is told
    assert found == one_by_one(job, good, tmp_path / "single")


@pytest.mark.slow
def test_what_cannot_be_stopped_ends_with_its_worker(job: Job, tmp_path: Path) -> None:
    cities = write_cities(tmp_path / "cities", 6, {2: CANNOT_BE_STOPPED})
    told = run_all(evolve(job, seconds=0.5), LocalPool(2), cities)
    assert [name for name, one in told.items() if one.state != DONE] == ["city-002"]
    assert "could not be stopped in time" in told["city-002"].why


def test_a_block_that_does_not_come_back_is_halved(job: Job, tmp_path: Path) -> None:
    """256 cities, two never come back: the executor is asked a few times more, not once per city."""
    cities = write_cities(tmp_path / "cities", 256, {})
    pool = Here(broken=frozenset({"city-005", "city-200"}))
    told = run_all(job, pool, cities)
    failed = {name: one.why for name, one in told.items() if one.state == FAILED}
    assert failed == dict.fromkeys(pool.broken, "MemoryError: no room")
    assert pool.asked <= 256 // 16 + 2 * (1 + 2 * 4)


def test_resume_leaves_out_what_is_unchanged(job: Job, tmp_path: Path) -> None:
    cities = write_cities(tmp_path / "cities", 12, {5: RAISES})
    run_all(job, Here(), cities)
    before = stored(tmp_path / "out")
    facts = cities[1] / "city.toml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("value = 10\n", "value = 11\n"), encoding="utf-8")
    same = cities[2] / "city.toml"
    same.write_text("# a remark\n" + same.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "out" / "city-003" / FILE_NAME).unlink()
    (tmp_path / "out" / "city-004" / FILE_NAME).write_text("{", encoding="utf-8")
    declared = cities[6] / "city.toml"
    says = '\n[declared]\nverdict = "pass"\nby = "某省"\nunder = "某规则"\nsource = "s"\n'
    declared.write_text(declared.read_text(encoding="utf-8") + says, encoding="utf-8")
    again = run_all(evolve(job, resume=True), Here(), cities)
    anew = {name for name, one in again.items() if one.state != UNCHANGED}
    assert anew == {"city-001", "city-003", "city-004", "city-005", "city-006"}
    after = stored(tmp_path / "out")
    assert {name for name in after if after[name] != before[name]} == {"city-001", "city-006"}


@pytest.mark.parametrize("what", ["ruleset", "plugins"])
def test_resume_does_everything_anew_where_rules_differ(what: str, job: Job, tmp_path: Path) -> None:
    cities = write_cities(tmp_path / "cities", 2, {})
    run_all(job, Here(), cities)
    file = tmp_path / "out" / "city-000" / FILE_NAME
    document = json.loads(file.read_text(encoding="utf-8"))
    (document["ruleset"] if what == "ruleset" else document["plugins"][0])["hash"] = "0" * 64
    file.write_text(json.dumps(document), encoding="utf-8")
    again = run_all(evolve(job, resume=True), Here(), cities)
    assert {name: one.state for name, one in again.items()} == {"city-000": DONE, "city-001": UNCHANGED}


@pytest.mark.parametrize(
    ("change", "says"),
    [({"ruleset_hash": "0"}, "rule set 'tiny'"), ({"plugins": (("library", "0"),)}, "plugin 'library'")],
)
def test_a_worker_refuses_other_rules(change: dict[str, object], says: str, job: Job, tmp_path: Path) -> None:
    (told,) = work(evolve(job, **change), write_cities(tmp_path / "cities", 1, {}))
    assert told.state == FAILED
    assert says in told.why
    assert not (tmp_path / "out").exists()


def loop_for_ever() -> None:
    with time_limit(0.05):
        while True:
            pass


def test_what_a_killed_worker_left_is_cleared_by_the_next(job: Job, tmp_path: Path) -> None:
    cities = write_cities(tmp_path / "cities", 1, {})
    left = tmp_path / "out" / "city-000" / f".{FILE_NAME}.0123abcd.part"
    left.parent.mkdir(parents=True)
    left.write_text("{", encoding="utf-8")
    work(job, cities)
    assert stored(tmp_path / "out") == one_by_one(job, cities, tmp_path / "single")
    left.write_text("{", encoding="utf-8")
    work(evolve(job, resume=True), cities)  # which finds nothing to do
    assert stored(tmp_path / "out") == one_by_one(job, cities, tmp_path / "single")


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps open files by itself")
def test_what_another_run_is_writing_stays(tmp_path: Path) -> None:
    import fcntl

    (tmp_path / ".a.txt.0123abcd.part").touch()
    (tmp_path / ".a.txt.89abcdef.part").touch()
    with (tmp_path / ".a.txt.0123abcd.part").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        write_whole(tmp_path / "a.txt", "whole")
        assert sorted(path.name for path in tmp_path.iterdir()) == [".a.txt.0123abcd.part", "a.txt"]


def test_a_time_limit_stops_a_loop_and_nothing_else() -> None:
    with pytest.raises(OutOfTime):
        loop_for_ever()
    for _turn in range(200):  # what ends just in time is left alone, then and later
        with suppress(OutOfTime), time_limit(0.002):
            time.sleep(0.0019)
    time.sleep(0.02)


def test_after_a_time_limit_a_program_can_still_be_profiled() -> None:
    steps = """
import cProfile
from contextlib import suppress
from cityrubric.batch.limit import OutOfTime, time_limit
with time_limit(60):
    pass
with suppress(OutOfTime), time_limit(0.01):
    while True:
        pass
cProfile.run("(lambda: None)()")
"""
    subprocess.run([sys.executable, "-c", steps], check=True, capture_output=True, timeout=60)


class _Silent(Executor):
    """Takes tasks, and never does any."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def] # as the executor's
        return Future()


class _Dry:
    """A cluster whose workers have all ended."""

    workers = 1

    def nthreads(self) -> dict[str, int]:
        return {}


def test_a_cluster_that_has_run_dry_is_said(
    job: Job, rules: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without nannies nobody comes back; the run ends with that instead of waiting for ever."""
    monkeypatch.setattr("cityrubric.batch.run._SECONDS_BETWEEN_CHECKS", 0.01)
    monkeypatch.setattr("cityrubric.batch.pools._SECONDS_WITHOUT_WORKERS", 0.05)
    pool = SchedulerPool("tcp://127.0.0.1:1")
    pool._client, pool._seen = _Dry(), time.monotonic()
    monkeypatch.setattr(SchedulerPool, "open", lambda self: _Silent())
    run = Run(job, pool)
    with pytest.raises(CityrubricError, match=r"no worker is left at tcp://127\.0\.0\.1:1: start"):
        list(run.assess(write_cities(tmp_path / "cities", 2, {})))
    assert run.started


def test_a_scheduler_that_does_not_answer_is_said(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("cityrubric.batch.pools._SECONDS_TO_REACH", 1)
    with pytest.raises(CityrubricError, match="no Dask scheduler answers"):
        SchedulerPool("tcp://127.0.0.1:9").open()


def test_without_dask_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CityrubricError, match=r"pip install 'cityrubric\[dask\]'"):
        SchedulerPool("tcp://127.0.0.1:9").open()
