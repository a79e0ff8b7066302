"""What the tests of engines share: the one that is tried, in memory that holds garbage."""

from collections.abc import Iterator

import pytest

from cityrubric.evaluate.inference.engines import DurableEngine
from differing import fail


@pytest.fixture
def durable() -> Iterator[DurableEngine]:
    """The engine as it runs, except that a failure is not mended."""
    engine = DurableEngine(fail)
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def _dirty_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library reads without having written it is garbage."""
    monkeypatch.setenv("MALLOC_PERTURB_", "165")
