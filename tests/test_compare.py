"""Two versions side by side: every difference is told once, as what it is, and the crosswalk speaks of every item."""

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cityrubric.cli.commands import app
from cityrubric.errors import Faults
from cityrubric.paths import shipped
from cityrubric.project import SHIPPED
from cityrubric.report.diffs import diff_page
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Indicator, Ruleset
from cityrubric.rubric.provenance import Provenance
from cityrubric.versions.compare import compare
from cityrubric.versions.crosswalk import (
    FOLDER,
    Crosswalk,
    Relation,
    crosswalk_text,
    draft_crosswalk,
    find_crosswalk,
    read_crosswalk,
)

OLD, NEW = load_ruleset("2014"), load_ruleset("2021")
FILES = sorted((shipped("rulesets") / FOLDER).glob("*.toml"))


def with_first(change: Callable[[Indicator], Indicator], ruleset: Ruleset = OLD) -> Ruleset:
    return evolve(ruleset, version="new", indicators=(change(ruleset.indicators[0]), *ruleset.indicators[1:]))


def changes(new: Ruleset) -> dict[str, tuple[str, str]]:
    found = compare(OLD, new, draft_crosswalk(OLD, new))
    first = next(pair for pair in found.pairs if pair.old.id == OLD.indicators[0].id)
    assert not any(pair.changes for pair in found.pairs if pair is not first)
    return {one.kind: (one.before, one.after) for one in first.changes}


def line(limit: float) -> Callable[[Indicator], Indicator]:
    def change(one: Indicator) -> Indicator:
        part = one.parts[0]
        return evolve(one, parts=(evolve(part, bands=(evolve(part.bands[0], at_least=limit),)),))

    return change


def test_a_line_goes_up_or_down() -> None:
    assert changes(with_first(line(98))) == {"line_up": ("met ≥ 93", "met ≥ 98")}
    assert changes(with_first(line(90))) == {"line_down": ("met ≥ 93", "met ≥ 90")}


def test_lines_and_weights_of_many_digits_are_told_apart() -> None:
    """Of six digits these would be the same."""
    before = with_first(line(1_234_567.25))
    after = with_first(line(1_234_568.25), before)
    moved = compare(before, after, draft_crosswalk(before, after)).pairs[0]
    assert [(one.kind, one.before, one.after) for one in moved.changes] == [
        ("line_up", "met ≥ 1234567.25", "met ≥ 1234568.25")
    ]
    heavy, light = (with_first(lambda one, n=n: evolve(one, max_score=n), OLD) for n in (1_234_567, 1_234_568))
    assert [one.kind for one in compare(heavy, light, draft_crosswalk(heavy, light)).pairs[0].changes] == ["weight"]


def test_weight_title_operator_and_provenance_are_told_apart() -> None:
    assert changes(with_first(lambda one: evolve(one, max_score=2000))) == {"weight": ("", "2")}
    assert changes(with_first(lambda one: evolve(one, provenance=Provenance(False, "")))).keys() == {"provenance"}
    named = with_first(lambda one: evolve(one, title=one.title + "（新）"))
    assert changes(named)["title"] == (OLD.indicators[0].title, OLD.indicators[0].title + "（新）")
    other = with_first(lambda one: evolve(one, parts=(evolve(one.parts[0], operator="report"),)))
    assert changes(other) == {"operator": ("bands", "report")}


def test_what_is_gone_and_what_is_new() -> None:
    fewer = evolve(OLD, version="new", indicators=OLD.indicators[1:])
    gone, come = (compare(*some, draft_crosswalk(*some)) for some in ((OLD, fewer), (fewer, OLD)))
    assert [one.id for one in gone.removed] == [OLD.indicators[0].id] == [one.id for one in come.added]
    assert not gone.added
    assert not come.removed


@pytest.mark.parametrize("ruleset", [OLD, NEW], ids=lambda one: one.version)
def test_a_version_does_not_differ_from_itself(ruleset: Ruleset) -> None:
    found = compare(ruleset, ruleset, draft_crosswalk(ruleset, ruleset))
    assert (found.general, found.removed, found.added) == ((), (), ())
    assert [pair.old.id for pair in found.pairs] == [one.id for one in ruleset.indicators]
    assert not any(pair.changes for pair in found.pairs)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_crosswalks_speak_of_every_item(file: Path) -> None:
    old, new = map(load_ruleset, file.stem.split("-"))
    crosswalk = read_crosswalk(file, old, new)
    assert {one.old for one in crosswalk.relations} - {""} == {one.id for one in old.indicators}
    assert {one.new for one in crosswalk.relations} - {""} == {one.id for one in new.indicators}
    back = find_crosswalk(new, old, SHIPPED)
    assert back == crosswalk.turned()
    assert back.turned() == crosswalk


titles = st.text("食品安全监管抽检合格率覆盖", min_size=1, max_size=6)


@settings(max_examples=60)
@given(st.lists(titles, min_size=1, max_size=8), st.lists(titles, min_size=1, max_size=8))
def test_a_draft_is_complete_and_reads_back(before: list[str], after: list[str]) -> None:
    old, new = (
        evolve(
            NEW,
            version=version,
            indicators=tuple(
                evolve(one, title=title) for one, title in zip(NEW.indicators[start:], some, strict=False)
            ),
        )
        for version, start, some in (("a", 0, before), ("b", 4, after))
    )
    drafted = draft_crosswalk(old, new)
    texts = {one.id: one.title for some in (new, old) for one in some.indicators}
    assert read_text(crosswalk_text(drafted, texts), old, new) == drafted
    assert len(drafted.unconfirmed) == len(drafted.relations)


def read_text(text: str, old: Ruleset, new: Ruleset) -> Crosswalk:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crosswalk.toml"
        file.write_text(text, encoding="utf-8")
        return read_crosswalk(file, old, new)


def test_a_confirmation_names_who_and_when() -> None:
    relations = (Relation(i.id, i.id, "equal", "—", "张三", "2024-03-01") for i in OLD.indicators)
    made = Crosswalk(OLD.version, "new", tuple(relations))
    same = evolve(OLD, version="new")
    assert read_text(crosswalk_text(made, {i.id: i.title for i in OLD.indicators}), OLD, same) == made
    assert made.unconfirmed == ()


ALONE = '[[relations]]\nold = "Q.10"\nrelation = "none"\nbecause = "—"\n'
AGAIN = '[[relations]]\nold = "Q.10"\nnew = "A.08.33"\nrelation = "equal"\nbecause = "—"\n'
SILENT = re.compile(r'\[\[relations\]\]\nold = "Q.10".*?\n\n', re.DOTALL)
BROKEN: dict[str, Callable[[str], str]] = {
    "nothing is said of 'Q.10'": lambda text: SILENT.sub("", text, count=1),
    "no such indicator: 'Q.99'": lambda text: text.replace('old = "Q.10"', 'old = "Q.99"', 1),
    "has no counterpart and has one": lambda text: text + ALONE,
    "is equal to 2 items": lambda text: text + AGAIN,
    "`none` has one side": lambda text: text.replace('relation = "equal"', 'relation = "none"', 1),
    "speaks of version 2013": lambda text: text.replace('old = "2014"', 'old = "2013"', 1),
    "is not one of": lambda text: text.replace('relation = "equal"', 'relation = "same"', 1),
}


@pytest.mark.parametrize("says", BROKEN)
def test_a_crosswalk_that_is_wrong_is_refused(says: str) -> None:
    text = FILES[0].read_text(encoding="utf-8")
    changed = BROKEN[says](text)
    assert changed != text
    with pytest.raises(Faults, match=re.escape(says)):
        read_text(changed, OLD, NEW)


def test_the_page_shows_every_change_and_escapes_it() -> None:
    odd = with_first(lambda one: evolve(one, title="<b>题名</b>"))
    page = diff_page(compare(OLD, odd, draft_crosswalk(OLD, odd)))
    assert "&lt;b&gt;题名&lt;/b&gt;" in page
    assert "<b>" not in page
    page = diff_page(compare(OLD, NEW, read_crosswalk(FILES[0], OLD, NEW)))
    assert all(one.id in page for one in (*OLD.indicators, *NEW.indicators))
    assert "no person has confirmed" in page


def test_the_commands(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["diff", "2014", "2021", "--format", "json"])
    assert {pair["old"]["id"] for pair in json.loads(told.stdout)["pairs"]} >= {"Q.01", "Q.12"}
    assert "line, up" in CliRunner().invoke(app, ["diff", "2014", "2021"]).stdout
    told = CliRunner().invoke(app, ["diff", "2014", "2021", "--format", "html", "-o", str(tmp_path / "diff.html")])
    assert told.exit_code == 0
    assert (tmp_path / "diff.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert CliRunner().invoke(app, ["crosswalk", "2014", "2021"]).exit_code == 0
    draft = ["crosswalk", "2014", "2021", "--draft", str(tmp_path / "draft.toml")]
    assert [CliRunner().invoke(app, draft).exit_code for _ in range(2)] == [0, 2]
    read_crosswalk(tmp_path / "draft.toml", OLD, NEW)
