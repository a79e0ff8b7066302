"""What decides: the lines a verdict rests on, since that one is not official must be said exactly there, and vetoes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cityrubric.outcomes import BandRecord, Basis, End, Outcome, PartRecord

_DECIDED = {"met", "partly_met", "not_met"}


def deciding_lines(outcome: Outcome) -> tuple[Basis, ...]:
    """Return where the lines come from that decide a verdict; none where it is open or nothing was measured.

    Of the bands of a part these are the one that the measured value lies in, and those before it, which it misses.
    """
    if outcome.verdict not in _DECIDED:
        return ()
    return tuple(line for part in outcome.parts for line in _lines(part))


def rests_on_reconstruction(outcome: Outcome) -> bool:
    """Tell whether a line that is not official decides the verdict."""
    return any(line.status == "reconstructed" for line in deciding_lines(outcome))


def veto_ids(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Return the vetoes among outcomes: whatever one of them waits for decides the whole conclusion."""
    return frozenset(one.id for one in outcomes if any(part.operator == "veto" for part in one.parts))


def _lines(part: PartRecord) -> Iterator[Basis]:
    for band in part.bands:
        yield band.line
        if _holds(band, part.low, part.high):
            break
    yield from (line for line in (part.line if not part.bands else None, part.each_basis) if line is not None)


def _holds(band: BandRecord, low: End, high: End) -> bool:
    """Whether a band holds everything from `low` to `high`; an end that is None is open."""
    least = float("-inf") if low is None else low
    most = float("inf") if high is None else high
    return (
        (band.at_least is None or least >= band.at_least)
        and (band.above is None or least > band.above)
        and (band.at_most is None or most <= band.at_most)
        and (band.below is None or most < band.below)
    )
