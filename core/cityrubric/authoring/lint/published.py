"""Published rule sets never change: what they say is pinned in a register beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import asdict

from cityrubric import canonical
from cityrubric.authoring.lint.remarks import Remark
from cityrubric.catalogue import FactSpec
from cityrubric.documents import read_document
from cityrubric.errors import FaultLog
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset

REGISTER = "published.toml"
_MAY_CHANGE = {"title", "plugin"}


def pins(ruleset: Ruleset) -> dict[str, str]:
    """Return what is pinned of a rule set.

    Returns:
        `rules`: the hash of all that its files say. `facts`: of what the facts that it reads are (unit, range, period,
        roll-up, ratio, levels); a figure that means something else makes other rules of the same words. How measures
        compute is not in it: another method is a measure of another id.
    """
    catalogue, measures = ruleset.offers.catalogue, ruleset.offers.measures
    parts = [part for indicator in ruleset.indicators for part in indicator.parts]
    used = {key for part in parts for key in (*part.facts, *(measures[part.measure].reads if part.measure else ()))}
    used |= {key for name in used for key in catalogue[name].ratio or ()}
    return {"rules": ruleset.hash, "facts": canonical.fingerprint([_pinned(catalogue[key]) for key in sorted(used)])}


def check_published(ruleset: Ruleset, folder: Path) -> Iterator[Remark]:
    """Yield remarks on a published rule set that is not what its register says, or a draft that once was published.

    Args:
        ruleset: as it is.
        folder: where it stands; the register stands beside it.

    Raises:
        Faults: if the register cannot be read.
    """
    pinned = _register(folder.parent / REGISTER).get(ruleset.version)
    if ruleset.status != "published":
        if pinned:
            yield Remark(
                "published-changed", ruleset.version, _("was published, and is a draft now: that needs a new version")
            )
        return
    now = pins(ruleset)
    words = ", ".join(f'{name} = "{hash_}"' for name, hash_ in now.items())
    if pinned is None:
        says = _("is published, but not in {file}; write there: {words}")
        yield Remark("published-changed", ruleset.version, says.format(file=REGISTER, words=words))
        return
    for name in now:
        if pinned.get(name) != now[name]:
            says = _("`{name}` is not what was published: put it back, or make a new version")
            yield Remark("published-changed", ruleset.version, says.format(name=name))


def _register(file: Path) -> dict[str, dict[str, str]]:
    if not file.is_file():
        return {}
    log = FaultLog()
    document = read_document(file, file.as_posix(), "ruleset/register_file", log)
    log.check()
    return document or {}


def _pinned(spec: FactSpec) -> dict[str, object]:
    """What a fact is, as JSON can say it; an open end is None."""
    return {
        name: None if value in (float("inf"), float("-inf")) else value
        for name, value in asdict(spec).items()
        if name not in _MAY_CHANGE
    }
