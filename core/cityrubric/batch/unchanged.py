"""Whether a stored result rests on the same inputs as a run would: facts, rule set and plugins, by their hashes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrs import asdict, fields

from cityrubric.assessment import SCHEMA_VERSION
from cityrubric.proceedings import Declared
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.normal import facts_hash, tell_city, tell_facts, tell_observations
from cityrubric.telling.stored import FILE_NAME
from cityrubric.telling.tell import plugins_used


def unchanged(city: City, ruleset: Ruleset, out: Path) -> dict[str, Any] | None:
    """Return what is stored, if a run would only write it again; a result on which an item failed is made anew."""
    try:
        stored: dict[str, Any] = json.loads((out / city.id / FILE_NAME).read_text(encoding="utf-8"))
        ledgers, declared = [stored, stored.get("provincial") or {}], stored["conclusion"]["declared"]
        made = [one for some in ledgers for one in some.get("outcomes", []) + some.get("scores", {}).get("results", [])]
        found = [stored["schema_version"], stored["facts_hash"], stored["ruleset"]["hash"], stored["plugins"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    facts = tell_facts(city, ruleset.offers.catalogue)
    hash_ = facts_hash(tell_city(city), city.assessment_year, facts, tell_observations(city), city.inspections)
    wanted = [SCHEMA_VERSION, hash_, ruleset.hash, [asdict(plugin) for plugin in plugins_used(ruleset)]]
    same = found == wanted and stored.get("left_out", []) == list(ruleset.offers.left_out)
    same = same and _ledger(stored) == _wanted_ledger(ruleset)
    same = same and _same_declared(city, declared) and not any(one.get("failure") for one in made)
    return stored if same else None


def _ledger(stored: dict[str, Any]) -> list[Any] | None:
    provincial = stored.get("provincial")
    return [provincial["overlay"]["hash"], provincial["plugins"]] if provincial else None


def _wanted_ledger(ruleset: Ruleset) -> list[Any] | None:
    if ruleset.overlay is None:
        return None
    own = ruleset.overlay.ruleset
    return [own.hash, [asdict(plugin) for plugin in plugins_used(own)]]


def _same_declared(city: City, stored: dict[str, Any] | None) -> bool:
    """What others declared bears on no verdict and on no hash; it is told all the same."""
    if city.declared is None or stored is None:
        return city.declared is None and stored is None
    left_out = {field.name: field.default for field in fields(Declared)}
    return all(stored.get(name, left_out[name]) == value for name, value in asdict(city.declared).items())
