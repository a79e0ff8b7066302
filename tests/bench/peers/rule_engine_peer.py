"""rule-engine: one expression per line and per rule, each matched against the city's values and what came before."""

from collections.abc import Callable

import numpy as np
import rule_engine
from rubric import NOT_MET, PARTLY_MET, UNDETERMINED, Outcomes, Rubric, as_outcomes


def prepare(rubric: Rubric, values: np.ndarray) -> Callable[[], Outcomes]:
    lines = [[rule_engine.Rule(f"v{n} >= {line}") for line in pair] for n, pair in enumerate(rubric.lines)]
    unknown = [rule_engine.Rule(f"v{n} == null") for n in range(len(lines))]
    weak = [rule_engine.Rule(f"o{one} == {NOT_MET} and o{other} <= {PARTLY_MET}") for one, other in rubric.weaknesses]
    wise = [rule_engine.Rule(f"w{weakness} and o{item} == {NOT_MET}") for weakness, item in rubric.recommendations]
    rows = [{f"v{n}": None if v != v else v for n, v in enumerate(row)} for row in values.tolist()]

    def verdict(n: int, city: dict) -> int:
        if unknown[n].matches(city):
            return UNDETERMINED
        return 2 if lines[n][1].matches(city) else 1 if lines[n][0].matches(city) else 0

    def evaluate() -> Outcomes:
        told = []
        for row in rows:
            city = dict(row)
            codes = [verdict(n, city) for n in range(len(lines))]
            city.update({f"o{n}": code for n, code in enumerate(codes)})
            found = [rule.matches(city) for rule in weak]
            city.update({f"w{n}": one for n, one in enumerate(found)})
            told.append((codes, found, [rule.matches(city) for rule in wise]))
        return as_outcomes(*([one[part] for one in told] for part in range(3)))

    return evaluate
