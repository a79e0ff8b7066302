"""All peers on the same rubric and the same cities, in one run: outcomes compared, then microseconds per city.

    uv sync --group peers && uv run --no-sync python tests/bench/peers/run.py

A peer that is not installed, or would take more than a minute, is left out with a dash.
"""

import importlib
import statistics
import sys
import time

from rubric import make_rubric, make_values

COUNTS = (1, 3000, 100_000)
SECONDS = 60.0
PEERS = (
    ("bare numpy", "bare_numpy", "prepare", "codes"),
    ("cityrubric", "ours", "prepare", "codes"),
    ("OpenFisca-Core", "openfisca", "prepare", "no (its tracer is off)"),
    ("zen-engine", "zen_engine", "prepare", "no"),
    ("zen-engine, trace", "zen_engine", "prepare_traced", "node trace"),
    ("clipspy", "clips_engine", "prepare", "log only"),
    ("rule-engine", "rule_engine_peer", "prepare", "no"),
)


def main() -> int:
    """Print the table; 1 if any peer says something else."""
    rubric, differs = make_rubric(), []
    table = {name: ["-"] * len(COUNTS) for name, *_rest in PEERS}
    slow: dict[str, float] = {}
    for place, count in enumerate(COUNTS):
        values, wanted = make_values(count), None
        for name, module, prepare, _keeps in PEERS:
            if place > 1 and slow.get(name, 0.0) * count > SECONDS:  # one city says little of what goes through columns
                continue
            try:
                evaluate = getattr(importlib.import_module(module), prepare)(rubric, values)
            except ImportError as error:
                sys.stderr.write(f"{name}: {error}\n")
                continue
            told = evaluate()
            wanted = told if wanted is None else wanted
            if not told.same_as(wanted):
                differs.append(f"{name}, {count} cities")
            slow[name] = _seconds(evaluate, 30 if count == 1 else 5 if count * slow.get(name, 1e-5) < 1 else 1) / count
            table[name][place] = f"{slow[name] * 1e6:,.{1 if slow[name] < 1e-4 else 0}f}"
    lines = [f"| engine | {' | '.join(f'{count:,}' for count in COUNTS)} | keeps an explanation |"]
    lines.append("|---|" + "---|" * (len(COUNTS) + 1))
    lines += [f"| {name} | {' | '.join(table[name])} | {keeps} |" for name, _module, _prepare, keeps in PEERS]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stderr.write("outcomes differ: " + "; ".join(differs) if differs else "outcomes identical in every cell\n")
    return 1 if differs else 0


def _seconds(evaluate, times: int) -> float:
    """The median of some runs, of processor time: on a busy machine the clock says nothing."""
    taken = []
    for _run in range(times):
        start = time.process_time()
        evaluate()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
