"""What a view leaves out for an audience: nobody works it out from the rest, and no new field gets in by itself."""

import pytest
from attrs import evolve, fields

from cityrubric.assessment import Assessment, CityRecord, Conclusion, DeclaredRecord, Finding
from cityrubric.inspected import Dispute, FactRate, Inspections, Occurrence, Robustness, RowRate, TypeScore
from cityrubric.outcomes import FactRecord
from cityrubric.report.audience import Audience, View, data_code
from cityrubric.report.masking import view_for


def test_no_points_verdicts_or_counts_can_be_had_from_the_public_view(secretive: Assessment) -> None:
    view = view_for(secretive, Audience.PUBLIC, {fact.key for fact in secretive.facts})
    assert (view.outcomes, view.scores, view.observations, view.whole) == ((), None, (), None)
    assert {one.kind for one in view.findings} <= {"conclusion", "aspect", "highlight", "weakness", "recommendation"}
    assert not any(one.because or one.about or one.ways or one.severity or one.action for one in view.findings)
    assert (view.conclusion.because, view.conclusion.would_settle) == ((), ())


def test_scores_are_published_under_no_key(secretive: Assessment) -> None:
    """Even a fact that report texts disclose by mistake stays out if it is a score or a count of deductions."""
    sheet = next(key for one in secretive.outcomes for p in one.parts if p.operator == "sheet" for key in p.reads)
    scored = evolve(secretive.facts[0], key=sheet, low=61.7, high=61.7)
    view = view_for(evolve(secretive, facts=(scored,)), Audience.PUBLIC, {sheet})
    assert view.facts == ()


def test_figures_of_areas_are_not_published(secretive: Assessment) -> None:
    """With all areas but one, and the city's total, the last one could be worked out."""
    fact = next(fact for fact in secretive.facts if fact.key == "profile.population")
    parts = evolve(secretive, facts=(fact, evolve(fact, area="datong", low=40.0, high=40.0)))
    assert [one.low for one in view_for(parts, Audience.PUBLIC, {fact.key}).facts] == [fact.low]


def test_a_new_section_of_the_assessment_is_in_no_masked_view_by_itself() -> None:
    """A view names its fields; whoever adds one has to say who sees it."""
    shared = {one.name for one in fields(View)} & {one.name for one in fields(Assessment)}
    assert shared == {
        "city",
        "assessment_year",
        "ruleset",
        "facts",
        "findings",
        "conclusion",
        "outcomes",
        "scores",
        "observations",
        "facts_hash",
        "plugins",
        "left_out",
        "provincial",
        "overridden",
        "inspections",
        "robustness",
    }


@pytest.mark.parametrize(
    ("record", "known"),
    [
        (
            CityRecord,
            "id name province reference_date dates_basis areas sources requests clearances evidence interviews "
            "surveys deliberations appeals overrides",
        ),
        (
            FactRecord,
            "key title kind unit state low high by source at given content period area person evidence reason "
            "request elsewhere note entered_by checked_by overruled",
        ),
        (Inspections, "source tables once confidence types rows facts occurrences disputes not_visited"),
        (Occurrence, "id point rows costs time inspectors photos confirmed"),
        (Dispute, "point mode row says settled_by reason"),
        (TypeScore, "type mode title points scored score sampling occurrences per_point lost lost_per_point"),
        (RowRate, "row mode district inspected passed rate sampling occurrences"),
        (FactRate, "key points value sampling"),
        (Robustness, "id same verdict over score"),
        (Finding, "id rule kind severity basis title says about because provenance ways action"),
        (Conclusion, "verdict line line_basis because declared would_settle requires"),
        (DeclaredRecord, "verdict by under source compared at says year score score_max"),
    ],
)
def test_whoever_adds_a_field_has_to_say_who_sees_it(record: type, known: str) -> None:
    """Add it to the masks in `report/masking.py` first, then here."""
    assert {one.name for one in fields(record)} == set(known.split())


def test_only_the_whole_can_be_verified(secretive: Assessment) -> None:
    assert [view_for(secretive, one).verifiable for one in Audience] == [False, False, True]


def test_other_data_other_code(secretive: Assessment) -> None:
    other = evolve(secretive, facts_hash="0" * 64)
    assert len({data_code(one) for one in (secretive, other, evolve(other, plugins=()))}) == 3
    assert data_code(secretive) == view_for(secretive, Audience.PUBLIC).code


def test_a_city_gets_observations_under_numbers_everywhere(secretive: Assessment) -> None:
    view = view_for(secretive, Audience.CITY)
    named = {id_ for one in view.findings for id_ in one.because if id_.startswith("observation:")}
    assert named <= {f"observation:{one['id']}" for one in view.observations}
    assert [one["id"] for one in view.observations] == [str(n + 1) for n in range(len(view.observations))]
