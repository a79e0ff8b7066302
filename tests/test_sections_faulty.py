"""Texts of a plugin that are wrong are told with file and place, or refused."""

import re
import shutil
from pathlib import Path

import pytest

from adding import CODE, SECTION, plugin, says, seen
from cityrubric.assessment import Assessment
from cityrubric.errors import CityrubricError, Faults, PluginError
from cityrubric.pluginhost import load_plugins
from cityrubric.report.audience import Audience
from cityrubric.report.sentences import Unsupported
from test_command_line import run


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
