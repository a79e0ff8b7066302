"""Cities that do not exist, from a seed: to try rules on, to test and to measure with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import define, field, frozen

from cityrubric.authoring.written import written_value
from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.intake.claims import given
from cityrubric.proceedings import Evidence, Interview, Survey
from cityrubric.records import Area, City, Claim, Clearance, Observation, Period, Request, Source
from cityrubric.rubric.model import Ruleset
from cityrubric.states import Speaker, State

_SOURCE = "fictional"
_DERIVED = 0.5  # how many percentages are given by their counts
_MAGNITUDES = (1, 3, 10, 250, 9000, 45000)
_LARGE = 1e6
_SOME_DAY = 738000.0  # an ordinal


@frozen
class Mix:
    """How good the facts are; each is a share between 0 and 1.

    Attributes:
        missing: facts of which nothing is stated.
        inexact: figures stated as a range.
        disputed: figures on which two claims differ.
        strong: how likely a figure is on the good side.
        documented: indicators with a row in the evidence ledger; with some, there are interviews and a survey, too.
    """

    missing: float = 0.0
    inexact: float = 0.0
    disputed: float = 0.0
    strong: float = 0.9
    documented: float = 0.0


COMPLETE = Mix()


def fictional_city(seed: int, ruleset: Ruleset, mix: Mix = COMPLETE, year: int = 2021) -> City:
    """Make up a city; the same seed and mix make the same city.

    Args:
        seed: any whole number; it is part of the city's name.
        ruleset: whose facts are stated.
        mix: how good they are.
        year: the assessment year.
    """
    dice = random.Random(seed)
    span = range(year - ruleset.recent_years + 1, year + 1)
    maker = _Maker(ruleset, mix, dice)
    claims = [claim for spec in _chosen(ruleset, dice) for claim in maker.claims(spec, span)]
    return City(
        id=f"fictional-{seed}",
        name=f"虚构市{seed}",
        province="虚构省",
        assessment_year=year,
        reference_date=date(year, 12, 31),
        dates_basis="虚构",
        areas=(Area("east", "东区", "district"), Area("west", "西县", "county")),
        sources=(Source(_SOURCE, "虚构的资料"),),
        claims=tuple(dict.fromkeys(sorted(claims, key=lambda claim: claim.key))),  # as they are read from a file
        observations=tuple(_observations(ruleset, dice)),
        clearances=tuple(_clearances(ruleset, year, mix, dice)),
        evidence=tuple(_evidence(ruleset, mix, dice)),
        **(_heard(ruleset, year, dice) if mix.documented else {}),
    )


def _chosen(ruleset: Ruleset, dice: random.Random) -> list[FactSpec]:
    """Every fact; of a percentage and its counts, one way or the other; wholes before their parts."""
    catalogue = ruleset.offers.catalogue
    counts = {key for spec in catalogue.values() for key in spec.ratio or ()}
    derived = {key for key in sorted(catalogue) if catalogue[key].ratio and dice.random() < _DERIVED}
    needed = {part for key in derived for part in catalogue[key].ratio or ()}
    needed |= {key for measure in ruleset.offers.measures.values() for key in measure.reads}
    parts = {spec.ratio[0] for spec in catalogue.values() if spec.ratio}
    chosen = [key for key in sorted(catalogue) if key not in derived and (key not in counts or key in needed)]
    return [catalogue[key] for key in sorted(chosen, key=lambda key: key in parts)]


@define
class _Maker:
    """Makes claims; remembers figures, so that a part never exceeds its whole."""

    ruleset: Ruleset
    mix: Mix
    dice: random.Random
    figures: dict[tuple[str, int | None], float] = field(factory=dict)

    def claims(self, spec: FactSpec, years: range) -> Iterator[Claim]:
        """State a fact for every year in which it has a value."""
        stated = {"year": [*years], "stock": [years[-1]], "none": [None]}[spec.period]
        for year in stated:
            low, high = self._value(spec, year)
            period = Period(year, year) if year else None
            if self.dice.random() < self.mix.missing:
                continue
            yield _claim(spec, low, high, period)
            if spec.kind == "number" and self.dice.random() < self.mix.disputed:
                yield _claim(spec, *self._value(spec, year), period)

    def _value(self, spec: FactSpec, year: int | None) -> tuple[float, float]:
        good = self.dice.random() < self.mix.strong
        if spec.kind != "number":
            level = _SOME_DAY if spec.kind == "date" else spec.high if good else spec.low
            return level, level
        exact = self.figures[spec.key, year] = self._number(spec, year, good)
        if self.dice.random() >= self.mix.inexact:
            return exact, exact
        wider = max(1.0, abs(exact) / 10)
        return max(spec.low, exact - wider), min(spec.high, exact + wider)

    def _number(self, spec: FactSpec, year: int | None, good: bool) -> float:
        """A part of a whole, a percentage or score near its top, or a count of any size."""
        share = 1.0 if good else 1 - self.dice.random() / 4
        for ratio in (other.ratio for other in self.ruleset.offers.catalogue.values() if other.ratio):
            if ratio[0] == spec.key and (ratio[1], year) in self.figures:
                return float(round(self.figures[ratio[1], year] * share))
        if spec.high < _LARGE:
            return round(max(spec.low, 0.0) + (spec.high - max(spec.low, 0.0)) * share, 2)
        return float(max(spec.low, self.dice.choice(_MAGNITUDES) + self.dice.randrange(7)))


def _claim(spec: FactSpec, low: float, high: float, period: Period | None) -> Claim:
    content = ("虚构的内容",) if spec.kind in PRESENCE_KINDS and high else ()
    return Claim(
        key=spec.key,
        state=State.KNOWN,
        low=low,
        high=high,
        content=content,
        period=period,
        speaker=Speaker.VERIFIED,
        given=given(written_value(spec, low, high, content), spec.unit),
        source=_SOURCE,
        person="虚构的评审员" if spec.signed else "",
        reason="虚构的理由" if spec.signed else "",
    )


def _observations(ruleset: Ruleset, dice: random.Random) -> Iterator[Observation]:
    methods = sorted(ruleset.domains["method"])
    for number in range(dice.randrange(4)):
        about = dice.choice(ruleset.indicators).id
        kind = dice.choice(("weakness", "advice", "highlight"))
        says = "虚构的观察"
        yield Observation(f"O{number}", kind, dice.choice(methods), (about,), "minor", says, source=_SOURCE)


def _evidence(ruleset: Ruleset, mix: Mix, dice: random.Random) -> Iterator[Evidence]:
    for number, indicator in enumerate(ruleset.indicators, 1):
        if mix.documented and dice.random() < mix.documented:
            department = dice.choice(sorted(ruleset.domains.get("department", {"虚构部门": ""})))
            yield Evidence(f"E{number:03}", "虚构的材料", department, indicators=(indicator.id,))


def _heard(ruleset: Ruleset, year: int, dice: random.Random) -> dict[str, Any]:
    """Interviews, a survey and a request that was answered."""
    shares = [key for key, spec in sorted(ruleset.offers.catalogue.items()) if spec.unit == "%" and spec.high == 100]
    about = dice.choice(ruleset.indicators).id
    asked = date(year, 11, 1)
    return {
        "interviews": tuple(
            Interview(f"I{n}", "虚构的职务", "虚构的话题", "虚构的回答", asked, "虚构的评审员", (about,))
            for n in (1, 2)
        ),
        "surveys": tuple(
            Survey(
                "Q1",
                key,
                "虚构的问题",
                dice.randrange(400, 2000),
                dice.randrange(600, 1000) / 10,
                None,
                str(year),
                _SOURCE,
            )
            for key in shares[:1]
        ),
        "requests": (Request("R1", "虚构函", asked, date(year, 12, 1), date(year, 11, 20)),),
    }


def _clearances(ruleset: Ruleset, year: int, mix: Mix, dice: random.Random) -> Iterator[Clearance]:
    for indicator in ruleset.indicators:
        if any(part.cleared_by == "record" for part in indicator.parts) and dice.random() >= mix.missing:
            days = (date(year, 10, 8), date(year + 1, 3, 31))
            yield Clearance(indicator.id, ("虚构的部门",), "虚构函", days[0], "未发生", False, days[1], _SOURCE)
