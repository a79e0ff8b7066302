"""What a workbook asks: each fact once, in the sheet of the group that uses it first; for each area and year a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from cityrubric.catalogue import FactSpec
from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.intake.entries import Entry
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset

_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31


@frozen
class Part:
    """What of a city a workbook asks; what is empty leaves nothing out.

    Attributes:
        name: as it was asked for.
    """

    name: str = ""
    groups: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()

    def has_fact(self, home: str, indicators: Sequence[str]) -> bool:
        """Tell whether a fact is asked."""
        named = self.groups or self.indicators
        return not named or home in self.groups or not self.indicators.isdisjoint(indicators)

    def has_area(self, area: str) -> bool:
        """Tell whether an area is asked."""
        return not self.areas or area in self.areas


def read_part(words: Sequence[str], city: City, ruleset: Ruleset) -> Part:
    """Return the part of a workbook that some words name: groups, indicators or areas, by id or name.

    Raises:
        CityrubricError: if a word names none of them.
    """
    groups = {word: group.id for group in ruleset.groups for word in (group.id, group.title)}
    areas = {word: area.id for area in city.areas for word in (area.id, area.name)}
    indicators = {indicator.id for indicator in ruleset.indicators}
    for word in words:
        if word not in groups and word not in areas and word not in indicators:
            says = _("no such group, indicator or area: '{word}'").format(word=word)
            there = _("; the groups are {names}").format(names="、".join(group.title for group in ruleset.groups))
            raise CityrubricError(says + (did_you_mean(word, [*groups, *areas, *indicators]) or there))
    return Part(
        "、".join(sorted(words)),
        frozenset(groups[word] for word in words if word in groups),
        frozenset(word for word in words if word in indicators),
        frozenset(areas[word] for word in words if word in areas),
    )


def sheet_titles(ruleset: Ruleset) -> dict[str, str]:
    """Return the titles of the sheets of facts, by group."""
    return {group.id: _NOT_IN_A_TITLE.sub(" ", group.title)[:_LONGEST_TITLE] for group in ruleset.groups}


def users_of(ruleset: Ruleset) -> dict[str, tuple[str, ...]]:
    """Return the indicators that look at each fact, itself or through a percentage that is derived from it."""
    users: dict[str, dict[str, None]] = {}
    for indicator in ruleset.indicators:
        keys = [*indicator.considers]
        for part in indicator.parts:
            keys += part.facts or (ruleset.offers.measures[part.measure].reads if part.measure else ())
        for key in keys:
            for one in (key, *(ruleset.offers.catalogue[key].ratio or ())):
                users.setdefault(one, {})[indicator.id] = None
    return {key: tuple(ids) for key, ids in users.items()}


def homes_of(users: Mapping[str, Sequence[str]], ruleset: Ruleset) -> dict[str, str]:
    """Return the group whose sheet asks each fact; one that no indicator uses stands with those of its plugin."""
    group_of = {indicator.id: indicator.group for indicator in ruleset.indicators}
    used = {key: group_of[ids[0]] for key, ids in users.items()}
    catalogue = ruleset.offers.catalogue
    counts: dict[str, Counter[str]] = {}
    for key, group in used.items():
        counts.setdefault(catalogue[key].plugin, Counter())[group] += 1
    usual = {plugin: counter.most_common(1)[0][0] for plugin, counter in counts.items()}
    first = ruleset.groups[0].id
    return {
        key: used.get(key) or usual.get(spec.plugin, first)
        for key, spec in catalogue.items()
        if key in used or spec.plugin in ruleset.plugins
    }


def rows_of(spec: FactSpec, stated: Sequence[Entry], city: City, ruleset: Ruleset, part: Part) -> Iterator[Entry]:
    """Yield what is stated of a fact, and an empty entry for whatever should be and is not.

    An empty one is also asked beside what only others state than those whose word counts first.
    """
    first = ruleset.claim_order[0].value
    asked = dict.fromkeys(_slots(spec, city, ruleset))
    for slot in dict.fromkeys([*asked, *(entry.slot for entry in stated)]):
        if not part.has_area(slot[1]):
            continue
        here = [entry for entry in stated if entry.slot == slot]
        yield from here
        if slot in asked and all(entry.by != first for entry in here):
            yield Entry(*slot)


def _slots(spec: FactSpec, city: City, ruleset: Ruleset) -> Iterator[tuple[str, str, str]]:
    last = city.assessment_year
    years = {
        "year": [str(year) for year in range(last, last - ruleset.recent_years, -1)],
        "stock": [str(last)],
        "none": [""],
    }[spec.period]
    areas = [area.id for area in city.areas] if spec.rollup or spec.ratio else []
    for area in ("", *areas):
        for year in years:
            yield spec.key, area, year
