"""Whatever comes in, a result or a message with file and place comes out: never a traceback, a hang or half a file.

A few hundred mutations of every kind of file in each run; over 100,000 with `-m slow`, in processes that are counted:
one that dies is a failure too.
"""

import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cityrubric.batch.limit import time_limit
from cityrubric.errors import UNSEEN, CityrubricError, Faults
from fuzzed import KINDS
from share import share_of

SECONDS = 20.0
"""For one input, on a machine that does other things too; the slowest seen took a twentieth of it."""
IN_ALL = 100_000


def check_message(kind: str, error: CityrubricError, folder: Path) -> None:
    """A message names the file, says something, and steers no terminal."""
    told = str(error)
    if isinstance(error, Faults):
        assert all(fault.document and fault.says for fault in error.faults), told
    else:
        assert kind in {"record", "frozen", "verify", "changes", "overlay"} or folder.name in told or "tiny" in told, (
            told
        )
    assert not UNSEEN.search(told), repr(told)


def attempt(kind: str, content: bytes) -> str:
    """Hand one file in; return `taken` or `refused`.

    Raises:
        AssertionError: if it is anything else, or a message names no file.
    """
    folder = Path(tempfile.mkdtemp(prefix="cityrubric-fuzz-one-"))
    try:
        with time_limit(SECONDS, patience=None):
            KINDS[kind].target(content, folder)
    except CityrubricError as error:
        check_message(kind, error, folder)
        return "refused"
    finally:
        assert [*folder.rglob("*.part")] == []
        shutil.rmtree(folder)
    return "taken"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, phases=[Phase.explicit, Phase.generate], suppress_health_check=[*HealthCheck])
@given(seed=st.integers(0, 2**32))
def test_some_of_each_kind(kind: str, seed: int) -> None:
    attempt(kind, KINDS[kind].one(random.Random(seed)))


def many(kind: str, first: int, count: int) -> tuple[Counter[str], float, list[str]]:
    """Try so many files, each from a seed of its own.

    Returns:
        What became of them, the longest time, and what went wrong; such a file is kept.
    """
    outcomes: Counter[str] = Counter()
    slowest, wrong = 0.0, []
    for seed in range(first, first + count):
        content = KINDS[kind].one(random.Random(seed))
        begun = time.perf_counter()
        try:
            outcomes[attempt(kind, content)] += 1
        except BaseException as error:
            kept = Path(tempfile.gettempdir(), f"cityrubric-fuzz-{kind}-{seed}".replace(" ", "-"))
            kept.write_bytes(content)
            wrong.append(f"{kind} {seed} (kept as {kept}): {type(error).__name__}: {error}")
        slowest = max(slowest, time.perf_counter() - begun)
    return outcomes, slowest, wrong


@pytest.mark.slow
def test_a_hundred_thousand(capfd: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("FUZZ_SEED", "1"))
    found: dict[str, Counter[str]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context) as pool:
        tasks = {
            pool.submit(many, kind, seed * 10**9 + first, min(500, share_of(one.count) - first)): kind
            for kind, one in KINDS.items()
            for first in range(0, share_of(one.count), 500)
        }
        slowest, wrong = 0.0, []
        for task, kind in tasks.items():
            outcomes, spent, failed = task.result()
            wrong += failed
            found.setdefault(kind, Counter()).update(outcomes)
            slowest = max(slowest, spent)
    total = sum(sum(outcomes.values()) for outcomes in found.values())
    with capfd.disabled():
        for kind, outcomes in found.items():
            sys.stdout.write(f"\n{kind}: {outcomes['taken']} taken, {outcomes['refused']} refused")
        sys.stdout.write(f"\n{total} inputs in all; the slowest took {slowest:.2f} s\n")
    assert wrong == []
    assert total >= share_of(IN_ALL)
    enough = {kind: outcomes for kind, outcomes in found.items() if sum(outcomes.values()) >= 100 and kind != "value"}
    assert [kind for kind, outcomes in enough.items() if not outcomes["refused"]] == []
