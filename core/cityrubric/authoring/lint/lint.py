"""All checks of a rule set that loads."""

from __future__ import annotations

from collections.abc import Iterator

from cityrubric.authoring.lint.bands import check_bands
from cityrubric.authoring.lint.coverage import check_orphans
from cityrubric.authoring.lint.remarks import FAULT, Remark
from cityrubric.authoring.lint.rules import check_rules
from cityrubric.authoring.lint.units import check_units
from cityrubric.language import translate as _
from cityrubric.rubric.model import Ruleset


def check_ruleset(ruleset: Ruleset, over: Ruleset | None = None) -> list[Remark]:
    """Return every remark on a rule set, what is certainly wrong first; loading has refused what cannot be used at all.

    Args:
        ruleset: what to check.
        over: of an overlay's own ledger, the rule set that it lies over: whose facts are not its business.

    Raises:
        Faults: if its rules ask for what does not exist.
    """
    remarks = [*check_bands(ruleset), *check_rules(ruleset), *check_orphans(ruleset)]
    remarks += [*check_units(ruleset), *_unused(ruleset, over), *_unknowable(ruleset)]
    return sorted(remarks, key=lambda remark: (remark.level != FAULT, remark.code, remark.where))


def _unknowable(ruleset: Ruleset) -> Iterator[Remark]:
    """Indicators that nobody can measure: of such a fact, all years are one and the same value, or none is known."""
    catalogue, measures = ruleset.offers.catalogue, ruleset.offers.measures
    for indicator in ruleset.indicators:
        for part in indicator.parts if indicator.scored else ():
            keys = measures[part.measure].reads if part.measure else part.facts
            for key in keys if part.window.years > 1 else ():
                if catalogue[key].period == "none":
                    says = _("{n} years are asked for, but '{title}' is not stated by year")
                    words = {"n": part.window.years, "title": catalogue[key].title}
                    yield Remark("years-unknowable", indicator.id, says.format(**words))


def _unused(ruleset: Ruleset, over: Ruleset | None) -> Iterator[Remark]:
    """Facts of the rule set's own plugins that nothing looks at."""
    own = {*ruleset.plugins} - {*(over.plugins if over else ())}
    catalogue, measures = ruleset.offers.catalogue, ruleset.offers.measures
    parts = [part for indicator in ruleset.indicators for part in indicator.parts]
    used = {key for part in parts for key in (*part.facts, *(measures[part.measure].reads if part.measure else ()))}
    used |= {key for indicator in ruleset.indicators for key in indicator.considers}
    used |= {key for relation in ruleset.consistency for key in relation.keys}
    patterns = [pattern for rule in ruleset.rules for body in rule.any_of for pattern in body]
    used |= {str(pattern["key"]) for pattern in patterns if pattern["is"] == "fact" and "key" in pattern}
    used |= {key for name in used & catalogue.keys() for key in catalogue[name].ratio or ()}
    for key in sorted(catalogue.keys() - used):
        if catalogue[key].plugin in own:
            says = _("'{title}' is shown, and decides nothing").format(title=catalogue[key].title)
            yield Remark("fact-unused", key, says, f"plugins/{catalogue[key].plugin}")
