"""What is handed in: the kinds of files, how each is made wrong, and what reads it."""

import functools
import json
import random
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import polars
from attrs import define, field

from cityrubric.authoring.cases import read_cases, run_case
from cityrubric.authoring.fromtable.draft import Terms, draft_files
from cityrubric.authoring.fromtable.tables import read_rows
from cityrubric.bulk.run import assess_tables
from cityrubric.bulk.tables import read_tables
from cityrubric.catalogue import read_catalogue
from cityrubric.cli.draw import draw, replace_point, verify_record
from cityrubric.cli.filled import renew_choices, renew_ledger
from cityrubric.cli.report import report
from cityrubric.cli.verify import verify_assessment
from cityrubric.documents import read_document
from cityrubric.errors import CityrubricError, FaultLog
from cityrubric.evaluate.plan import plan_of
from cityrubric.fieldwork.plan import read_plan
from cityrubric.fieldwork.register import read_register
from cityrubric.intake.facts import read_city
from cityrubric.intake.importing import import_files, write_import
from cityrubric.intake.values import ValueFaultError, read_value
from cityrubric.ledger.compare import compare
from cityrubric.ledger.ledger import open_ledger
from cityrubric.paths import shipped
from cityrubric.project import Project
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.reading import read_texts
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.stored import read_assessment, store, to_json
from cityrubric.telling.tell import assess
from cityrubric.versions.crosswalk import read_crosswalk
from materials import materials, rules
from mutating import WORDS, mutate_archive, mutate_bytes, mutate_text, mutate_tree
from wild import TINY

Mutator = Callable[[bytes, random.Random], bytes]
Target = Callable[[bytes, Path], None]


def fuzz_city(content: bytes, folder: Path) -> None:
    (folder / "city.toml").write_bytes(content)
    city = read_city(folder, rules())
    if zlib.crc32(content) % 8 == 0:  # an assessment takes ten times as long as reading
        store(assess(city, rules()), folder / "out")


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


def fuzz_plan(content: bytes, folder: Path) -> None:
    (folder / "draw.toml").write_bytes(content)
    read_plan(folder / "draw.toml", rules())


def fuzz_register(ending: str, content: bytes, folder: Path) -> None:
    (folder / f"register{ending}").write_bytes(content)
    read_register(folder / f"register{ending}", read_plan(materials() / "draw.toml", rules()), rules())


def fuzz_record(content: bytes, folder: Path) -> None:
    """One that was tampered with is told with exit code 1, and no point of it can be replaced by accident."""
    (folder / "record.json").write_bytes(content)
    at = materials()
    verify_record(at / "draw.toml", at / "register.csv", folder / "record.json", at / "frozen.json", None)
    replace_point(at / "draw.toml", folder / "record.json", json.loads(content)["strata"][0]["points"][0]["id"], "关门")


def fuzz_frozen(content: bytes, folder: Path) -> None:
    (folder / "frozen.json").write_bytes(content)
    at = materials()
    draw(at / "draw.toml", at / "register.csv", folder / "frozen.json", "明查", "03 11", folder / "out", None)


def fuzz_import(content: bytes, folder: Path) -> None:
    """A workbook that came back; whatever it says, the city's files are all new or all old."""
    city = shutil.copytree(shipped("cities") / "xining", folder / "xining")
    (folder / "answers.xlsx").write_bytes(content)
    write_import(import_files([folder / "answers.xlsx"], city, rules()), city)
    read_city(city, rules())


def fuzz_evidence(content: bytes, folder: Path) -> None:
    city = shutil.copytree(shipped("cities") / "panjin", folder / "panjin")
    (city / "evidence.csv").write_bytes(content)
    read_city(city, rules())


def fuzz_inspections(name: str, content: bytes, folder: Path) -> None:
    city = shutil.copytree(materials() / "onsite", folder / "onsite")
    (city / name).write_bytes(content)
    read_city(city, rules())


def fuzz_crosswalk(content: bytes, folder: Path) -> None:
    (folder / "crosswalk.toml").write_bytes(content)
    read_crosswalk(folder / "crosswalk.toml", load_ruleset("2014"), rules())


def fuzz_texts(content: bytes, folder: Path) -> None:
    """The texts of reports belong to a rule set."""
    report = shutil.copytree(shipped("rulesets") / "2021" / "report", folder / "report")
    (report / "report.toml").write_bytes(content)
    read_texts(report)


def fuzz_changes(content: bytes, folder: Path) -> None:
    """The list of files that wait for their places, beside files that could take any."""
    city = shutil.copytree(shipped("cities") / "panjin", folder / "panjin")
    (city / ".changes.json").write_bytes(content)
    (city / ".city.toml.new").write_bytes((city / "city.toml").read_bytes())
    read_city(city, rules())
    assert {path.name for path in folder.iterdir()} == {"panjin"}


def fuzz_verify(content: bytes, folder: Path) -> None:
    (folder / "assessment.json").write_bytes(content)
    verify_assessment(folder / "assessment.json", None, None, as_json=False)


def fuzz_report(content: bytes, folder: Path) -> None:
    """Whatever fits the schema can be told, as a page and in Word."""
    (folder / "assessment.json").write_bytes(content)
    order = Order(Edition(audience=Audience.PUBLIC), ("html", "csv", "json"))
    if report([folder / "assessment.json"], order, folder / "out"):
        raise CityrubricError(f"{folder}: said on stderr")


def fuzz_assessment(content: bytes, folder: Path) -> None:
    (folder / "assessment.json").write_bytes(content)
    to_json(read_assessment(folder / "assessment.json"))


def fuzz_ledger(content: bytes, folder: Path) -> None:
    (folder / "ledger.db").write_bytes(content)
    with open_ledger(folder / "ledger.db") as ledger:
        ledger.history("fictional-1")
        ledger.names()
        compare(ledger, ["fictional-1"], None, None)


def fuzz_overlay(content: bytes, folder: Path) -> None:
    """What a plugin lays over the rules: over those that ship."""
    (folder / "rulesets" / "province").mkdir(parents=True)
    (folder / "rulesets" / "province" / "overlay.toml").write_bytes(content)
    ruleset = load_ruleset("2021", project=Project(folder=folder), overlay="province")
    assert ruleset.overlay
    plan_of(ruleset.overlay.ruleset)


def fuzz_import_list(content: bytes, folder: Path) -> None:
    """A list of evidence that came back by itself."""
    city = shutil.copytree(shipped("cities") / "panjin", folder / "panjin")
    (folder / "evidence.csv").write_bytes(content)
    write_import(import_files([folder / "evidence.csv"], city, rules()), city)
    read_city(city, rules())


def fuzz_choices(content: bytes, folder: Path) -> None:
    (folder / "choices.xlsx").write_bytes(content)
    renew_choices(materials() / "fictional-1" / "assessment.json", folder / "choices.xlsx", None)


def fuzz_rectification(content: bytes, folder: Path) -> None:
    """One that is taken is written anew, and read again."""
    for _turn in range(2):
        (folder / "ledger.xlsx").write_bytes(content)
        renew_ledger(materials() / "fictional-1" / "assessment.json", folder / "ledger.xlsx", None, check=False)
        content = (folder / "ledger.xlsx").read_bytes()


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


def fuzz_columns(name: str, content: bytes, folder: Path) -> None:
    """A table that `bulk` reads, damaged; beside two that are not.

    Whatever ends the process that reads it first must not end ours; the ones of a test are taken for such, too.
    """
    _kind, _dot, ending = name.partition(".")
    for other in ("facts", "cities"):
        shutil.copy(materials() / f"{other}.{ending}", folder)
    (folder / name).write_bytes(content)
    with mock.patch("cityrubric.workbooks.multiprocessing.parent_process", return_value=None):
        _assess_tables(folder / f"facts.{ending}", folder / f"cities.{ending}", folder)


def fuzz_rows(name: str, content: bytes, folder: Path) -> None:
    """Rows of a table that `bulk` reads: sound as a file, odd in what they say."""
    for other in ("facts", "cities"):
        shutil.copy(materials() / f"{other}.parquet", folder)
    try:
        frame = polars.DataFrame(json.loads(content), infer_schema_length=None, strict=False)
        frame.write_parquet(folder / f"{name}.parquet")
    except Exception:  # no table
        raise CityrubricError(f"{folder}: no table") from None
    with mock.patch("cityrubric.workbooks.multiprocessing.parent_process", return_value=True):
        _assess_tables(folder / "facts.parquet", folder / "cities.parquet", folder)


def _assess_tables(facts: Path, cities: Path, folder: Path) -> None:
    plan = plan_of(rules())
    tables = read_tables(facts, cities, None, plan.layout)
    try:
        assess_tables(tables, plan, folder / "out", [*tables.cities], lambda done: None)
    except CityrubricError:
        assert [*(folder / "out").iterdir()] == []
        raise
    for path in (folder / "out").glob("*/assessment.json"):
        read_assessment(path)


def fuzz_inspected(content: bytes, folder: Path) -> None:
    with mock.patch("cityrubric.workbooks.multiprocessing.parent_process", return_value=None):
        city = shutil.copytree(materials() / "onsite", folder / "onsite")
        (city / "inspections.csv").unlink()
        (city / "inspections.parquet").write_bytes(content)
        read_city(city, rules())


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


@define
class Kind:
    """Files of one kind: some that are right, how they are made wrong, and what reads them.

    Attributes:
        count: how many of the 100,000.
    """

    target: Target
    originals: Callable[[], list[bytes]]
    mutators: tuple[Mutator, ...]
    count: int
    kept: list[bytes] = field(factory=list)

    def one(self, dice: random.Random) -> bytes:
        """Return one file that is, most probably, wrong."""
        self.kept = self.kept or self.originals()
        return dice.choice(self.mutators)(dice.choice(self.kept), dice)


def _read(*paths: Path) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in paths]


def _made(name: str) -> Callable[[], list[bytes]]:
    return lambda: [(materials() / name).read_bytes()]


CITIES = [shipped("cities") / name / "city.toml" for name in ("panjin", "shenyang", "ningbo", "xining")]
TEXT, TREE, ARCHIVE = (
    (mutate_text, mutate_text, mutate_bytes),
    (mutate_tree, mutate_tree, mutate_bytes),
    (mutate_archive,),
)
KINDS: dict[str, Kind] = {
    "city": Kind(fuzz_city, _read(*CITIES), TEXT, 15_000),
    **{
        f"rule set {file.name}": Kind(functools.partial(fuzz_ruleset, file.name), _read(file), TEXT, 1_000)
        for file in sorted((TINY / "ruleset").glob("*.toml"))
    },
    "catalogue": Kind(fuzz_catalogue, _read(*shipped("plugins").glob("*/catalogue.toml")), TEXT, 12_000),
    "cases": Kind(fuzz_cases, _read(*(Path(__file__).parent / "cases").glob("v*.toml")), TEXT, 500),
    "plan": Kind(fuzz_plan, _read(shipped("cities") / "xining" / "draw.toml"), TEXT, 20_000),
    "register csv": Kind(functools.partial(fuzz_register, ".csv"), _made("register.csv"), TEXT, 2_000),
    "register xlsx": Kind(
        functools.partial(fuzz_register, ".xlsx"), _made("register.xlsx"), (*ARCHIVE, *ARCHIVE, mutate_bytes), 3_000
    ),
    "register parquet": Kind(
        functools.partial(fuzz_register, ".parquet"), _made("register.parquet"), (mutate_bytes,), 100
    ),
    "record": Kind(fuzz_record, _made("open/record.json"), TREE, 200),
    "frozen": Kind(fuzz_frozen, _made("frozen.json"), TREE, 200),
    "assessment": Kind(fuzz_assessment, _made("fictional-1/assessment.json"), TREE, 800),
    "ledger": Kind(fuzz_ledger, _made("ledger.db"), (mutate_bytes,), 1_500),
    "workbook": Kind(fuzz_import, _made("answers.xlsx"), ARCHIVE, 500),
    "evidence": Kind(fuzz_evidence, _made("evidence.csv"), TEXT, 1_000),
    "inspections csv": Kind(
        functools.partial(fuzz_inspections, "inspections.csv"), _made("onsite/inspections.csv"), TEXT, 300
    ),
    "inspections toml": Kind(functools.partial(fuzz_inspections, "inspections.toml"), _made("mapping.toml"), TEXT, 300),
    "inspections parquet": Kind(fuzz_inspected, _made("onsite.parquet"), (mutate_bytes,), 100),
    "overlay": Kind(fuzz_overlay, _read(shipped("plugins") / "qinghai" / "overlay.toml"), TEXT, 1_500),
    "evidence import": Kind(fuzz_import_list, _made("evidence.csv"), TEXT, 500),
    "choices": Kind(fuzz_choices, _made("choices.xlsx"), ARCHIVE, 400),
    "rectification": Kind(fuzz_rectification, _made("rectification.xlsx"), ARCHIVE, 400),
    **{
        f"official {ending}": Kind(
            functools.partial(fuzz_official, f".{ending}"), _made(f"official.{ending}"), ARCHIVE, 500
        )
        for ending in ("docx", "xlsx")
    },
    "template": Kind(fuzz_template, _read(shipped("rulesets") / "2021" / "report" / "official.docx"), ARCHIVE, 200),
    **{
        f"bulk {name}": Kind(functools.partial(fuzz_columns, name), _made(name), (mutate_bytes,), 100)
        for name in ("facts.parquet", "facts.arrow", "cities.parquet")
    },
    **{
        f"bulk {name} rows": Kind(functools.partial(fuzz_rows, name), _made(f"{name}.json"), (mutate_tree,), 1_000)
        for name in ("facts", "cities")
    },
    "crosswalk": Kind(fuzz_crosswalk, _read(shipped("rulesets") / "crosswalks" / "2014-2021.toml"), TEXT, 1_000),
    "texts": Kind(fuzz_texts, _read(*(shipped("rulesets") / "2021" / "report").glob("report.toml")), TEXT, 1_000),
    "changes": Kind(
        fuzz_changes, lambda: [b'["city.toml"]', b'["city.toml", "evidence.csv"]', b'["/tmp/x"]'], TREE, 500
    ),
    "verify": Kind(fuzz_verify, _made("fictional-1/assessment.json"), TREE, 200),
    "report": Kind(fuzz_report, _made("fictional-1/assessment.json"), TREE, 100),
    "value": Kind(fuzz_value, lambda: [word.encode("utf-8", "replace") for word in WORDS], TEXT, 40_000),
}
