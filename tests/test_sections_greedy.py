"""A plugin that would tell everybody everything tells nobody more than may be seen without it."""

import io
import re
import zipfile

import pytest
from attrs import evolve

from adding import added, plugin, says, seen
from cityrubric.assessment import Assessment
from cityrubric.pluginhost import load_plugins
from cityrubric.project import Project
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import FORMATS, render
from cityrubric.report.masking import view_for
from cityrubric.report.reading import read_texts
from cityrubric.rubric.model import Ruleset
from printed import SHIPPED


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
