"""What people have chosen: which sentences are printed, in what order and in whose words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from cityrubric.assessment import Assessment
from cityrubric.report.sentences import Printed, Sentence, fingerprint_of, print_sentence


@frozen
class Choice:
    """What somebody has decided about one sentence.

    Attributes:
        id: of the sentence.
        take: whether it is printed.
        order: its place in its paragraph; None leaves it where it is.
        says: other words; empty for none.
        by: who decided.
        mark: of what the sentence rested on then; the choice counts only as long as that is so.
    """

    id: str
    take: bool = True
    order: float | None = None
    says: str = ""
    by: str = ""
    mark: str = ""

    @property
    def decides(self) -> bool:
        """Whether anything is to be other than as it is made."""
        return not self.take or self.order is not None or bool(self.says)


Choices = Mapping[str, Choice]


def stale_choices(sentences: Iterable[Sentence], choices: Choices, assessment: Assessment) -> tuple[str, ...]:
    """Return ids of sentences whose support has changed since somebody chose, and of those that are nobody's choice.

    Such a choice is not followed.
    """
    decided = [one for one in sentences if one.id in choices and choices[one.id].decides]
    return tuple(one.id for one in decided if one.fixed or choices[one.id].mark != fingerprint_of(one, assessment))


def print_chosen(
    sentences: Sequence[Sentence], choices: Choices, assessment: Assessment, *, shows_support: bool
) -> tuple[Printed, ...]:
    """Return the sentences of a paragraph as people want them printed."""
    stale = set(stale_choices(sentences, choices, assessment))
    followed = {one.id: choices[one.id] for one in sentences if one.id in choices and one.id not in stale}
    taken = [(n, one) for n, one in enumerate(sentences) if one.id not in followed or followed[one.id].take]

    def place(entry: tuple[int, Sentence]) -> tuple[float, int]:
        choice = followed.get(entry[1].id)
        return (entry[0] + 1.0 if choice is None or choice.order is None else choice.order, entry[0])

    return tuple(
        print_sentence(
            one,
            shows_support=shows_support,
            says=followed[one.id].says if one.id in followed else "",
            by=followed[one.id].by if one.id in followed else "",
        )
        for _n, one in sorted(taken, key=place)
    )
