"""What plugins add to documents: behind the rule set's own, supported, and never more than an audience may see."""

import io
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.errors import CityrubricError, Faults, PluginError
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.pluginhost import load_plugins
from cityrubric.project import Project
from cityrubric.report.audience import Audience, View
from cityrubric.report.choices import Choice, stale_choices
from cityrubric.report.editions import Edition, Order, edition_of, texts_of
from cityrubric.report.formats import FORMATS, all_sentences, prepare, render
from cityrubric.report.masking import view_for
from cityrubric.report.reading import read_texts
from cityrubric.report.sentences import Unsupported, fingerprint_of
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from test_command_line import run

SHIPPED = shipped("rulesets") / "2021" / "report"
CODE = '''"""Adds to documents."""

from pathlib import Path

from cityrubric.hookspecs import hookimpl

CITYRUBRIC_API = (1, 1)


@hookimpl
def sections():
    """Return what it adds."""
    return Path(__file__).with_name("sections.toml")
'''
SECTION = '[[sections]]\ntitle = "附"\n'
SENTENCE = '[[sections.sentences]]\nid = "{id}"\nsays = "{says}"\n{needs}\n'


def plugin(folder: Path, *sentences: str, section: str = SECTION) -> Project:
    """Write a plugin that adds one section, and return the project that uses it."""
    (folder / "adding").mkdir(parents=True, exist_ok=True)
    (folder / "adding" / "__init__.py").write_text(CODE, encoding="utf-8")
    (folder / "adding" / "sections.toml").write_text(section + "".join(sentences), encoding="utf-8")
    return Project(plugins_dirs=(folder,))


def says(id_: str, text: str, needs: str = 'rests_on = ["city"]') -> str:
    return SENTENCE.format(id=id_, says=text, needs=needs)


def seen(assessment: Assessment, audience: Audience, project: Project) -> View:
    order = Order(Edition(audience), (), project)
    return prepare(assessment, edition_of(order, assessment.ruleset.version))


def added(view: View, name: str = "report") -> Mapping[str, str]:
    """What plugins say in a document, by the id of the sentence."""
    blocks = next(one for one in view.documents if one.name == name).blocks
    return {one.id: one.says for block in blocks for one in block.sentences if ":" in one.id.partition("/")[2]}


# ---- what is said, and where ----


def test_a_section_stands_behind_all_others_in_every_format(joint: Assessment, tmp_path: Path) -> None:
    project = plugin(tmp_path, says("x", "${city}的附加话。"))
    for audience in Audience:
        blocks = seen(joint, audience, project).documents[0].blocks
        told = [(block.style, block.number + block.heading) for block in blocks[-4:]]
        assert told == [("h1", "四、附"), ("body", ""), ("h1", "五、省级补充评价"), ("body", "")]
        files = render(joint, Order(Edition(audience), ("word", "html"), project))
        with zipfile.ZipFile(io.BytesIO(files["report.docx"])) as packed:
            assert "西宁市的附加话。" in packed.read("word/document.xml").decode()
        assert "西宁市的附加话。" in files["page.html"].decode()


def test_it_may_stand_in_another_document(joint: Assessment, tmp_path: Path) -> None:
    section = SECTION + 'document = "letter"\naudiences = ["city"]\n'
    project = plugin(tmp_path, says("x", "话。"), section=section)
    assert added(seen(joint, Audience.CITY, project), "letter") == {"letter/adding:x": "话。"}
    assert "letter/adding:x" not in added(seen(joint, Audience.INTERNAL, project), "letter")


def test_what_is_not_known_is_not_said_and_takes_its_heading_along(joint: Assessment, tmp_path: Path) -> None:
    project = plugin(tmp_path, says("x", "有${profile.area}。", ""))
    unknown = evolve(joint, facts=tuple(one for one in joint.facts if one.key != "profile.area"))
    blocks = seen(unknown, Audience.INTERNAL, project).documents[0].blocks
    assert blocks[-1].sentences[0].id == "report/qinghai:basis"


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


# ---- what nobody may be told ----


@pytest.fixture(scope="module")
def greedy(tmp_path_factory: pytest.TempPathFactory, ruleset: Ruleset) -> Project:
    """A plugin that would tell everybody everything: each fact, each verdict, each finding."""
    facts = [says(f"f{n}", f"值${{{key}}}{{{{}}}}", "") for n, key in enumerate(load_plugins().catalogue)]
    held = [says(f"h{n}", f"真{key}", f'holds = ["{key}"]') for n, key in enumerate(load_plugins().catalogue)]
    met = [says(f"m{n}", f"达标{one.id}", f'met = ["{one.id}"]') for n, one in enumerate(ruleset.indicators)]
    rules = [says(f"r{n}", "现${finding.says}", f'finding = "{one.id}"') for n, one in enumerate(ruleset.rules)]
    kinds = [says(f"e.{kind}", "每${finding.says}", f'each = "{kind}"') for kind in ("weakness", "recommendation")]
    return plugin(tmp_path_factory.mktemp("greedy"), *facts, *held, *met, *rules, *kinds)


@pytest.fixture(scope="module")
def marked(joint: Assessment) -> Assessment:
    """Every fact, item and finding with a text of its own that can be found again."""
    facts = tuple(evolve(one, kind="list", content=(f"金丝雀{n}号",)) for n, one in enumerate(joint.facts))
    outcomes = tuple(evolve(one, verdict="met") for one in joint.outcomes)
    findings = tuple(evolve(one, says=f"画眉鸟{n}号") for n, one in enumerate(joint.findings))
    return evolve(joint, facts=facts, outcomes=outcomes, findings=findings)


def test_no_plugin_widens_what_is_published(marked: Assessment, greedy: Project) -> None:
    """Neither in the view nor in any file is a fact, a verdict or a finding that is not there without it."""
    plain, wide = (seen(marked, Audience.PUBLIC, project) for project in (Project(without=("qinghai",)), greedy))
    assert (wide.facts, wide.findings, wide.outcomes) == (plain.facts, plain.findings, ())
    view = view_for(marked, Audience.PUBLIC, read_texts(SHIPPED).disclosed())
    facts, findings = set(marked.facts), set(marked.findings)
    withheld = [one.content[0] for one in facts if one.content[0] not in {f.content[0] for f in view.facts}]
    withheld += [one.says for one in findings if one.says not in {each.says for each in view.findings}]
    assert len(withheld) > 100
    formats = tuple(one.name for one in FORMATS if one.public)
    for name, content in render(marked, Order(Edition(Audience.PUBLIC), formats, greedy)).items():
        text = content.decode("utf-8", errors="ignore")
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                text = "".join(packed.read(part).decode("utf-8", errors="ignore") for part in packed.namelist())
        assert not [secret for secret in withheld if re.search(rf"{secret}(?!\d)", text)], name
        assert "达标" not in text, name
    assert any("值金丝雀" in one for one in added(wide).values())  # what is published it may say


def test_it_tells_the_city_no_names_either(marked: Assessment, greedy: Project) -> None:
    facts = tuple(evolve(one, content=("云雀子在场",), person="云雀子") for one in marked.facts)
    told = added(seen(evolve(marked, facts=facts), Audience.CITY, greedy))
    assert any("***在场" in one for one in told.values())
    assert not any("云雀子" in one for one in told.values())
    assert any("达标" in one for one in told.values())  # its own verdicts a city may see


def test_what_is_not_met_is_not_said_to_be(joint: Assessment, greedy: Project, ruleset: Ruleset) -> None:
    told = added(seen(joint, Audience.INTERNAL, greedy)).values()
    met = {one.id for one in joint.outcomes if one.verdict == "met"}
    assert {text.removeprefix("达标").partition("（")[0] for text in told if text.startswith("达标")} == met


# ---- left out ----


def test_what_is_left_out_says_nothing_and_every_document_says_so(joint: Assessment, tmp_path: Path) -> None:
    project = plugin(tmp_path, says("x", "附加的话。"))
    assert "report/adding:x" in added(seen(joint, Audience.PUBLIC, project))
    now = evolve(project, without=("adding",))
    then = evolve(joint, left_out=("adding",))  # when it was assessed; the plugin is back since
    for audience in Audience:
        for made, uses in ((joint, now), (then, project)):
            view = seen(made, audience, uses)
            assert view.left_out == ("adding",)
            for document in view.documents:
                text = "".join(one.says for block in document.blocks for one in block.sentences)
                assert "附加的话" not in text
                assert "按要求未用下列插件，其内容因此从缺：adding。" in text, document.name
        files = render(joint, Order(Edition(audience), ("html", "excel", "sarif", "oscal"), now))
        assert "adding" in files["page.html"].decode()
        assert all(b"adding" in content for name, content in files.items() if name.endswith("json"))


def test_the_command_leaves_it_out(joint: Assessment, tmp_path: Path) -> None:
    done = run("assess", "xining", "--overlay", "qinghai", "--out", str(tmp_path), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "省级补充评价" in (tmp_path / "xining" / "public" / "view.json").read_text(encoding="utf-8")
    stored = str(tmp_path / "xining" / "assessment.json")
    done = run("report", stored, "--format", "json", "--out", str(tmp_path), "--without", "qinghai")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "xining" / "public" / "view.json").read_text(encoding="utf-8")
    assert "省级补充评价" not in text
    assert "其内容因此从缺：qinghai" in text


# ---- faults ----


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        (says("x", "得${score.low}分。", 'rests_on = ["score:total"]'), "scores are not for the public"),
        (says("x", "好。", ""), "rests on nothing"),
        (says("x", "人口${profile.populatoin}。", ""), "no such fact: 'profile.populatoin'; did you mean"),
        (says("x", "好。") + says("x", "好。"), "$.sections[0].sentences[1].id: 'x' is used twice"),
        (says("x", "好。", 'rests_on = ["mood"]'), "adding/sections.toml: 1 fault"),
    ],
)
def test_faults_are_told_with_file_and_place(sentence: str, fault: str, joint: Assessment, tmp_path: Path) -> None:
    with pytest.raises(Faults, match=re.escape(fault)):
        seen(joint, Audience.PUBLIC, plugin(tmp_path, sentence))


def test_a_document_that_is_not_there_is_told(joint: Assessment, tmp_path: Path) -> None:
    project = plugin(tmp_path, says("x", "好。"), section=SECTION + 'document = "reprot"\n')
    with pytest.raises(Faults, match=r"\$\.sections\[0\]\.document: the report texts have no document 'reprot'; did"):
        seen(joint, Audience.PUBLIC, project)


def test_an_item_that_is_not_there_supports_nothing(joint: Assessment, tmp_path: Path) -> None:
    project = plugin(tmp_path, says("x", "好。", 'met = ["A.99.99"]'))
    with pytest.raises(Unsupported, match="'report/adding:x' is not supported: it rests on outcome:A"):
        seen(joint, Audience.PUBLIC, project)


@pytest.mark.parametrize("value", ['Path(__file__).parent.parent / "sections.toml"', "None", "[1]"])
def test_what_is_not_in_the_plugins_folder_is_refused(value: str, tmp_path: Path) -> None:
    """Its hash would not cover it."""
    project = plugin(tmp_path, says("x", "好。"))
    code = tmp_path / "adding" / "__init__.py"
    code.write_text(CODE.replace('Path(__file__).with_name("sections.toml")', value), encoding="utf-8")
    with pytest.raises(PluginError, match="plugin 'adding': the hook 'sections' must return a path in the plugin's"):
        load_plugins.__wrapped__(*project.plugins_dirs)


def test_a_link_out_of_the_folder_is_no_text(joint: Assessment, tmp_path: Path) -> None:
    project = plugin(tmp_path / "a", says("x", "好。"))
    shutil.copy(tmp_path / "a" / "adding" / "sections.toml", tmp_path / "other.toml")
    (tmp_path / "a" / "adding" / "sections.toml").unlink()
    (tmp_path / "a" / "adding" / "sections.toml").symlink_to(tmp_path / "other.toml")
    with pytest.raises(CityrubricError, match="own folder"):
        seen(joint, Audience.PUBLIC, project)


@pytest.mark.parametrize("name", ["words.toml", "report.toml", "official.docx"])
def test_no_file_of_a_rule_sets_texts_leads_out_of_its_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    shutil.copytree(SHIPPED, folder)
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(Faults, match="is a link that leads out of its folder"):
        read_texts(folder)


@pytest.mark.parametrize("name", ["../report.toml", "/etc/passwd", "..", "a/b.toml", "report.toml\\n", "C:report.toml"])
def test_names_of_files_in_texts_are_names(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    shutil.copytree(SHIPPED, folder)
    words = (folder / "words.toml").read_text(encoding="utf-8")
    (folder / "words.toml").write_text(words.replace('"report.toml"', f'"{name}"', 1), encoding="utf-8")
    shutil.copy(folder / "report.toml", tmp_path / "report.toml")
    with pytest.raises(Faults):
        read_texts(folder)
    shutil.copy(SHIPPED / "words.toml", folder)
    report = (folder / "report.toml").read_text(encoding="utf-8")
    (folder / "report.toml").write_text(report.replace('"official.docx"', f'"{name}"'), encoding="utf-8")
    with pytest.raises(Faults):
        read_texts(folder)


@pytest.mark.parametrize(
    ("needs", "wanted"),
    [
        ('met = ["A.01.1"]', "adding:x: no such indicator: 'A.01.1'; did you mean 'A.01.01'?"),
        ('finding = "W.online_busines"', "adding:x: no rule 'W.online_busines' finds anything; did you mean"),
        ('met = ["A.01.01"]', ""),
    ],
)
def test_a_sentence_on_nothing_is_told_by_check(needs: str, wanted: str, tmp_path: Path) -> None:
    """It would never be said, or stop the document when it is made."""
    plugin(tmp_path, says("x", "达到要求。", needs))
    done = run("check", "--plugins-dir", str(tmp_path), COLUMNS="200")
    assert done.returncode == (1 if wanted else 0), done.stderr
    assert f"report/{wanted}" in done.stdout if wanted else not done.stdout


def test_a_province_s_sentences_are_checked_against_its_own_ledger(tmp_path: Path) -> None:
    folder = shutil.copytree(shipped("plugins") / "qinghai", tmp_path / "plateau")
    for name in ("sections.toml", "overlay.toml", "__init__.py"):
        text = (folder / name).read_text(encoding="utf-8").replace("qinghai", "plateau").replace("QH", "PL")
        (folder / name).write_text(text.replace('met = ["PL', 'met = ["XX'), encoding="utf-8")
    options = ("--plugins-dir", str(tmp_path), "--without", "qinghai")
    assert run("check", *options).returncode == 0
    done = run("check", "--overlay", "plateau", *options, COLUMNS="200")
    assert (done.returncode, "text-unknown" in done.stdout) == (1, True), done.stderr
