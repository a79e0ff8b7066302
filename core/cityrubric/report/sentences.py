"""Sentences: nothing is said of a city that does not name what it rests on."""

from __future__ import annotations

from collections.abc import Container, Iterator

from attrs import field, frozen

from cityrubric import canonical
from cityrubric.assessment import Assessment, Provincial
from cityrubric.errors import CityrubricError
from cityrubric.language import translate as _
from cityrubric.outcomes import FactRecord

PROVINCIAL = "provincial/"
"""What ids of a province's own ledger begin with; of a national item whose line is tightened there are two."""


class Unsupported(CityrubricError):
    """A sentence that states something without support."""


@frozen
class Sentence:
    """Something that is said, with the ids of what supports it.

    Attributes:
        id: of the text it comes from, and of the finding it is about; never of anything measured.
        says: the words.
        because: ids, as in the assessment.
        among: the ids that the assessment has; see `ids_of`.
        form: the text of the rule set that it comes from.
        fixed: it tells the conclusion or its line, which nobody may leave out or put in other words.

    Raises:
        Unsupported: if it names no support, or one that the assessment does not have.
    """

    id: str
    says: str
    because: tuple[str, ...]
    among: Container[str] = field(repr=False, eq=False)
    form: str = ""
    fixed: bool = False

    def __attrs_post_init__(self) -> None:
        unknown = [id_ for id_ in self.because if id_ not in self.among]
        if not self.because or unknown:
            why = ", ".join(unknown) or _("nothing")
            message = _("the sentence '{id}' is not supported: it rests on {why}, which the assessment does not have")
            raise Unsupported(message.format(id=self.id, why=why))


@frozen
class Printed:
    """A sentence as it is printed: words that a supported sentence, or a person who signs for them, has said.

    Attributes:
        because: empty where the audience may not see it.
        by: who has chosen other words; empty where nobody has.
    """

    id: str
    says: str
    because: tuple[str, ...] = ()
    by: str = ""


def print_sentence(sentence: Sentence, *, shows_support: bool, says: str = "", by: str = "") -> Printed:
    """Return a sentence as it is printed: the only way to make one."""
    return Printed(sentence.id, says or sentence.says, sentence.because if shows_support else (), by)


def fact_id(fact: FactRecord) -> str:
    """Return the id under which findings and outcomes refer to a fact."""
    return f"fact:{fact.key}@{fact.period}" if fact.period else f"fact:{fact.key}"


def ids_of(assessment: Assessment) -> frozenset[str]:
    """Return every id that can support something."""
    ids = {fact_id(fact) for fact in assessment.facts}
    for ledger, told in _ledgers(assessment):
        ids |= {f"{ledger}outcome:{one.id}" for one in told.outcomes}
        ids |= {f"{ledger}finding:{one.id}" for one in told.findings}
    ids |= {f"observation:{one['id']}" for one in assessment.observations}
    ids |= {f"clearance:{one['veto']}" for one in assessment.city.clearances}
    ids |= {f"term:{name}" for name in assessment.ruleset.terms}
    sometimes = {
        "declared": assessment.conclusion.declared,
        "provincial": assessment.provincial,
        "left_out": assessment.left_out,
    }
    return frozenset(ids | {"score:total", "ruleset", "city"} | {id_ for id_, there in sometimes.items() if there})


def _ledgers(assessment: Assessment) -> Iterator[tuple[str, Assessment | Provincial]]:
    yield "", assessment
    if assessment.provincial is not None:
        yield PROVINCIAL, assessment.provincial


def fingerprint_of(sentence: Sentence, assessment: Assessment) -> str:
    """Return a short mark of what a sentence rests on: another one if a fact, verdict, finding or text changes."""
    return canonical.fingerprint([sentence.says, sentence.because, *_states(frozenset(sentence.because), assessment)])[
        :12
    ]


def _states(because: frozenset[str], assessment: Assessment) -> list[object]:
    """What is known of each support; a person's name or a note changes nothing."""
    states: list[object] = [
        [fact_id(f), f.area or "", f.by, f.state, f.low, f.high, list(f.content)]
        for f in assessment.facts
        if fact_id(f) in because
    ]
    for ledger, told in _ledgers(assessment):
        states += [[o.id, o.verdict, *o.score] for o in told.outcomes if f"{ledger}outcome:{o.id}" in because]
        states += [[one.id, one.says] for one in told.findings if f"{ledger}finding:{one.id}" in because]
    return states
