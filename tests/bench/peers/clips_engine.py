"""CLIPS through clipspy: values as facts, a rule per band, weakness and recommendation; a session is reset per city.

A session gets slower with every reset, so that none does more than some dozens of cities; all are built beforehand.
"""

from collections.abc import Callable

import clips
import numpy as np
from rubric import INDICATORS, NOT_MET, PARTLY_MET, UNDETERMINED, Outcomes, Rubric, as_outcomes

CITIES_PER_SESSION = 50


def prepare(rubric: Rubric, values: np.ndarray) -> Callable[[], Outcomes]:
    rows = values.tolist()
    sessions = [_session(rubric) for _start in range(0, len(rows), CITIES_PER_SESSION)]

    def evaluate() -> Outcomes:
        verdicts, weak, wise = [], [], []
        for place, row in enumerate(rows):
            environment, template = sessions[place // CITIES_PER_SESSION]
            environment.reset()
            for number, value in enumerate(row):
                if value == value:
                    template.assert_fact(item=number, is_=value)
            environment.run()
            codes, found, advised = (
                [UNDETERMINED] * INDICATORS,
                [False] * len(rubric.weaknesses),
                [False] * len(rubric.recommendations),
            )
            for fact in environment.facts():
                name = fact.template.name
                if name == "outcome":
                    codes[fact["item"]] = fact["verdict"]
                elif name == "weakness":
                    found[fact["number"]] = True
                elif name == "recommendation":
                    advised[fact["number"]] = True
            verdicts.append(codes)
            weak.append(found)
            wise.append(advised)
        return as_outcomes(verdicts, weak, wise)

    return evaluate


def _session(rubric: Rubric) -> tuple[clips.Environment, clips.Template]:
    environment = clips.Environment()
    for construct in _constructs(rubric):
        environment.build(construct)
    return environment, environment.find_template("value")


def _constructs(rubric: Rubric) -> list[str]:
    made = ["(deftemplate value (slot item) (slot is_))", "(deftemplate outcome (slot item) (slot verdict))"]
    made += ["(deftemplate weakness (slot number))", "(deftemplate recommendation (slot number))"]
    for n, (partly, met) in enumerate(rubric.lines):
        tests = [f"(>= ?x {met})", f"(and (>= ?x {partly}) (< ?x {met}))", f"(< ?x {partly})"]
        made += [
            f"(defrule band-{n}-{code} (value (item {n}) (is_ ?x&:{test}))"
            f" => (assert (outcome (item {n}) (verdict {code}))))"
            for code, test in zip((2, 1, 0), tests, strict=False)
        ]
    made += [
        f"(defrule w-{n} (outcome (item {one}) (verdict {NOT_MET}))"
        f" (outcome (item {other}) (verdict ?v&:(<= ?v {PARTLY_MET}))) => (assert (weakness (number {n}))))"
        for n, (one, other) in enumerate(rubric.weaknesses)
    ]
    made += [
        f"(defrule r-{n} (weakness (number {weak})) (outcome (item {item}) (verdict {NOT_MET}))"
        f" => (assert (recommendation (number {n}))))"
        for n, (weak, item) in enumerate(rubric.recommendations)
    ]
    return made
