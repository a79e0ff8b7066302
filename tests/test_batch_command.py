"""`assess` with many cities as a user meets it: lines, --resume, Ctrl-C, and a cluster that loses a worker."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from test_command_line import TOP, run
from wild import CRASHES, wild_rules, write_cities

MANY = 40


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("many") / "cities"
    done = run("generate", "--cities", str(MANY), "--seed", "7", "--out", str(folder))
    assert (done.returncode, done.stdout) == (0, "")
    return sorted(str(city) for city in folder.iterdir())


@pytest.fixture(scope="module")
def expected(cities: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process stores."""
    out = tmp_path_factory.mktemp("expected")
    assert run("assess", *cities, "--jobs", "1", "--out", str(out)).returncode == 0
    return files(out)


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-X", "utf8", "-m", "cityrubric", *arguments]


def wait_for(what: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def test_generated_cities_say_that_they_are_none(cities: list[str], tmp_path: Path) -> None:
    for city in cities:
        text = (Path(city) / "city.toml").read_text(encoding="utf-8")
        assert "虚构" in text.partition("\n")[0]
        assert "fictional" in text.partition("\n")[0]
    run("generate", "--cities", "1", "--seed", "7", "--out", str(tmp_path))
    assert (
        files(tmp_path)["fictional-7/city.toml"] == (Path(cities[-3]).parent / "fictional-7" / "city.toml").read_bytes()
    )


def test_many_cities_get_a_line_each(cities: list[str], expected: dict[str, bytes], tmp_path: Path) -> None:
    done = run("assess", *cities, "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == sorted(Path(city).name for city in cities)
    assert done.stderr.splitlines() == [f"cities assessed: {MANY}; unchanged and left out: 0; failed: 0"]
    assert files(tmp_path) == expected


def test_durable_in_workers_stores_the_same(cities: list[str], expected: dict[str, bytes], tmp_path: Path) -> None:
    """Each worker owns the child in which the library runs."""
    pytest.importorskip("durable_rules_engine")
    done = run("assess", *cities[:12], "--jobs", "2", "--engine", "durable", "--out", str(tmp_path))
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1), done.stderr
    assert files(tmp_path) == {name: expected[name] for name in files(tmp_path)}
    assert len(files(tmp_path)) == 12


def test_a_few_cities_get_a_line_each_too_and_one_a_summary(cities: list[str]) -> None:
    lines = run("assess", *cities[:4]).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [Path(city).name for city in cities[:4]]
    alone = [run("assess", city).stdout for city in cities[:2]]
    assert "Conclusion" in alone[0]
    assert run("assess", *cities[:2]).stdout == "".join(alone)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_of_a_few_cities_one_that_ends_its_process_costs_no_other(count: int, tmp_path: Path) -> None:
    ruleset, plugins = wild_rules(tmp_path / "rules")
    wild = write_cities(tmp_path / "cities", count, {1: CRASHES})
    options = ["--ruleset", str(ruleset), "--out", str(tmp_path / "out")]
    done = run("--plugins-dir", str(plugins), "assess", *map(str, wild), *options)
    assert done.returncode == 1
    assert "city-001 failed: its worker ended" in done.stderr
    assert f"cities assessed: {count - 1}; unchanged and left out: 0; failed: 1" in done.stderr
    assert sorted(files(tmp_path / "out")) == [f"{city.name}/assessment.json" for city in wild if city != wild[1]]


def test_json_is_one_assessment_per_line(cities: list[str], expected: dict[str, bytes]) -> None:
    done = run("assess", *cities[:5], "--jobs", "2", "--json")
    for line in done.stdout.splitlines():
        document = json.loads(line)
        assert document == json.loads(expected[f"{document['city']['id']}/assessment.json"])
    assert len(done.stdout.splitlines()) == 5


@pytest.mark.parametrize("count", [3, MANY])
def test_resume_says_how_many_are_left_out(count: int, cities: list[str], tmp_path: Path) -> None:
    own = [shutil.copytree(city, tmp_path / "cities" / Path(city).name) for city in cities[:count]]
    arguments = ["assess", *map(str, own), "--out", str(tmp_path / "out"), "--resume"]
    run(*arguments)
    file = own[0] / "city.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('province = "虚构省"', 'province = "另一省"'), encoding="utf-8"
    )
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert f"unchanged and left out: {count - 1}" in done.stderr


def test_what_failed_is_said_at_the_end_with_its_reason(cities: list[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "city.toml").write_text("name = 1", encoding="utf-8")
    done = run("assess", *cities, str(broken), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "broken failed: " in done.stderr
    assert "the key 'province' is missing" in done.stderr
    assert f"cities assessed: {MANY}; unchanged and left out: 0; failed: 1" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--resume"], "--resume needs --out"),
        (["--jobs", "0"], "Invalid value for '--jobs'"),
        (["--scheduler", "nonsense"], "no Dask scheduler answers at nonsense"),
    ],
)
def test_bad_use(arguments: list[str], says: str) -> None:
    pytest.importorskip("distributed")
    done = run("assess", "xining", *arguments)
    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C of POSIX")
def test_ctrl_c_leaves_whole_results_and_says_what_is_unfinished(
    cities: list[str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    arguments = command("assess", *cities, "--jobs", "2", "--out", str(tmp_path))
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    pipe = subprocess.PIPE
    child = subprocess.Popen(arguments, stdout=pipe, stderr=pipe, text=True, env=environment, start_new_session=True)
    wait_for(lambda: any(tmp_path.rglob("assessment.json")))
    os.killpg(child.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _out, told = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "Traceback" not in told
    left = files(tmp_path)
    assert 0 < len(left) < MANY
    assert all(expected[name] == content for name, content in left.items())
    assert f"unfinished ({MANY - len(left)}): " in told
    assert "--resume" in told
    done = run("assess", *cities, "--out", str(tmp_path), "--resume")
    assert f"cities assessed: {MANY - len(left)}; unchanged and left out: {len(left)}; failed: 0" in done.stderr
    assert files(tmp_path) == expected


class Cluster(NamedTuple):
    """A Dask cluster on loopback; its workers have no nannies."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A Dask scheduler and two worker processes on loopback, which end by themselves if nobody ends them."""
    pytest.importorskip("distributed")
    file = str(tmp_path / "scheduler.json")
    common = ["--scheduler-file", file, "--host", "127.0.0.1", "--no-dashboard"]
    worker = ["distributed.cli.dask_worker", *common, "--no-nanny", "--nthreads", "1", "--death-timeout", "20"]
    scheduler = ["distributed.cli.dask_scheduler", *common, "--port", "0", "--idle-timeout", "120"]
    quiet = subprocess.DEVNULL
    processes = [
        subprocess.Popen([sys.executable, "-m", *module], stdout=quiet, stderr=quiet, cwd=tmp_path)
        for module in (scheduler, worker, worker)
    ]
    try:
        wait_for(lambda: Path(file).exists() and Path(file).read_text().strip().endswith("}"))
        yield Cluster(json.loads(Path(file).read_text())["address"], processes[0], processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_stores_the_same_bytes(
    cluster: Cluster, cities: list[str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    address, _scheduler, workers = cluster
    wait_for(lambda: _workers(address) == 2)
    out = tmp_path / "out"
    child = subprocess.Popen(
        command("assess", *cities, "--scheduler", address, "--out", str(out)),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=TOP,
    )
    wait_for(lambda: any(out.rglob("assessment.json")))
    assert child.poll() is None
    assert len(files(out)) < MANY // 2
    workers[0].kill()
    _out, told = child.communicate(timeout=120)
    assert child.returncode == 0, told
    assert files(out) == expected
    assert _workers(address) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ended", "told"),
    [("workers", "no worker is left at {address}: start"), ("scheduler", "the Dask scheduler at {address} does not")],
)
def test_a_cluster_that_ends_ends_the_run(
    ended: str, told: str, cluster: Cluster, cities: list[str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    """Workers without nannies do not come back: what is stored is whole, and what is not done is named."""
    wait_for(lambda: _workers(cluster.address) == 2)
    out = tmp_path / "out"
    child = subprocess.Popen(
        command("assess", *cities, "--scheduler", cluster.address, "--out", str(out)),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=TOP,
    )
    wait_for(lambda: any(out.rglob("assessment.json")))
    for process in cluster.workers if ended == "workers" else [cluster.scheduler]:
        process.kill()
    _out, said = child.communicate(timeout=120)
    assert child.returncode == 1, said
    assert told.format(address=cluster.address) in said
    assert "unfinished (" in said
    assert "Traceback" not in said
    # a worker that is killed while it writes leaves a part of what is not yet whole
    whole = {name: content for name, content in files(out).items() if not name.endswith(".part")}
    assert all(expected[name] == content for name, content in whole.items())


def _workers(address: str) -> int:
    ask = (
        f"from distributed import Client; c = Client({address!r}); print(len(c.scheduler_info()['workers'])); c.close()"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.parametrize("options", [(), ("--jobs", "1")], ids=["here", "elsewhere"])
def test_resume_knows_what_others_declared_and_fills_the_ledger(options: tuple[str, ...], tmp_path: Path) -> None:
    """Both of these shipped cities carry a conclusion that somebody else has published."""
    where = ["cities/xining", "cities/panjin", "--out", str(tmp_path / "out"), *options]
    assert run("assess", *where).returncode == 0
    ledger = ["--ledger", str(tmp_path / "ledger.db")]
    assert "2" in run("assess", *where, "--resume", *ledger).stderr.partition("unchanged")[2]
    told = run("history", "xining", *ledger, "--json")
    assert told.returncode == 0, told.stderr
    assert "undetermined" in told.stdout
