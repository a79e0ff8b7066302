"""What reads files that rules are made of, handed in as bytes: rule sets, catalogues, texts, templates, values."""

import functools
import shutil
from pathlib import Path
from typing import Any

from cityrubric.authoring.cases import read_cases, run_case
from cityrubric.authoring.fromtable.draft import Terms, draft_files
from cityrubric.authoring.fromtable.tables import read_rows
from cityrubric.catalogue import read_catalogue
from cityrubric.cli.report import report
from cityrubric.documents import read_document
from cityrubric.errors import FaultLog
from cityrubric.evaluate.plan import plan_of
from cityrubric.intake.values import ValueFaultError, read_value
from cityrubric.paths import shipped
from cityrubric.project import Project
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.reading import read_texts
from cityrubric.rubric.load import load_ruleset
from cityrubric.versions.crosswalk import read_crosswalk
from materials import materials, rules
from wild import TINY


def fuzz_ruleset(name: str, content: bytes, folder: Path) -> None:
    shutil.copytree(TINY / "ruleset", folder / "rules")
    (folder / "rules" / name).write_bytes(content)
    plan_of(load_ruleset(folder / "rules", project=Project(plugins_dirs=(TINY / "plugins",))))


def fuzz_catalogue(content: bytes, folder: Path) -> None:
    (folder / "catalogue.toml").write_bytes(content)
    log = FaultLog()
    read_catalogue(folder / "catalogue.toml", "catalogue.toml", "plugin", log)
    log.check()


def fuzz_cases(content: bytes, folder: Path) -> None:
    (folder / "cases.toml").write_bytes(content)
    for case in read_cases(folder / "cases.toml", rules()):
        run_case(case, rules())


def fuzz_crosswalk(content: bytes, folder: Path) -> None:
    (folder / "crosswalk.toml").write_bytes(content)
    read_crosswalk(folder / "crosswalk.toml", load_ruleset("2014"), rules())


def fuzz_texts(content: bytes, folder: Path) -> None:
    """The texts of reports belong to a rule set."""
    report = shutil.copytree(shipped("rulesets") / "2021" / "report", folder / "report")
    (report / "report.toml").write_bytes(content)
    read_texts(report)


def fuzz_overlay(content: bytes, folder: Path) -> None:
    """What a plugin lays over the rules: over those that ship."""
    (folder / "rulesets" / "province").mkdir(parents=True)
    (folder / "rulesets" / "province" / "overlay.toml").write_bytes(content)
    ruleset = load_ruleset("2021", project=Project(folder=folder), overlay="province")
    assert ruleset.overlay
    plan_of(ruleset.overlay.ruleset)


def fuzz_official(ending: str, content: bytes, folder: Path) -> None:
    """An official table, from which a rule set is drafted."""
    (folder / f"official{ending}").write_bytes(content)
    log = FaultLog()
    rows = read_rows(folder / f"official{ending}", {})
    model = read_document(shipped("rulesets") / "2021" / "ruleset.toml", "model", "ruleset", log) or {}
    draft_files(rows, Terms("new", "某细则", 60.0, "某处"), model, "official", log)
    log.check()


def fuzz_template(content: bytes, folder: Path) -> None:
    """A Word template of somebody's own."""
    templates = shutil.copytree(shipped("rulesets") / "2021" / "report", folder / "report")
    (templates / "official.docx").write_bytes(content)
    order = Order(Edition(audience=Audience.PUBLIC, templates=templates), ("word",))
    report([materials() / "fictional-1" / "assessment.json"], order, folder / "out")


def fuzz_value(content: bytes, folder: Path) -> None:
    """Values as people write them, for every kind of fact."""
    text = content.decode("utf-8", "replace")
    for spec in _some_specs():
        try:
            value = read_value(text, None, spec)
        except ValueFaultError as fault:
            raise_if_empty = str(fault)
            assert raise_if_empty
        else:
            assert value.low <= value.high


@functools.cache
def _some_specs() -> list[Any]:
    return [*{spec.kind: spec for spec in rules().offers.catalogue.values()}.values()]
