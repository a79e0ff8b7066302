"""A stored assessment, proved from itself alone: its own facts under its own rules must give it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from cityrubric.assessment import Assessment
from cityrubric.documents import Document
from cityrubric.errors import CityrubricError, did_you_mean
from cityrubric.language import translate as _
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.normal import facts_hash
from cityrubric.telling.stored import FILE_NAME, check_stored, to_assessment, to_json
from cityrubric.telling.tell import assess, plugins_used
from cityrubric.versions.differences import Difference, differences
from cityrubric.versions.embedded import at, embedded_city, inputs


@frozen
class Verification:
    """What became of the proof.

    Attributes:
        city: whose assessment it is.
        version: of the rule set it names.
        changed: what is not what the assessment was made with: `ruleset`, `facts`, or the name of a plugin.
        differences: where the assessment, made again, differs from what is stored (before).
        from_source: where the embedded facts (before) differ from the city's files; None if there was nothing to ask.
    """

    city: str
    version: str
    changed: tuple[str, ...]
    differences: tuple[Difference, ...]
    from_source: tuple[Difference, ...] | None = None

    @property
    def identical(self) -> bool:
        """Whether everything is as it was, and the facts are those of the source as far as that was asked."""
        return not (self.changed or self.differences or self.from_source)


def stored_assessment(document: Any, name: str) -> Assessment:
    """Return a stored document as records, if it can be verified.

    Raises:
        CityrubricError: if something was taken out of it for those who are to read it.
        Faults: if it is no assessment.
    """
    if isinstance(document, dict) and document.get("verifiable") is False:
        says = _("{file} was made with parts left out, so it cannot be verified; verify the complete record ({name})")
        raise CityrubricError(says.format(file=name, name=FILE_NAME))
    check_stored(document, name)
    return to_assessment(document, name)


def verify(document: Document, stored: Assessment, ruleset: Ruleset, source: City | None = None) -> Verification:
    """Assess the facts that an assessment embeds again, and compare all of it.

    Args:
        document: as it is stored.
        stored: the same as records.
        ruleset: the version that it names, as it is here.
        source: the city as it is in its files now, to compare the facts with.

    Raises:
        CityrubricError: if what it embeds are no facts of this rule set.
    """
    city = embedded_city(document)
    for key in sorted({claim.key for claim in city.claims} - ruleset.offers.catalogue.keys()):
        says = _("the rule set has no fact '{key}', which the assessment embeds").format(key=key)
        raise CityrubricError(says + did_you_mean(key, ruleset.offers.catalogue))
    again = _made(city, ruleset)
    if stored.left_out:
        again["left_out"] = document["left_out"]  # how that run was asked for, on which nothing else rests
    return Verification(
        city=stored.city.name,
        version=stored.ruleset.version,
        changed=tuple(_changed(stored, ruleset)),
        differences=tuple(differences(document, again)),
        from_source=tuple(_from_source(document, _made(source, ruleset))) if source else None,
    )


def _made(city: City, ruleset: Ruleset) -> Document:
    """An assessment as it is read from a file."""
    document: Document = json.loads(to_json(assess(city, ruleset)))
    return document


def _changed(stored: Assessment, ruleset: Ruleset) -> Iterator[str]:
    if stored.ruleset.hash != ruleset.hash:
        yield "ruleset"
    if stored.provincial and ruleset.overlay and stored.provincial.overlay.hash != ruleset.overlay.ruleset.hash:
        yield stored.provincial.overlay.version
    known = (stored.city, stored.assessment_year, stored.facts, stored.observations, stored.inspections)
    if stored.facts_hash != facts_hash(*known):
        yield "facts"
    then, now = ({plugin.name: plugin.hash for plugin in some} for some in (stored.plugins, plugins_used(ruleset)))
    yield from (name for name in sorted({*then, *now}) if then.get(name) != now.get(name))


def _from_source(document: Document, source: Document) -> Iterator[Difference]:
    """Where what is known of the city differs; what was made of it follows from that."""
    for steps in inputs().values():
        yield from differences(at(document, steps), at(source, steps), *steps)
