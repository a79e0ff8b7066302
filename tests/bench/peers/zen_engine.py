"""ZEN (Rust): three expression nodes in a row, one evaluation per city; with a trace it keeps what each node said."""

import itertools
import json
from collections.abc import Callable

import numpy as np
import zen
from rubric import INDICATORS, NOT_MET, PARTLY_MET, Outcomes, Rubric, as_outcomes


def prepare(rubric: Rubric, values: np.ndarray, *, trace: bool = False) -> Callable[[], Outcomes]:
    engine = zen.ZenEngine()
    decision = engine.create_decision(json.dumps(_graph(rubric)))
    cities = [{f"v{n}": None if np.isnan(v) else v for n, v in enumerate(row)} for row in values.tolist()]
    options = {"trace": trace}

    def evaluate() -> Outcomes:
        told = [decision.evaluate(city, options)["result"] for city in cities]
        return as_outcomes(
            [[int(one[f"o{n}"]) for n in range(INDICATORS)] for one in told],
            [[one[f"w{n}"] for n in range(len(rubric.weaknesses))] for one in told],
            [[one[f"r{n}"] for n in range(len(rubric.recommendations))] for one in told],
        )

    return evaluate


def prepare_traced(rubric: Rubric, values: np.ndarray) -> Callable[[], Outcomes]:
    return prepare(rubric, values, trace=True)


def _graph(rubric: Rubric) -> dict:
    lots = [
        [
            (f"o{n}", f"v{n} == null ? 3 : v{n} >= {met} ? 2 : v{n} >= {partly} ? 1 : 0")
            for n, (partly, met) in enumerate(rubric.lines)
        ],
        [
            (f"w{n}", f"o{one} == {NOT_MET} and o{other} <= {PARTLY_MET}")
            for n, (one, other) in enumerate(rubric.weaknesses)
        ],
        [
            (f"r{n}", f"w{weakness} and o{item} == {NOT_MET}")
            for n, (weakness, item) in enumerate(rubric.recommendations)
        ],
    ]
    nodes = [{"id": "in", "name": "in", "type": "inputNode", "content": {"schema": ""}}]
    for number, lot in enumerate(lots):
        expressions = [{"id": key, "key": key, "value": value} for key, value in lot]
        content = {
            "expressions": expressions,
            "passThrough": True,
            "inputField": None,
            "outputPath": None,
            "executionMode": "single",
        }
        nodes.append({"id": f"e{number}", "name": f"e{number}", "type": "expressionNode", "content": content})
    nodes.append({"id": "out", "name": "out", "type": "outputNode", "content": {"schema": ""}})
    edges = [
        {"id": f"{one['id']}-{other['id']}", "sourceId": one["id"], "targetId": other["id"], "type": "edge"}
        for one, other in itertools.pairwise(nodes)
    ]
    return {"nodes": nodes, "edges": edges}
