"""Units that are not said, and figures of different units that are treated as one quantity.

That a part says another unit than what it measures comes in is refused on loading.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from cityrubric.authoring.lint.remarks import Remark
from cityrubric.language import translate as _
from cityrubric.rubric.conclusions import Consistency
from cityrubric.rubric.model import Part, Ruleset

_PERCENT = "%"


def check_units(ruleset: Ruleset) -> Iterator[Remark]:
    """Yield remarks on the units of parts, of rates in the catalogues, and of relations between facts."""
    for indicator in ruleset.indicators:
        for part in indicator.parts:
            yield from _missing(indicator.id, part, ruleset)
            yield from _mismatch(indicator.id, part.facts, ruleset)
    for spec in ruleset.offers.catalogue.values():
        if spec.ratio and spec.plugin in ruleset.plugins:
            yield from _mismatch(spec.key, spec.ratio, ruleset)
            if spec.unit != _PERCENT:
                says = _("is derived as a percentage, and comes in '{unit}'").format(unit=spec.unit)
                yield Remark("unit-mismatch", spec.key, says)
    for relation in ruleset.consistency:
        for keys in _compared(relation):
            if _clash({ruleset.offers.catalogue[key].unit for key in keys}):
                yield from _mismatch(relation.id, keys, ruleset)


def _missing(id_: str, part: Part, ruleset: Ruleset) -> Iterator[Remark]:
    if part.says_unit:
        return
    if part.unit:
        says = _('states a figure without its unit; write `unit = "{unit}"`').format(unit=part.unit)
        yield Remark("unit-missing", id_, says)
    elif part.measure:
        says = _("the measure '{id}' states no unit; where it is a mere number, write \"1\"").format(id=part.measure)
        yield Remark("unit-missing", id_, says)


def _compared(relation: Consistency) -> Iterator[tuple[str, ...]]:
    """The facts of a relation that must be of one unit: those added, and both sides where neither is converted."""
    left, right = relation.left, relation.right
    if left.per or right.per or (left.times, right.times) != (1, 1):
        yield from (left.keys, right.keys)
    else:
        yield (*left.keys, *right.keys)


def _clash(units: AbstractSet[str]) -> bool:
    """Whether figures cannot be meant to be compared: a rate among counts, or tens of thousands (万) among ones.

    Counts of 家 and of 户, or of 类 and of 个, may well be.
    """
    multiples = {unit.removesuffix(unit.lstrip("万亿")) for unit in units}
    return len(multiples) > 1 or (_PERCENT in units and len(units) > 1)


def _mismatch(where: str, keys: tuple[str, ...], ruleset: Ruleset) -> Iterator[Remark]:
    units = {key: ruleset.offers.catalogue[key].unit for key in keys}
    if len({*units.values()}) > 1:
        told = ", ".join(f"{key} ({unit or '—'})" for key, unit in units.items())
        yield Remark("unit-mismatch", where, _("of different units: {facts}").format(facts=told))
