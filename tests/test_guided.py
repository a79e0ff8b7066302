"""Fuzzing that is led by the code it reaches (atheris), for loaders of TOML; where it is installed: `--group fuzz`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fuzzed import KINDS
from mutating import WORDS
from share import share_of

HERE = Path(__file__).parent
SECONDS = share_of(120)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["city", "catalogue", "value"])
def test_nothing_it_comes_upon_is_more_than_refused(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("atheris")
    for number, content in enumerate(KINDS[kind].originals()):
        (tmp_path / "corpus").mkdir(exist_ok=True)
        (tmp_path / "corpus" / str(number)).write_bytes(content)
    (tmp_path / "words").write_text("\n".join(_entry(word) for word in WORDS if len(word) < 64), encoding="ascii")
    options = [f"-max_total_time={SECONDS}", "-max_len=40000", f"-artifact_prefix={tmp_path}/", "-timeout=20"]
    command = [sys.executable, str(HERE / "guided.py"), kind, *options, f"-dict={tmp_path}/words"]
    command += [f"{tmp_path}/corpus", "-rss_limit_mb=4096"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    runs = re.findall(r"Done (\d+) runs", done.stderr)
    with capfd.disabled():
        sys.stdout.write(f"\n{kind}: {runs[-1]} inputs\n")
    assert int(runs[-1]) > 0


def _entry(word: str) -> str:
    """A word of libFuzzer's dictionary."""
    return '"' + "".join(f"\\x{byte:02X}" for byte in word.encode("utf-8", "surrogatepass")) + '"'
