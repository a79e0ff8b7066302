"""What the example province adds to documents: how its own items stand, where its rules were applied."""

import shutil
from pathlib import Path

from attrs import evolve

from adding import added, seen
from cityrubric.assessment import Assessment
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.pluginhost import load_plugins
from cityrubric.project import Project
from cityrubric.report.audience import Audience
from cityrubric.report.choices import Choice, stale_choices
from cityrubric.report.editions import Edition, Order, edition_of, texts_of
from cityrubric.report.formats import all_sentences
from cityrubric.report.sentences import fingerprint_of
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.tell import assess
from test_command_line import run


def test_the_example_province_says_how_its_items_stand(joint: Assessment) -> None:
    """Its own verdicts, with what they rest on; to the public only what the national documents publish."""
    verdicts = {one.id: one.verdict for one in joint.provincial.outcomes} if joint.provincial else {}
    assert (verdicts["QH.1.1"], verdicts["QH.2.1"], verdicts["QH.3.1"]) == ("met", "undetermined", "met")
    wanted = ("basis", "workshops", "workshops_met", "certificates", "grid", "grid_met")
    for audience in (Audience.CITY, Audience.INTERNAL):
        assert set(added(seen(joint, audience, Project()))) == {f"report/qinghai:{name}" for name in wanted}
    public = added(seen(joint, Audience.PUBLIC, Project()))
    assert set(public) == {"report/qinghai:basis", "report/qinghai:certificates"}
    assert "不是官方文本" in public["report/qinghai:basis"]
    view = seen(joint, Audience.INTERNAL, Project())
    because = {one.id: one.because for block in view.documents[0].blocks for one in block.sentences}
    assert because["report/qinghai:grid_met"] == ("provincial/outcome:QH.3.1",)


def test_the_example_province_says_what_falls_short(joint: Assessment, tmp_path: Path) -> None:
    city = tmp_path / "xining"
    shutil.copytree(shipped("cities") / "xining", city)
    text = (city / "city.toml").read_text(encoding="utf-8")
    before = '[facts."workshops.commitment_approval"]\nvalue = true'
    assert before in text
    (city / "city.toml").write_text(text.replace(before, before.replace("true", "false")), encoding="utf-8")
    own = load_ruleset("2021", overlay="qinghai")
    told = added(seen(assess(read_city(city, own), own), Audience.CITY, Project()))
    assert told["report/qinghai:workshops_short"] == "小作坊负面清单或核准告知承诺制尚未建立。"
    assert not {"report/qinghai:workshops", "report/qinghai:workshops_met"} & set(told)


def test_its_texts_name_only_what_there_is() -> None:
    offers = load_plugins()
    overlay = load_ruleset("2021", overlay="qinghai").overlay
    assert overlay is not None
    texts = texts_of("2021", Edition(offers=offers))
    sentences = [s for d in texts.documents for b in d.blocks if b.plugin == "qinghai" for s in b.sentences]
    assert {id_ for one in sentences for id_ in one.met} <= {one.id for one in overlay.ruleset.indicators}
    assert {one.finding for one in sentences} - {""} <= {one.id for one in overlay.ruleset.rules}


def test_a_province_is_silent_where_its_rules_were_not_applied(joint: Assessment) -> None:
    national = evolve(joint, provincial=None)
    other = evolve(joint.provincial, overlay=evolve(joint.provincial.overlay, version="other"))  # type: ignore[union-attr,arg-type,misc]
    for made in (national, evolve(joint, provincial=other)):
        assert added(seen(made, Audience.INTERNAL, Project())) == {}


def test_a_choice_is_stale_once_a_provincial_verdict_has_changed(joint: Assessment) -> None:
    edition = edition_of(Order(Edition(), ()), "2021")
    one = next(each for each in all_sentences(joint, edition) if each.id == "report/qinghai:grid_met")
    choices = {one.id: Choice(one.id, take=False, by="甲", mark=fingerprint_of(one, joint))}
    assert stale_choices([one], choices, joint) == ()
    own = joint.provincial
    assert own is not None
    changed = evolve(own, outcomes=tuple(evolve(o, verdict="partly_met") for o in own.outcomes))
    assert stale_choices([one], choices, evolve(joint, provincial=changed)) == (one.id,)


def test_a_province_s_sentences_are_checked_against_its_own_ledger(tmp_path: Path) -> None:
    folder = shutil.copytree(shipped("plugins") / "qinghai", tmp_path / "plateau")
    for name in ("sections.toml", "overlay.toml", "__init__.py"):
        text = (folder / name).read_text(encoding="utf-8").replace("qinghai", "plateau").replace("QH", "PL")
        (folder / name).write_text(text.replace('met = ["PL', 'met = ["XX'), encoding="utf-8")
    options = ("--plugins-dir", str(tmp_path), "--without", "qinghai")
    assert run("check", *options).returncode == 0
    done = run("check", "--overlay", "plateau", *options, COLUMNS="200")
    assert (done.returncode, "text-unknown" in done.stdout) == (1, True), done.stderr
