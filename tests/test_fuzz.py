"""Whatever comes in, a result or a message with file and place comes out: never a traceback, a hang or half a file.

A few hundred mutations of every kind of file in each run; over 100,000 with `-m slow`, in processes that are counted:
one that dies is a failure too.
"""

import csv
import functools
import json
import multiprocessing
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import polars
import pytest
from attrs import define, field
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cityrubric.authoring.cases import read_cases, run_case
from cityrubric.authoring.fictional import fictional_city
from cityrubric.authoring.registers import fictional_register
from cityrubric.batch.limit import time_limit
from cityrubric.catalogue import read_catalogue
from cityrubric.cli.draw import draw, freeze_register, replace_point, verify_record
from cityrubric.cli.generate import MIX
from cityrubric.cli.report import report
from cityrubric.cli.verify import verify_assessment
from cityrubric.cli.workbook import write_workbook
from cityrubric.errors import UNSEEN, CityrubricError, FaultLog, Faults
from cityrubric.evaluate.plan import plan_of
from cityrubric.fieldwork.plan import read_plan
from cityrubric.fieldwork.register import read_register
from cityrubric.intake.facts import read_city
from cityrubric.intake.importing import import_files, write_import
from cityrubric.intake.values import ValueFaultError, read_value
from cityrubric.ledger.compare import compare
from cityrubric.ledger.ledger import open_ledger, record
from cityrubric.paths import shipped
from cityrubric.project import Project
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.reading import read_texts
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.stored import read_assessment, store, to_document, to_json
from cityrubric.telling.tell import assess
from cityrubric.versions.crosswalk import read_crosswalk
from mutating import WORDS, mutate_archive, mutate_bytes, mutate_text, mutate_tree
from test_inspections import folder_of, rows_of
from wild import TINY

SECONDS = 20.0
"""For one input, on a machine that does other things too; the slowest seen took a twentieth of it."""
IN_ALL = 100_000

EVIDENCE = """佐证编号,名称,部门,日期,评价内容,文件,SHA-256
E1,会议纪要,市食安办,2021-03-01,A.01.01,a.pdf,-
E2,"通报; 照片",市监局,2021-11-30,A.01.02;A.01.03,"b.jpg;c.jpg",-;-
"""

Mutator = Callable[[bytes, random.Random], bytes]
Target = Callable[[bytes, Path], None]


@functools.cache
def rules() -> Any:
    return load_ruleset("2021")


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


@functools.cache
def materials() -> Path:
    """Faultless files of every kind, made once per process."""
    folder = Path(tempfile.mkdtemp(prefix="cityrubric-fuzz-"))
    plan = (shipped("cities") / "xining" / "draw.toml").read_text(encoding="utf-8").replace("45359", "400")
    (folder / "draw.toml").write_text(plan, encoding="utf-8")
    rows = [*fictional_register(7, 400, read_plan(folder / "draw.toml", rules()))]
    with (folder / "register.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(folder / "register.xlsx")
    polars.DataFrame(rows[1:], schema=list(rows[0]), orient="row").write_parquet(folder / "register.parquet")
    freeze_register(folder / "draw.toml", folder / "register.csv", folder, folder / "secret")
    draw(folder / "draw.toml", folder / "register.csv", folder / "frozen.json", "明查", "03 11", folder, None)
    stored = assess(fictional_city(1, rules(), MIX), rules())
    store(stored, folder)
    record(folder / "ledger.db", to_document(stored))
    with sqlite3.connect(folder / "ledger.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = delete")
    database.close()
    write_workbook(shipped("cities") / "xining", "2021", folder / "answers.xlsx", ["A.10.38"], "张三")
    _make_onsite(folder)
    return folder


def _make_onsite(folder: Path) -> None:
    """A city with a table of inspections, and a list of evidence."""
    headings = rules().inspections.columns
    rows = [row for type_ in ("Y01", "Y05") for row in rows_of(type_, f"P-{type_}", rules())]
    folder_of(folder / "onsite", {"inspections.csv": rows}, rules())
    words = {column: heading for column, heading in headings.items() if column in {"result", "mode"}}
    mapping = "schema_version = 1\n[columns]\n" + "".join(f'{name} = "{word}"\n' for name, word in words.items())
    mapping += '[words.result]\n"合格" = "符合"\n'
    mapping += '[[draws]]\nrecord = "record.json"\ndrawn_on = "2021-10-01"\n'
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    (folder / "evidence.csv").write_text(EVIDENCE, encoding="utf-8")


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
    "crosswalk": Kind(fuzz_crosswalk, _read(shipped("rulesets") / "crosswalks" / "2014-2021.toml"), TEXT, 1_000),
    "texts": Kind(fuzz_texts, _read(*(shipped("rulesets") / "2021" / "report").glob("report.toml")), TEXT, 1_000),
    "changes": Kind(
        fuzz_changes, lambda: [b'["city.toml"]', b'["city.toml", "evidence.csv"]', b'["/tmp/x"]'], TREE, 500
    ),
    "verify": Kind(fuzz_verify, _made("fictional-1/assessment.json"), TREE, 200),
    "report": Kind(fuzz_report, _made("fictional-1/assessment.json"), TREE, 100),
    "value": Kind(fuzz_value, lambda: [word.encode("utf-8", "replace") for word in WORDS], TEXT, 40_000),
}


def check_message(kind: str, error: CityrubricError, folder: Path) -> None:
    """A message names the file, says something, and steers no terminal."""
    told = str(error)
    if isinstance(error, Faults):
        assert all(fault.document and fault.says for fault in error.faults), told
    else:
        assert kind in {"record", "frozen", "verify", "changes"} or folder.name in told or "tiny" in told, told
    assert not UNSEEN.search(told), repr(told)


def attempt(kind: str, content: bytes) -> str:
    """Hand one file in; return `taken` or `refused`.

    Raises:
        AssertionError: if it is anything else, or a message names no file.
    """
    folder = Path(tempfile.mkdtemp(prefix="cityrubric-fuzz-one-"))
    try:
        with time_limit(SECONDS, patience=None):
            KINDS[kind].target(content, folder)
    except CityrubricError as error:
        check_message(kind, error, folder)
        return "refused"
    finally:
        assert [*folder.rglob("*.part")] == []
        shutil.rmtree(folder)
    return "taken"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[*HealthCheck])
@given(seed=st.integers(0, 2**32))
def test_some_of_each_kind(kind: str, seed: int) -> None:
    attempt(kind, KINDS[kind].one(random.Random(seed)))


def many(kind: str, first: int, count: int) -> tuple[Counter[str], float, list[str]]:
    """Try so many files, each from a seed of its own.

    Returns:
        What became of them, the longest time, and what went wrong; such a file is kept.
    """
    outcomes: Counter[str] = Counter()
    slowest, wrong = 0.0, []
    for seed in range(first, first + count):
        content = KINDS[kind].one(random.Random(seed))
        begun = time.perf_counter()
        try:
            outcomes[attempt(kind, content)] += 1
        except BaseException as error:
            kept = Path(tempfile.gettempdir(), f"cityrubric-fuzz-{kind}-{seed}".replace(" ", "-"))
            kept.write_bytes(content)
            wrong.append(f"{kind} {seed} (kept as {kept}): {type(error).__name__}: {error}")
        slowest = max(slowest, time.perf_counter() - begun)
    return outcomes, slowest, wrong


@pytest.mark.slow
def test_a_hundred_thousand(capfd: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("FUZZ_SEED", "1"))
    share = float(os.environ.get("FUZZ_SHARE", "1"))
    found: dict[str, Counter[str]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context) as pool:
        tasks = {
            pool.submit(many, kind, seed * 10**9 + first, min(500, int(one.count * share) - first)): kind
            for kind, one in KINDS.items()
            for first in range(0, int(one.count * share), 500)
        }
        slowest, wrong = 0.0, []
        for task, kind in tasks.items():
            outcomes, spent, failed = task.result()
            wrong += failed
            found.setdefault(kind, Counter()).update(outcomes)
            slowest = max(slowest, spent)
    total = sum(sum(outcomes.values()) for outcomes in found.values())
    with capfd.disabled():
        for kind, outcomes in found.items():
            sys.stdout.write(f"\n{kind}: {outcomes['taken']} taken, {outcomes['refused']} refused")
        sys.stdout.write(f"\n{total} inputs in all; the slowest took {slowest:.2f} s\n")
    assert wrong == []
    assert total >= IN_ALL * min(share, 1.0)
    assert all(outcomes["refused"] or kind == "value" for kind, outcomes in found.items())
