"""Many hands at once: in whatever order their entries come in, and however often, the file has the same bytes."""

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityrubric.documents import Document, parse_document
from cityrubric.errors import FaultLog, Spot
from cityrubric.intake.claims import given as worded
from cityrubric.intake.edit import edited
from cityrubric.intake.entries import Entry, entries_of, facts_of
from cityrubric.intake.facts import build_city
from cityrubric.intake.merge import Submission, TableChange, atoms, merged
from cityrubric.intake.rulings import disputes
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from cityrubric.states import State

BASE = """# 城市
schema_version = 1
name = "某市"
province = "某省"
assessment_year = 2021
reference_date = 2021-12-31

# 来源
[sources.s]
title = "资料"  # 一份

[areas]
a = { name = "甲区", kind = "district" }
b = { name = "乙区", kind = "district" }

# ---- 队伍 ----
[facts."team.staff"]
# 张三说的
value = 5  # 约数
period = 2021
source = "s"
entered_by = "张三"

# ---- 经费 ----
[[facts."funds.special"]]
areas = { a = { 2020 = 3, 2021 = 4 }, b = { 2020 = "≥2" } }
unit = "万元"
source = "s"

[[facts."funds.special"]]
value = "5..6"
period = 2019
by = "verified"
source = "s"

# ---- 观察 ----
[[observations]]
id = "O2"
kind = "weakness"
method = "资料审查"
indicators = ["B.12.42"]
severity = "minor"
says = "甲"
source = "s"

# ---- 结论 ----
[declared]
verdict = "pass"
by = "某办"
under = "某规则"
source = "s"
# 完
"""
PEOPLE = ["张三", "李四", "王五"]
KEYS = ["team.staff", "team.offices", "funds.special", "platform.entities"]

entries = st.builds(
    Entry,
    key=st.sampled_from(KEYS),
    area=st.sampled_from(["", "a", "b"]),
    period=st.sampled_from(["2020", "2021"]),
    value=st.sampled_from([3, 5, 5.5, "≥4", "3..6"]),
    by=st.sampled_from(["self", "verified"]),
    source=st.just("s"),
    at=st.sampled_from(["", "第二页"]),
    checked_by=st.sampled_from([(), ("李四",), ("王五",)]),
)
observations = st.builds(
    lambda n, says: {
        "id": f"N{n}-{says}",
        "kind": "advice",
        "method": "资料审查",
        "indicators": ["B.12.42"],
        "severity": "minor",
        "says": says,
        "source": "s",
    },
    n=st.integers(1, 12),
    says=st.sampled_from(["甲", "乙"]),
)


def parsed(text: str) -> Document:
    document = parse_document(text, "city.toml", FaultLog())
    assert document is not None
    return document


@st.composite
def submissions(draw: st.DrawFn) -> list[Submission]:
    """What some people say who were all given the same workbook; what one adds was not in it."""
    there = atoms(entries_of(parsed(BASE)["facts"]))
    made = []
    for person in draw(st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=3)):
        own = [entry for entry in there if entry.entered_by in ("", person)]
        removed = draw(st.lists(st.sampled_from(sorted(own, key=repr)), max_size=3))
        said = [Entry(**{**as_dict(entry), "entered_by": person}) for entry in draw(st.lists(entries, max_size=5))]
        added = atoms(said) - there
        tables = [TableChange("observations", None, new, "行") for new in draw(st.lists(observations, max_size=3))]
        made.append(Submission(person, frozenset(removed) - added, frozenset(added), tuple(tables)))
    return made


def as_dict(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in Entry.__slots__ if name != "__weakref__"}


def brought_in(text: str, *steps: list[Submission]) -> str:
    for step in steps:
        before, log = parsed(text), FaultLog()
        after = merged(before, step, log)
        log.check()
        text = edited(text, before, after, "city.toml")
    return text


@settings(max_examples=60)
@given(made=submissions())
def test_any_order_and_any_number_of_times_comes_to_the_same_bytes(made: list[Submission]) -> None:
    whole = brought_in(BASE, made)
    for order in permutations(made):
        assert brought_in(BASE, list(order)) == whole
        assert brought_in(BASE, *[[one] for one in order]) == whole
        assert brought_in(BASE, [order[0]], list(order[1:]), [order[0]], list(order)) == whole


@settings(max_examples=60)
@given(made=submissions())
def test_nothing_is_lost_but_what_its_owner_takes_back(made: list[Submission]) -> None:
    text = brought_in(BASE, made)
    there = atoms(entries_of(parsed(text)["facts"]))
    added = {entry for one in made for entry in one.added}
    assert {entry for entry in added if entry.checked_by} <= there
    assert {(e.slot, e.value, e.entered_by) for e in added} <= {(e.slot, e.value, e.entered_by) for e in there}
    kept = atoms(entries_of(parsed(BASE)["facts"])) - {entry for one in made for entry in one.removed}
    assert {(e.slot, e.value, e.entered_by) for e in kept} <= {(e.slot, e.value, e.entered_by) for e in there}
    comments = [line.partition("#")[2] for line in BASE.splitlines() if "#" in line]
    assert all(text.count(comment) == 1 for comment in comments)
    assert [c for c in comments if c.startswith(" ----")] == [
        line[1:] for line in text.splitlines() if line.startswith("# ----")
    ]


@settings(max_examples=200)
@given(
    said=st.lists(entries, unique_by=lambda entry: (entry.slot, entry.by, entry.at, entry.checked_by, str(entry.value)))
)
def test_facts_and_entries_are_two_forms_of_one_thing(said: list[Entry]) -> None:
    facts = facts_of(said)
    assert sorted(entries_of(facts), key=repr) == sorted(said, key=repr)
    assert facts_of(reversed(said)) == facts


def city_of(text: str, ruleset: Ruleset) -> City:
    log = FaultLog()
    city = build_city("some", parsed(text), ruleset, Spot("city.toml", log))
    log.check()
    return city


def test_two_who_differ_are_a_dispute_over_what_covers_both(ruleset: Ruleset) -> None:
    said = []
    for name, value in (("李四", 7), ("王五", 9), ("赵六", 7)):
        entry = Entry("team.offices", period="2021", value=value, source="s", entered_by=name)
        said.append(Submission(name, added=frozenset({entry})))
    city = city_of(brought_in(BASE, said), ruleset)
    (claims,) = disputes(city.claims)
    assert [(c.entered_by, c.low) for c in claims] == [("李四", 7), ("王五", 9), ("赵六", 7)]
    assert {c.state for c in claims} == {State.KNOWN}
    assert worded(7, "个") == "7 个"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_keeps_its_line_ends(newline: str) -> None:
    text = BASE.replace("\n", newline)
    before = parsed(text)
    after = {**before, "facts": {**before["facts"], "lab.qualified": {"value": True, "source": "s"}}}
    result = edited(text, before, after, "city.toml")
    added = newline.join(['[facts."lab.qualified"]', "value = true", 'source = "s"', "", ""])
    assert result.replace(added, "") == text
    assert added in result


def test_texts_over_several_lines_are_no_headings(tmp_path: Path) -> None:
    text = BASE.replace('says = "甲"', 'says = """\n[facts."x"]\n# kein Kommentar\n"""\nat = "二"')
    before = parsed(text)
    facts = {**before["facts"], "team.staff": {"value": 6, "period": 2021, "source": "s"}}
    result = edited(text, before, {**before, "facts": facts}, "city.toml")
    assert parsed(result)["observations"] == before["observations"]
    assert "# 张三说的\n# 约数\n" in result
