"""What must hold across the files of a rule set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from cityrubric.documents import Document
from cityrubric.errors import FaultLog, Spot, did_you_mean
from cityrubric.language import translate as _
from cityrubric.pluginhost import Offers
from cityrubric.rubric.model import Indicator, Ruleset


def check_ids(named: Mapping[str, Iterable[str]], spot: Spot) -> None:
    """Note every id that is given twice; `named` holds what the ids are of, and the ids."""
    for what, ids in named.items():
        for id_, count in Counter(ids).items():
            if count > 1:
                spot.fault(_("{what} '{id}' stands there {n} times").format(what=what, id=id_, n=count))


def check_plugins(head: Document, offers: Offers, spot: Spot) -> None:
    """Note plugins that the rule set names and nobody has loaded."""
    loaded = [plugin.name for plugin in offers.plugins]
    for n, name in enumerate(head["plugins"]):
        if name in offers.left_out:
            spot.at("plugins", n).fault(_("the plugin '{name}' is left out, and these rules need it").format(name=name))
        elif name not in loaded:
            spot.at("plugins", n).fault(_("no plugin '{name}'").format(name=name) + did_you_mean(name, loaded))


def check_sources(document: Any, known: Mapping[str, str], spot: Spot) -> None:
    """Note every `documented:` that names a source the rule set does not list."""
    if isinstance(document, dict):
        for key, value in document.items():
            check_sources(value, known, spot.at(key))
    elif isinstance(document, list):
        for n, value in enumerate(document):
            check_sources(value, known, spot.at(n))
    elif isinstance(document, str) and document.startswith("documented:"):
        for source in cited(document):
            if source not in known:
                spot.fault(_("no such source: '{id}'").format(id=source) + did_you_mean(source, known))


def cited(provenance: str) -> list[str]:
    """Return the source ids in `documented: S2, S36 targets`: the first word of each entry."""
    return [entry.split()[0] for entry in re.split(r"[,，、]", provenance.partition(":")[2]) if entry.strip()]


def check_references(ruleset: Ruleset, spot: Spot) -> None:
    """Note references between indicators, points, key items, rules and plugins that lead nowhere."""
    points = {point.id: point.group for point in ruleset.points}
    indicators = {indicator.id: indicator for indicator in ruleset.indicators}
    for indicator in ruleset.indicators:
        if points.get(indicator.point) != indicator.group:
            says = _("indicator {id}: no point '{point}' in its group").format(id=indicator.id, point=indicator.point)
            spot.fault(says + did_you_mean(indicator.point, points))
        _check_owners(indicator, ruleset, spot)
    results = [result.id for result in ruleset.results]
    for n, required in enumerate(ruleset.pass_rule.requires):
        if required.result not in results:
            hint = did_you_mean(required.result, results)
            spot.at("pass", "requires", n, "result").fault(
                _("no such result: '{id}'").format(id=required.result) + hint
            )
    for n, id_ in enumerate(ruleset.pass_rule.key_items):
        if id_ not in indicators:
            hint = did_you_mean(id_, indicators)
            spot.at("pass", "key_items", n).fault(_("no such indicator: '{id}'").format(id=id_) + hint)
        elif not indicators[id_].max_score:
            says = _("'{id}' earns no points, so no rate of them can be asked of it")
            spot.at("pass", "key_items", n).fault(says.format(id=id_))


def check_actions(ruleset: Ruleset, log: FaultLog) -> None:
    """Note actions of what is no recommendation, and departments and efforts that the domains do not list."""
    for rule in ruleset.rules:
        if rule.action:
            spot = Spot(rule.file, log, (rule.id, "action"))
            if rule.kind != "recommendation":
                spot.fault(_("only a recommendation has an action"))
            for name in rule.action.departments:
                _check_word("department", name, ruleset, spot)
            _check_word("effort", rule.action.effort, ruleset, spot)


def _check_word(domain: str, word: str, ruleset: Ruleset, spot: Spot) -> None:
    known = ruleset.domains.get(domain, {})
    if word not in known:
        spot.fault(
            _("'{word}' is not in domains.{domain}").format(word=word, domain=domain) + did_you_mean(word, known)
        )


def _check_owners(indicator: Indicator, ruleset: Ruleset, spot: Spot) -> None:
    catalogue, measures = ruleset.offers.catalogue, ruleset.offers.measures
    owners = {catalogue[key].plugin for part in indicator.parts for key in part.facts if key in catalogue}
    owners |= {measures[part.measure].plugin for part in indicator.parts if part.measure in measures}
    for owner in sorted(owners - {"", *ruleset.plugins}):
        says = _("indicator {id} uses the plugin '{name}', which `plugins` does not list")
        spot.at("plugins").fault(says.format(id=indicator.id, name=owner))
