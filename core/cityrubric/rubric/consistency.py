"""What must hold between facts, as a rule set says it: parts that add up, parts no greater than their whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cityrubric.catalogue import FactSpec
from cityrubric.documents import Document
from cityrubric.errors import Spot, did_you_mean
from cityrubric.language import translate as _
from cityrubric.rubric.conclusions import Consistency, Side
from cityrubric.rubric.numbers import provenance


def read_consistency(
    entries: Iterable[Document], catalogue: Mapping[str, FactSpec], spot: Spot
) -> tuple[Consistency, ...]:
    """Read the relations between facts; note facts that do not exist or are no figures."""
    read = []
    for n, entry in enumerate(entries):
        here = spot.at("consistency", n)
        for side in ("left", "right"):
            per = [entry[side]["per"]] if "per" in entry[side] else []
            for key in (*entry[side]["sum"], *per):
                _check_key(key, catalogue, here.at(side))
        read.append(
            Consistency(
                id=entry["id"],
                title=entry["title"],
                says=entry["says"],
                left=_side(entry["left"]),
                relation=entry["relation"],
                right=_side(entry["right"]),
                within=float(entry.get("within", 0)),
                provenance=provenance(entry["provenance"]),
            )
        )
    return tuple(read)


def _side(entry: Document) -> Side:
    return Side(tuple(entry["sum"]), entry.get("per", ""), float(entry.get("times", 1)))


def _check_key(key: str, catalogue: Mapping[str, FactSpec], spot: Spot) -> None:
    if key not in catalogue:
        spot.fault(_("no such fact: '{key}'").format(key=key) + did_you_mean(key, catalogue))
    elif catalogue[key].kind != "number":
        spot.fault(_("'{key}' is no figure").format(key=key))
