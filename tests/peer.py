"""Cities of schemes of other trades, and their further results."""

from cityrubric.assessment import Assessment
from cityrubric.authoring.cases import Case
from cityrubric.outcomes import ResultRecord


def result(assessment: Assessment, id_: str) -> ResultRecord:
    return next(one for one in assessment.scores.results if one.id == id_)


def case_of(facts: dict[str, object]) -> Case:
    return Case("case", {"facts": facts}, {})
