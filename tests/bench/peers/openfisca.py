"""OpenFisca-Core: every verdict and rule a variable with a formula over all cities; a flag says what is known."""

from collections.abc import Callable

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from rubric import INDICATORS, NOT_MET, PARTLY_MET, UNDETERMINED, Outcomes, Rubric

YEAR = "2021"


def prepare(rubric: Rubric, values: np.ndarray) -> Callable[[], Outcomes]:
    city = build_entity(key="city", plural="cities", label="", is_person=True)
    system = TaxBenefitSystem([city])
    for variable in _variables(rubric, city):
        system.add_variable(variable)
    known = ~np.isnan(values)
    columns = np.where(known, values, 0.0).astype(np.float32)  # what it computes with; the values are whole

    def evaluate() -> Outcomes:
        simulation = SimulationBuilder().build_default_simulation(system, count=len(values))
        for n in range(INDICATORS):
            simulation.set_input(f"v{n}", YEAR, columns[:, n])
            simulation.set_input(f"k{n}", YEAR, known[:, n])
        lots = [
            [simulation.calculate(f"{kind}{n}", YEAR) for n in range(count)]
            for kind, count in (("o", INDICATORS), ("w", len(rubric.weaknesses)), ("r", len(rubric.recommendations)))
        ]
        verdicts, weaknesses, recommendations = (np.stack(lot, axis=1) for lot in lots)
        total = (np.where(verdicts == UNDETERMINED, 0, verdicts) * 1000).sum(axis=1)
        return Outcomes(verdicts, total, weaknesses, recommendations)

    return evaluate


def _variables(rubric: Rubric, city) -> list[type[Variable]]:
    made = []
    for n, (partly, met) in enumerate(rubric.lines):
        made += [_variable(f"v{n}", float, city), _variable(f"k{n}", bool, city)]

        def verdict(cities, period, n=n, partly=partly, met=met):
            value = cities(f"v{n}", period)
            return np.where(cities(f"k{n}", period), (value >= partly) * 1 + (value >= met), UNDETERMINED)

        made.append(_variable(f"o{n}", int, city, verdict))
    for n, (one, other) in enumerate(rubric.weaknesses):

        def weakness(cities, period, one=one, other=other):
            return (cities(f"o{one}", period) == NOT_MET) * (cities(f"o{other}", period) <= PARTLY_MET)

        made.append(_variable(f"w{n}", bool, city, weakness))
    for n, (weak, item) in enumerate(rubric.recommendations):

        def recommendation(cities, period, weak=weak, item=item):
            return cities(f"w{weak}", period) * (cities(f"o{item}", period) == NOT_MET)

        made.append(_variable(f"r{n}", bool, city, recommendation))
    return made


def _variable(name: str, kind: type, city, formula=None) -> type[Variable]:
    entries = {"value_type": kind, "entity": city, "definition_period": DateUnit.YEAR, "label": name}
    if formula is not None:
        entries["formula"] = lambda cities, period, parameters=None: formula(cities, period)
    return type(name, (Variable,), entries)
