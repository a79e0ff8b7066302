"""One indicator's TOML -> `Indicator`: defaults filled in, names resolved, points made exact."""

from __future__ import annotations

from attrs import frozen

from cityrubric.catalogue import FactSpec
from cityrubric.documents import Document
from cityrubric.errors import Spot, did_you_mean
from cityrubric.hookspecs import Measure
from cityrubric.language import translate as _
from cityrubric.pluginhost import Offers
from cityrubric.rubric.bands import BandReader
from cityrubric.rubric.model import Indicator, Part, Window
from cityrubric.rubric.numbers import points, provenance
from cityrubric.rubric.parts import check_parts
from cityrubric.rubric.provenance import Provenance

_NATURAL_FULL = {"sheet": 100.0}
_NO_POINTS = Provenance(documented=False, source="")
NO_SCHEME: Document = {"partly_share": {"percent": 0, "provenance": "reconstructed"}}
_GRADED = frozenset({"bands", "award", "veto"})


@frozen
class IndicatorReader:
    """Reads the indicators of one group's file.

    Attributes:
        head: the rule set's main document, for what holds where an indicator says nothing.
        group: the group's entry in it.
    """

    head: Document
    group: Document
    offers: Offers

    def read(self, entry: Document, spot: Spot) -> Indicator:
        """Read one indicator."""
        scored = entry.get("scored", True)
        scheme = self.head.get("scheme", {})
        if "max_score" in entry and not scheme:
            spot.at("max_score").fault(_("the rule set has no `scheme`, so nothing in it earns points"))
        earns = scheme and scored and self.group["role"] != "veto"
        own = entry.get("max_score", scheme.get("max_score"))
        most, maximum = points(own, spot.at("max_score")) if earns else (0, _NO_POINTS)
        for n, key in enumerate(entry.get("considers", ())):
            self._fact(key, spot.at("considers", n))
        parts = tuple(self._part(entry, n, (most, maximum), spot.at("parts", n)) for n in range(len(entry["parts"])))
        if sum(part.points for part in parts) != most:
            says = _("the parts earn {total} points together, the indicator {most}; write `points` in each part")
            spot.at("parts").fault(says.format(total=sum(part.points for part in parts) / 1000, most=most / 1000))
        if "pending" in entry and [part.operator for part in parts] != ["expert"]:
            says = _("an item whose rule is pending is judged by an expert; with a rule, delete `pending`")
            spot.at("pending").fault(says)
        check_parts(parts, self.offers.operators, scored=scored, spot=spot.at("parts"))
        if scored and not most:
            _check_judged_alone(parts, spot.at("parts"))
        return Indicator(
            id=entry["id"],
            title=entry["title"],
            group=self.group["id"],
            point=entry["point"],
            provenance=provenance(entry["provenance"]),
            max_score=most,
            max_provenance=maximum,
            parts=parts,
            scored=scored,
            clause=entry.get("clause", ""),
            note=entry.get("note", ""),
            considers=tuple(entry.get("considers", ())),
            pending=entry.get("pending", {}).get("says", ""),
            drafted=tuple(draft["operator"] for draft in entry.get("pending", {}).get("drafted", ())),
        )

    def _part(self, entry: Document, index: int, maximum: tuple[int, Provenance], spot: Spot) -> Part:
        part = entry["parts"][index]
        if part["operator"] not in self.offers.operators:
            says = _("no plugin offers the operator '{name}'").format(name=part["operator"])
            spot.at("operator").fault(says + did_you_mean(part["operator"], self.offers.operators))
        facts = self._facts(entry, part, spot)
        specs = [spec for key in facts if (spec := self._fact(key, spot))] if part["operator"] != "expert" else []
        measure = self._measure(part["measure"], spot.at("measure")) if "measure" in part else None
        most, earned = self._points(entry, part, maximum, spot)
        each, each_provenance = points(part["each"], spot.at("each")) if "each" in part else (0, None)
        bands = BandReader(
            most, earned, self.head.get("scheme", NO_SCHEME)["partly_share"], specs[0].levels if specs else ()
        )
        return Part(
            operator=part["operator"],
            facts=facts,
            measure=part.get("measure", ""),
            unit=self._unit(part, measure or (specs[0] if specs else None), spot),
            window=self._window(part),
            points=most,
            provenance=earned,
            bands=bands.read(part, spot),
            line=provenance(part["line"]) if "line" in part else None,
            each=each,
            each_provenance=each_provenance,
            full=most / 1000
            if part["operator"] == "expert"
            else part.get("full", _NATURAL_FULL.get(part["operator"], 1.0)),
            cleared_by=part.get("cleared_by", ""),
            says_unit="unit" in part or not ("bands" in part or "full" in part),
        )

    def _facts(self, entry: Document, part: Document, spot: Spot) -> tuple[str, ...]:
        if part["operator"] == "expert":
            return (f"expert.{entry['id']}",)
        named = [name for name in ("fact", "facts", "measure") if name in part]
        if len(named) != 1:
            spot.fault(_("name exactly one of: fact, facts, measure"))
        return tuple(part["facts"]) if "facts" in part else (part["fact"],) if "fact" in part else ()

    def _fact(self, key: str, spot: Spot) -> FactSpec | None:
        spec = self.offers.catalogue.get(key)
        if spec is None:
            says = _("no plugin offers the fact '{name}'").format(name=key)
            spot.fault(says + did_you_mean(key, self.offers.catalogue))
        return spec

    def _measure(self, id_: str, spot: Spot) -> Measure | None:
        measure = self.offers.measures.get(id_)
        if measure is None:
            says = _("no plugin offers the measure '{name}'").format(name=id_)
            spot.fault(says + did_you_mean(id_, self.offers.measures))
        return measure

    def _unit(self, part: Document, measured: FactSpec | Measure | None, spot: Spot) -> str:
        if measured is None:
            return ""
        if part.get("unit", measured.unit) != measured.unit:
            says = _("the unit here is {here}, but what is measured comes in {unit}")
            spot.at("unit").fault(says.format(here=part["unit"], unit=measured.unit or "—"))
        return measured.unit

    def _points(
        self, entry: Document, part: Document, maximum: tuple[int, Provenance], spot: Spot
    ) -> tuple[int, Provenance]:
        """What the part can earn: its own word, or an equal share of what the indicator can earn."""
        if "points" in part:
            return points(part["points"], spot.at("points"))
        most, most_provenance = maximum
        nothing = {name for name, operator in self.offers.operators.items() if not operator.earns}
        earning = [other for other in entry["parts"] if other["operator"] not in nothing]
        if part["operator"] in nothing and earning:
            return 0, most_provenance
        return most // max(len(earning), 1), most_provenance

    def _window(self, part: Document) -> Window:
        ((reducer, years),) = part.get("window", {"latest": 1}).items()
        return Window(reducer, self.head["recent_years"]["years"] if years == "recent" else years)


def _check_judged_alone(parts: tuple[Part, ...], spot: Spot) -> None:
    """Note what can be judged by its points only, where there are none."""
    if len(parts) > 1:
        spot.fault(_("an indicator without points has one part: several are joined by their points"))
    for n, part in enumerate(parts):
        if part.operator not in _GRADED:
            spot.at(n, "operator").fault(
                _("'{operator}' judges by points, and there are none").format(operator=part.operator)
            )
