"""What plugins add to documents: behind the rule set's own, supported, and silent where left out or unknown."""

import io
import zipfile
from pathlib import Path

from attrs import evolve

from adding import SECTION, added, plugin, says, seen
from cityrubric.assessment import Assessment
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import render
from test_command_line import run


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


def test_the_command_leaves_it_out(tmp_path: Path) -> None:
    done = run("assess", "xining", "--overlay", "qinghai", "--out", str(tmp_path), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "省级补充评价" in (tmp_path / "xining" / "public" / "view.json").read_text(encoding="utf-8")
    stored = str(tmp_path / "xining" / "assessment.json")
    done = run("report", stored, "--format", "json", "--out", str(tmp_path), "--without", "qinghai")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "xining" / "public" / "view.json").read_text(encoding="utf-8")
    assert "省级补充评价" not in text
    assert "其内容因此从缺：qinghai" in text
