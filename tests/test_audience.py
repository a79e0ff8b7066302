"""What an audience may not see is in no file that is made for it, whatever the format, and cannot be worked out."""

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence

import polars
import pytest
from attrs import evolve, fields
from openpyxl import load_workbook

from cityrubric.assessment import Assessment, CityRecord, Conclusion, DeclaredRecord, Finding, Overridden
from cityrubric.inspected import (
    Dispute,
    FactRate,
    Inspections,
    Occurrence,
    Robustness,
    RowRate,
    TableRecord,
    TypeScore,
)
from cityrubric.intake.facts import read_city
from cityrubric.outcomes import FactRecord
from cityrubric.paths import shipped
from cityrubric.report.audience import Audience, View, data_code
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import FORMATS, prepare, render
from cityrubric.report.masking import view_for
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess

PEOPLE = ("金丝雀", "画眉鸟", "云雀子", "百灵子", "夜莺子")
"""An inspector, an interviewee, an expert who gave a score, who entered it, and who checked it."""
VISITED = ("某业态现场检查表", "2021-11-03 10:07")
"""What a table of inspections says of a type, and when somebody was there."""
NOT_VISITED, SHA = "点位待暗访", "5a" * 32
PLACES = ("某某暗访酒楼", "暗访点位第七号")
HEARD = ("某某局受访人", "受访时所说的话", "合议时的意见")
"""Of an interview and of a joint decision."""
UNKNOWN = ("与无名氏甲商定", "无名氏乙改定", "无名氏丙称", "无名氏丁在场", "无名氏戊裁", "无名氏己.csv", "无名氏庚.jpg")
"""People whom only free texts name: reasons, what inspectors say, what was confirmed and settled, names of files."""
DEEP = ("只供内部的备注", "内部请求函第九号", "内部核查函第八号", "evidence-77", "某单位复函称")


@pytest.fixture(scope="module")
def secretive(ruleset: Ruleset) -> Assessment:
    return secretive_city(ruleset)


def secretive_city(ruleset: Ruleset) -> Assessment:
    """Xining, with people, places and notes wherever a city's files may name them."""
    made = assess(read_city(shipped("cities") / "xining", ruleset), ruleset)
    inspector, interviewee, expert, typist, checker = PEOPLE
    facts = tuple(
        evolve(
            fact,
            person=expert,
            entered_by=typist,
            checked_by=(checker,),
            note=f"{DEEP[0]}，{inspector}记",
            evidence=(DEEP[3],),
            at=PLACES[1],
        )
        for fact in made.facts
    )
    seen = {
        "id": f"{inspector}-1",
        "person": f"{inspector}、{interviewee}（市政府）",
        "says": f"{PLACES[0]}冷藏不达标，{interviewee}在场",
        "at": PLACES[1],
    }
    observations = ({**made.observations[0], **seen}, *made.observations[1:])
    findings = tuple(
        evolve(
            one,
            because=tuple(id_.replace("observation:O1", f"observation:{inspector}-1") for id_ in one.because),
            says=f"{seen['says']}" if one.kind == "recommendation" else one.says,
        )
        for one in made.findings
    )
    city = evolve(
        made.city,
        requests=({"id": "r", "letter": DEEP[1], "asked_on": "2021-01-01", "deadline": "2021-02-01"},),
        clearances=({"veto": "E.27.81", "letter": DEEP[2], "reply": f"{DEEP[4]}{interviewee}知情"},),
        evidence=(
            {"id": DEEP[3], "title": DEEP[0], "point": PLACES[1], "note": UNKNOWN[3], "files": [f"a{UNKNOWN[6]}"]},
        ),
        interviews=({"id": "i", "role": HEARD[0], "topic": "题", "says": HEARD[1], "person": interviewee},),
        deliberations=(
            {
                "id": "d",
                "fact": "x",
                "by": "verified",
                "heard": [f"{typist} 3"],
                "members": [expert],
                "given": "3",
                "on": "2022-01-04",
                "reason": f"{HEARD[2]}，{expert}认为",
            },
        ),
        appeals=(
            {
                "id": "a",
                "item": "A.01.01",
                "claim": DEEP[0],
                "on": "2022-01-05",
                "reviewers": [inspector],
                "decision": "upheld",
                "reason": f"{expert}{UNKNOWN[0]}",
            },
        ),
        overrides=(
            {
                "id": "V9",
                "indicator": "A.01.01",
                "old": "undetermined",
                "new": "met",
                "by": inspector,
                "on": "2022-01-05",
                "reason": f"{typist}{UNKNOWN[1]}",
            },
        ),
    )
    row = Dispute(PLACES[1], "明查", "Y1.1", (f"符合 {UNKNOWN[2]}", "不符合"))
    inspections = Inspections(
        *("x", (TableRecord(f"inspections-{UNKNOWN[5]}", SHA, 1),), True, 95.0),
        types=(TypeScore("Y1", "暗访", VISITED[0], 3, 3, (87.1, 87.1), (61.1, 99.1), 2, 0.66, 1.5, 0.5),),
        rows=(RowRate("Y1.1", "暗访", "东区", 3, (2, 2), (66.6, 66.6), (20.7, 93.8), 1),),
        facts=(),
        occurrences=(
            Occurrence("N7", PLACES[1], ("Y1.1",), ("Y1.1",), VISITED[1], (inspector,), UNKNOWN[6], UNKNOWN[3]),
        ),
        disputes=(row, evolve(row, row="Y1.2", settled_by=f"{checker} 2022-01-03", reason=UNKNOWN[4])),
        not_visited=(NOT_VISITED,),
    )
    return evolve(
        made,
        facts=facts,
        observations=observations,
        findings=findings,
        city=city,
        inspections=inspections,
        robustness=(Robustness("A.01.01", False, "met", "undetermined", (0.125, 0.875)),),
        overridden=Overridden(("V9",), (), (0.0, 1.0), 1.0, None, "undetermined"),
    )


_made: dict[tuple[int, Audience], tuple[Assessment, list[tuple[str, str]]]] = {}  # keeps what its number stands for


def texts(assessment: Assessment, audience: Audience) -> list[tuple[str, str]]:
    """Every file in every format, with whatever is packed in it, as text."""
    if (id(assessment), audience) not in _made:
        _made[id(assessment), audience] = (assessment, list(_texts(assessment, audience)))
    return _made[id(assessment), audience][1]


def _texts(assessment: Assessment, audience: Audience) -> Iterator[tuple[str, str]]:
    names = tuple(one.name for one in FORMATS)
    for name, content in render(assessment, Order(Edition(audience, "final"), names)).items():
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                for part in packed.namelist():
                    yield f"{name}/{part}", readable(packed.read(part))
        elif name.endswith(".parquet"):
            yield name, polars.read_parquet(content).write_csv()  # packed, it would show nothing
        yield name, readable(content)


def readable(content: bytes) -> str:
    """A file as text in which a name is found however it is written: XML and JSON may write signs as numbers."""
    text = html.unescape(content.decode("utf-8", errors="ignore"))
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def test_a_name_is_found_in_every_format_that_holds_it(secretive: Assessment) -> None:
    """Without this the tests below would prove nothing of a format that packs its texts."""
    title = secretive.outcomes[0].title
    held = {name.partition("/")[0] for name, text in texts(secretive, Audience.INTERNAL) if title in text}
    assert held >= {"report.docx", "tables.xlsx", "page.html", "view.json", "assessment.sarif", "oscal.json"}
    assert held >= {"outcomes.csv", "outcomes.parquet"}


def leaks(assessment: Assessment, audience: Audience, secrets: Sequence[str]) -> set[tuple[str, str]]:
    return {(name, secret) for name, text in texts(assessment, audience) for secret in secrets if secret in text}


def test_the_public_sees_no_people_places_notes_or_hashes(secretive: Assessment) -> None:
    hashes = (secretive.facts_hash, secretive.ruleset.hash)
    assert leaks(secretive, Audience.PUBLIC, (*PEOPLE, *PLACES, *DEEP, *HEARD, *hashes)) == set()


def test_a_city_sees_no_people(secretive: Assessment) -> None:
    assert leaks(secretive, Audience.CITY, (*PEOPLE, *HEARD)) == set()


def test_nobody_but_the_office_sees_whom_only_free_texts_name(secretive: Assessment) -> None:
    for audience in (Audience.PUBLIC, Audience.CITY):
        assert leaks(secretive, audience, (*UNKNOWN, SHA, NOT_VISITED)) == set()
    inside = "".join(text for _name, text in texts(secretive, Audience.INTERNAL))
    assert [one for one in (*UNKNOWN, SHA, NOT_VISITED) if one not in inside] == []


def test_what_was_found_on_site_is_the_citys_and_not_the_publics(secretive: Assessment) -> None:
    assert leaks(secretive, Audience.PUBLIC, (*VISITED, "87.1", "61.1", "0.125", "Y1.1")) == set()
    for name in ("report.docx/word/document.xml", "page.html"):
        told = dict(texts(secretive, Audience.CITY))[name]
        assert [one for one in (*VISITED, PLACES[1], "87.1", "61.1", "0.125", "Y1.1") if one not in told] == [], name
    sheets = "".join(text for name, text in texts(secretive, Audience.CITY) if name.startswith("tables.xlsx/xl/"))
    assert [one for one in (*VISITED, PLACES[1], "0.125") if one not in sheets] == []
    book = render(secretive, Order(Edition(Audience.CITY, "final"), ("excel",)))["tables.xlsx"]
    cells = {
        cell for sheet in load_workbook(io.BytesIO(book)) for row in sheet.iter_rows(values_only=True) for cell in row
    }
    assert {87.1, 66.6} <= cells  # numbers, which the file writes with 16 digits


def test_a_reason_that_names_nobody_known_is_told(secretive: Assessment) -> None:
    """A city is owed the reason of what was decided about it."""
    appeal, override = {**secretive.city.appeals[0], "reason": "证据不足"}, secretive.city.overrides[0]
    city = evolve(secretive.city, appeals=(appeal,), overrides=({**override, "reason": "复核后改"},))
    told = evolve(secretive, city=city)
    for name in ("report.docx/word/document.xml", "page.html", "view.json"):
        text = dict(texts(told, Audience.CITY))[name]
        assert "证据不足" in text, name
        assert "复核后改" in text, name


def test_whoever_inspected_settled_or_overrode_is_named_nowhere(secretive: Assessment) -> None:
    """Not even in a note that somebody else wrote."""
    second, judge, signer = "布谷子", "鹧鸪子", "杜鹃子"
    inspections = Inspections(
        *("x", (), True, 95.0, (), (), ()),
        occurrences=(Occurrence("O1", "P1", ("r",), ("r",), "2021-11-03", ("某", second)),),
        disputes=(Dispute("P1", "明查", "r", ("符合", "不符合"), f"{judge} 2021-11-04"),),
    )
    override = {
        "id": "V",
        "indicator": "A.01.01",
        "old": "met",
        "new": "not_met",
        "by": signer,
        "on": "",
        "reason": "r",
    }
    note = f"{second}、{judge}、{signer}均在场"
    named = evolve(
        secretive,
        facts=tuple(evolve(fact, note=note) for fact in secretive.facts),
        inspections=inspections,
        city=evolve(secretive.city, overrides=(override,)),
        overridden=Overridden(("V",), (), (0.0, 1.0), 1.0, None, "undetermined"),
    )
    for audience in (Audience.PUBLIC, Audience.CITY):
        assert leaks(named, audience, (second, judge, signer)) == set()
    assert any(second in text for _name, text in texts(named, Audience.INTERNAL))


def test_the_office_sees_everything(secretive: Assessment) -> None:
    for secret in (*PEOPLE, *PLACES, *DEEP, *HEARD):
        assert any(secret in text for _name, text in texts(secretive, Audience.INTERNAL)), secret


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


def test_an_overruled_figure_is_never_stated(secretive: Assessment) -> None:
    facts = tuple(evolve(f, overruled="a") if f.key == "profile.area" else f for f in secretive.facts)
    overruled = evolve(secretive, facts=facts)
    for audience in Audience:
        said = [
            one.says for d in prepare(overruled, Edition(audience)).documents for b in d.blocks for one in b.sentences
        ]
        assert not any("7660" in one for one in said)
    assert not any(one.key == "profile.area" for one in prepare(overruled, Edition(Audience.PUBLIC)).facts)


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


def test_data_of_a_masked_view_say_that_they_cannot_be_verified(secretive: Assessment) -> None:
    files = {one: render(secretive, Order(Edition(one), ("json",)))["view.json"] for one in Audience}
    assert [json.loads(files[one])["verifiable"] for one in Audience] == [False, False, True]
