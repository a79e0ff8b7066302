"""Report texts and what is known -> documents: a sentence is said only if all that it needs is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from attrs import evolve, frozen

from cityrubric.assessment import Assessment, Finding
from cityrubric.outcomes import Outcome
from cityrubric.report.audience import View
from cityrubric.report.deciding import rests_on_reconstruction
from cityrubric.report.figures import RATE_DECIMALS, figure
from cityrubric.report.sentences import PROVINCIAL, Sentence, fact_id, ids_of
from cityrubric.report.texts import SCORE_WORDS, BlockText, DocumentText, SentenceText, Texts
from cityrubric.report.values import Stated, all_text, date_text, span_text, stated_facts, value_text, when_text
from cityrubric.states import Verdict

Words = dict[str, str]
_FIXED = {"term:pass_line", "provincial", "left_out"}
"""What rests on these tells the conclusion or how it came about: nobody may leave it out."""


@frozen
class Paragraph:
    """A heading or a paragraph with what may be said in it, not yet chosen from or numbered."""

    text: BlockText
    sentences: tuple[Sentence, ...] = ()


@frozen(eq=False)
class _Known:
    """What sentences are made from: words and figures from the view, ids and verdicts from the assessment.

    Attributes:
        facts: what may be stated, by key.
        findings: that the audience may see.
        ledger: what ids of outcomes and findings begin with, where they are not the national ones.
    """

    assessment: Assessment
    view: View
    texts: Texts
    facts: Mapping[str, Stated]
    findings: tuple[Finding, ...]
    outcomes: Mapping[str, Outcome]
    words: Words
    ids: frozenset[str]
    ledger: str = ""


def compose(assessment: Assessment, view: View, texts: Texts) -> dict[str, tuple[Paragraph, ...]]:
    """Return what may be said to an audience, document by document.

    Args:
        assessment: the complete record: what sentences rest on.
        view: what the audience may see of it: no word or figure comes from anywhere else.
        texts: of the rule set.
    """
    known = _known(assessment, view, texts)
    return {
        document.name: tuple(_paragraphs(document, known))
        for document in texts.documents
        if view.audience in document.audiences
    }


def general_words(view: View, texts: Texts) -> Words:
    """Return the words that any text may use, such as `${city}`."""
    names, conclusion = texts.names, view.conclusion
    words = {
        "city": view.city.name,
        "province": view.city.province,
        "year": str(view.assessment_year),
        "reference_date": date_text(date.fromisoformat(view.city.reference_date), names["words"]),
        "ruleset": view.ruleset.title,
        "stage": view.ruleset.stage,
        "line": figure(conclusion.line),
        "line.status": names["statuses"][conclusion.line_basis.status],
    }
    if conclusion.declared is not None:
        said = conclusion.declared
        words["declared.by"] = said.by
        words["declared.verdict"] = names["decisions"][said.verdict]
        words["declared.compared"] = names["compared"][said.compared]
    if view.joint is not None:
        joint = view.joint
        words |= {"joint.title": joint.title, "joint.notice": joint.notice}
        words["joint.verdict"] = names["decisions"][joint.verdict]
    words["left_out"] = names["words"]["list"].join(view.left_out)
    if view.scores is not None and view.scores.scored:
        scores = view.scores
        low, high = (figure(end) for end in scores.total)
        words |= {"score.low": low, "score.high": high, "score.applicable": figure(scores.applicable)}
        words["score.rate"] = span_text(scores.rate, names["words"], RATE_DECIMALS, "%")
    return words


def _known(assessment: Assessment, view: View, texts: Texts) -> _Known:
    words = general_words(view, texts)
    base = [group.title for group in assessment.scores.groups if group.role == "base"]
    words["groups"] = texts.names["words"]["list"].join(base)
    return _Known(
        assessment=assessment,
        view=view,
        texts=texts,
        facts=stated_facts(view.facts),
        findings=view.findings,
        outcomes={outcome.id: outcome for outcome in assessment.outcomes},
        words=words,
        ids=ids_of(assessment) | ({"left_out"} if view.left_out else set()),
    )


def _paragraphs(document: DocumentText, everything: _Known) -> Iterator[Paragraph]:
    for block in document.blocks:
        known = _of_plugin(block, everything) if block.plugin else everything
        if known is not None and known.view.audience in block.audiences:
            sentences = [one for text in block.sentences for one in _sentences(text, document, known)]
            if sentences or block.form or not block.sentences:
                yield Paragraph(block, tuple(sentences))


def _of_plugin(block: BlockText, known: _Known) -> _Known | None:
    """What a plugin's sentences are made from: only what the audience sees, and of a province its own ledger.

    None where it has no say: it was left out, or it is a province whose rules were not applied.
    """
    own, view = known.assessment.provincial, known.view
    if block.plugin in known.view.left_out or (block.province and (own is None or own.overlay.version != block.plugin)):
        return None
    if not block.province:
        return evolve(known, outcomes={one.id: one for one in view.outcomes})
    return evolve(
        known,
        outcomes={one.id: one for one in view.provincial.outcomes} if view.provincial else {},
        findings=view.provincial.findings if view.provincial else (),
        ledger=PROVINCIAL,
    )


def _sentences(text: SentenceText, document: DocumentText, known: _Known) -> Iterator[Sentence]:
    """Yield what a text says here: once, once for each finding, or not at all."""
    if known.view.audience not in text.audiences or text.decision not in ("", known.view.conclusion.verdict):
        return
    if any(key not in known.facts for key in text.keys) or not all(_is_true(key, known) for key in text.holds):
        return
    if any(known.outcomes[id_].verdict != Verdict.MET.code for id_ in text.met if id_ in known.outcomes):
        return
    if any(id_ not in known.outcomes and f"{known.ledger}outcome:{id_}" in known.ids for id_ in text.met):
        return  # this audience does not see how it stands
    if not _is_of_one_time(text, known):
        return
    if any(support not in known.ids for support in text.rests_on):
        return  # nobody has declared anything, or there are no rules of a province's own
    if SCORE_WORDS.intersection(text.says.blanks()) - known.words.keys():
        return  # nothing in this rule set earns points
    for suffix, findings in _found(text, known):
        because = {*_support(text, known), *(f"{known.ledger}finding:{one.id}" for one in findings)}
        says = text.says.substitute(_words(text, findings, known))
        id_ = f"{document.name}/{text.id}{suffix}"
        yield Sentence(
            id_,
            _noted(says, _notes(text, known)),
            tuple(sorted(because)),
            known.ids,
            form=text.says.template,
            fixed=bool(text.decision) or text.each == "conclusion" or bool(_FIXED & set(text.rests_on)),
        )


def _is_of_one_time(text: SentenceText, known: _Known) -> bool:
    """Whether the years that a sentence names are those of every figure in it that has some."""
    names = [name.partition("@") for name in text.says.blanks()]
    if not any(what == "when" for _key, _at, what in names):
        return True
    figures = {key for key, _at, what in names if what != "all" and key in known.facts}
    return len({known.facts[key].latest.period for key in figures} - {None}) <= 1


def _is_true(key: str, known: _Known) -> bool:
    return known.facts[key].latest.low == 1


def _found(text: SentenceText, known: _Known) -> Iterator[tuple[str, Sequence[Finding]]]:
    """Yield the findings a sentence is about, with what sets it apart; once without any if it asks for none."""
    if text.each:
        yield from ((f"/{one.id}", (one,)) for one in known.findings if one.kind == text.each)
    elif text.all or text.finding:
        found = [one for one in known.findings if one.kind == text.all or one.rule == text.finding]
        if found:
            yield "", found
    else:
        yield "", ()


def _support(text: SentenceText, known: _Known) -> tuple[str, ...]:
    whole = {name.partition("@")[0] for name in text.says.blanks() if name.endswith("@all")}
    ids = [f"{known.ledger}outcome:{id_}" for id_ in text.met] + list(text.rests_on)
    for key in text.keys:
        stated = known.facts[key]
        ids += [fact_id(fact) for fact in (stated.facts if key in whole else (stated.latest,))]
    return tuple(ids)


_TOLD: Mapping[str, Callable[[Stated, Mapping[str, str]], str]] = {
    "": lambda stated, names: value_text(stated.latest, names),
    "when": lambda stated, names: when_text(stated.latest, names),
    "all": all_text,
}


def _words(text: SentenceText, findings: Sequence[Finding], known: _Known) -> Words:
    names = known.texts.names["words"]
    words = dict(known.words)
    for name in text.says.blanks():
        key, _at, what = name.partition("@")
        if key in known.facts:
            stated = known.facts[key]
            words[name] = _TOLD[what](stated, names)
    if findings:
        words["finding.says"] = names["list_of_findings"].join(one.says for one in findings)
        words["finding.title"] = names["list"].join(one.title for one in findings)
        action = findings[0].action
        words["finding.departments"] = names["list"].join(action.departments) if action else names["none"]
        words["finding.deadline"] = date_text(date.fromisoformat(action.deadline), names) if action else names["none"]
    return words


def _notes(text: SentenceText, known: _Known) -> list[str]:
    """What a reader must know about the sentence: unverified figures, reconstructed lines."""
    names = known.texts.names["words"]
    speakers = {known.facts[key].latest.by for key in text.keys}
    notes = [names[speaker] for speaker in ("self", "department") if speaker in speakers]
    if any(rests_on_reconstruction(known.outcomes[id_]) for id_ in text.met if id_ in known.outcomes):
        notes.append(names["reconstructed"])
    return notes


def _noted(says: str, notes: Sequence[str]) -> str:
    """Put notes before the last mark of a sentence."""
    if not notes:
        return says
    end = says[-1] if says[-1] in "。；！" else ""
    return says.removesuffix(end) + "".join(notes) + end
