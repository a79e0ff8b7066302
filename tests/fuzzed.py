"""What is handed in: the kinds of files, how each is made wrong, and which target reads it."""

import functools
import random
from collections.abc import Callable
from pathlib import Path

from attrs import define, field

from cityrubric.paths import shipped
from materials import materials
from mutating import WORDS, mutate_archive, mutate_bytes, mutate_text, mutate_tree
from targets_inputs import (
    fuzz_changes,
    fuzz_city,
    fuzz_columns,
    fuzz_evidence,
    fuzz_frozen,
    fuzz_import,
    fuzz_import_list,
    fuzz_inspected,
    fuzz_inspections,
    fuzz_plan,
    fuzz_record,
    fuzz_register,
    fuzz_rows,
)
from targets_results import fuzz_assessment, fuzz_choices, fuzz_ledger, fuzz_rectification, fuzz_report, fuzz_verify
from targets_rules import (
    fuzz_cases,
    fuzz_catalogue,
    fuzz_crosswalk,
    fuzz_official,
    fuzz_overlay,
    fuzz_ruleset,
    fuzz_template,
    fuzz_texts,
    fuzz_value,
)
from wild import TINY

Mutator = Callable[[bytes, random.Random], bytes]
Target = Callable[[bytes, Path], None]


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
