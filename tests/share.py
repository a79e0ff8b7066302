"""How much of the longest tests is run: all of it, or the part that `SLOW_SHARE` says, as CI does."""

import os

SHARE = float(os.environ.get("SLOW_SHARE", "1"))


def share_of(whole: int, least: int = 1) -> int:
    """Return how many of so many are run."""
    return max(least, int(whole * SHARE))
