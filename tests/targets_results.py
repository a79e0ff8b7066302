"""What reads files that were written here, handed in as bytes: assessments, ledgers, workbooks to fill in."""

from pathlib import Path

from cityrubric.cli.filled import renew_choices, renew_ledger
from cityrubric.cli.report import report
from cityrubric.cli.verify import verify_assessment
from cityrubric.errors import CityrubricError
from cityrubric.ledger.compare import compare
from cityrubric.ledger.ledger import open_ledger
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.telling.stored import read_assessment, to_json
from materials import materials


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


def fuzz_choices(content: bytes, folder: Path) -> None:
    (folder / "choices.xlsx").write_bytes(content)
    renew_choices(materials() / "fictional-1" / "assessment.json", folder / "choices.xlsx", None)


def fuzz_rectification(content: bytes, folder: Path) -> None:
    """One that is taken is written anew, and read again."""
    for _turn in range(2):
        (folder / "ledger.xlsx").write_bytes(content)
        renew_ledger(materials() / "fictional-1" / "assessment.json", folder / "ledger.xlsx", None, check=False)
        content = (folder / "ledger.xlsx").read_bytes()
