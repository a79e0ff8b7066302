"""One city's codes -> its complete assessment."""

from __future__ import annotations

from attrs import evolve

from cityrubric.assessment import SCHEMA_VERSION, Assessment, PluginRecord, RulesetRecord
from cityrubric.evaluate.assess import Results, assess_block
from cityrubric.evaluate.block import Block
from cityrubric.evaluate.columns import block_of, known_facts, rows_of
from cityrubric.evaluate.inference.engines import PLAIN, Engine
from cityrubric.evaluate.placing import settled_rows
from cityrubric.evaluate.plan import Plan, plan_of
from cityrubric.outcomes import Basis
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.clearances import tell_clearances
from cityrubric.telling.consistency import tell_broken
from cityrubric.telling.findings import basis, tell_findings
from cityrubric.telling.inconsistencies import tell_inconsistencies
from cityrubric.telling.knowledge import Facts, knowledge
from cityrubric.telling.normal import facts_hash, tell_city, tell_facts, tell_observations
from cityrubric.telling.outcomes import tell_outcomes
from cityrubric.telling.overridden import tell_overridden
from cityrubric.telling.provincial import city_for, tell_provincial
from cityrubric.telling.robustness import tell_robustness
from cityrubric.telling.totals import tell_conclusion, tell_scores


def assess(city: City, ruleset: Ruleset, engine: Engine = PLAIN) -> Assessment:
    """Assess one city.

    Args:
        city: as read against the same rule set.
        ruleset: the version of the rubric to apply.
        engine: what draws the conclusions; the result does not depend on it.

    Returns:
        The complete record, every verdict traceable to facts, sources and clauses; where the rule set has an overlay,
        with the provincial ledger beside the national one.
    """
    national = _assess(city, ruleset, engine)
    if ruleset.overlay is None:
        return national
    own = _assess(city_for(city, ruleset.overlay), ruleset.overlay.ruleset, engine)
    return evolve(national, provincial=tell_provincial(national, own, ruleset.overlay))


def _assess(city: City, ruleset: Ruleset, engine: Engine) -> Assessment:
    plan = plan_of(ruleset)
    facts = known_facts(city, plan.layout, plan.ruleset)
    block = block_of(settled_rows([*rows_of(0, facts, plan.layout)]), [city], plan)
    return tell(block, assess_block(block, plan, engine), 0, plan, facts)


def tell(block: Block, results: Results, column: int, plan: Plan, facts: Facts | None = None) -> Assessment:
    """Return the assessment of one city of a block; `facts` are what is known of it, if that was found out before."""
    known = knowledge(block, column, plan, facts)
    outcomes = tell_outcomes(results, known)
    missing = {outcome.id: outcome.missing for outcome in outcomes}
    contradictions = (*tell_inconsistencies(results, known), *tell_clearances(results, known), *tell_broken(known))
    findings = (*tell_findings(results, known, missing), *contradictions)
    stated, city = tell_facts(known.city, plan.ruleset.offers.catalogue), tell_city(known.city)
    observations = tell_observations(known.city)
    return Assessment(
        schema_version=SCHEMA_VERSION,
        city=city,
        assessment_year=known.city.assessment_year,
        ruleset=_ruleset(plan.ruleset),
        facts=stated,
        facts_hash=facts_hash(city, known.city.assessment_year, stated, observations, known.city.inspections),
        plugins=plugins_used(plan.ruleset),
        observations=observations,
        outcomes=outcomes,
        scores=tell_scores(results, known, outcomes),
        findings=findings,
        conclusion=tell_conclusion(results, known, outcomes, findings),
        left_out=plan.ruleset.offers.left_out,
        inspections=known.city.inspections,
        robustness=tell_robustness(results, known),
        overridden=tell_overridden(results, known),
    )


def plugins_used(ruleset: Ruleset) -> tuple[PluginRecord, ...]:
    """Return the plugins that a rule set uses, with their hashes."""
    return tuple(PluginRecord(p.name, p.hash) for p in ruleset.offers.plugins if p.name in ruleset.plugins)


def _ruleset(ruleset: Ruleset) -> RulesetRecord:
    terms: dict[str, Basis] = {
        "recent_years": basis(ruleset.recent_provenance),
        **({"rounding": basis(ruleset.rounding_provenance)} if ruleset.rounding_provenance else {}),
        "claim_order": basis(ruleset.claim_provenance),
        "after_deadline": basis(ruleset.after_deadline_provenance),
        "pass_line": basis(ruleset.pass_rule.line_provenance),
    }
    if ruleset.bonus_provenance:
        terms["bonus_ceiling"] = basis(ruleset.bonus_provenance)
    return RulesetRecord(
        version=ruleset.version,
        title=ruleset.title,
        stage=ruleset.stage,
        notice=ruleset.notice,
        hash=ruleset.hash,
        terms=terms,
        sources=dict(ruleset.sources),
        status=ruleset.status,
    )
