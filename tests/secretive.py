"""A city whose files name people, places and notes wherever they may; and every file made of it, as text."""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence

import polars
from attrs import evolve

from cityrubric.assessment import Assessment, Overridden
from cityrubric.inspected import Dispute, Inspections, Occurrence, Robustness, RowRate, TableRecord, TypeScore
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import FORMATS, render

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


def secretive_of(made: Assessment) -> Assessment:
    """The same with people, places and notes wherever a city's files may name them."""
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


def leaks(assessment: Assessment, audience: Audience, secrets: Sequence[str]) -> set[tuple[str, str]]:
    return {(name, secret) for name, text in texts(assessment, audience) for secret in secrets if secret in text}
