"""A plugin that adds a section to documents, written as a test needs it, and what it says there."""

from collections.abc import Mapping
from pathlib import Path

from cityrubric.assessment import Assessment
from cityrubric.project import Project
from cityrubric.report.audience import Audience, View
from cityrubric.report.editions import Edition, Order, edition_of
from cityrubric.report.formats import prepare

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
