"""`cityrubric history`, `appeals`, `compare` and `province`: what a ledger tells."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import asdict
from rich.console import RenderableType

from cityrubric.cli.saying import result, screen
from cityrubric.ledger.appeals import appeals_of
from cityrubric.ledger.compare import compare
from cityrubric.ledger.ledger import open_ledger
from cityrubric.ledger.province import over_all
from cityrubric.report.ledgers import appeals_told, comparison_tables, history_table, province_table


def tell_history(file: Path, city: str, *, as_json: bool) -> None:
    """Tell every revision of a city; as JSON, with the complete assessments."""
    with open_ledger(file) as ledger:
        entries = ledger.history(city)
    _tell([asdict(entry) for entry in entries] if as_json else history_table(entries))


def tell_comparison(
    file: Path, cities: Sequence[str], year: int | None, ruleset: str | None, by: str, *, as_json: bool
) -> None:
    """Tell cities side by side."""
    with open_ledger(file) as ledger:
        comparison = compare(ledger, cities, year, ruleset, by)
    _tell(asdict(comparison) if as_json else comparison_tables(comparison))


def tell_province(file: Path, name: str | None, year: int | None, *, as_json: bool) -> None:
    """Tell the weaknesses of all cities."""
    with open_ledger(file) as ledger:
        province = over_all(ledger, name, year)
    _tell(asdict(province) if as_json else province_table(province))


def tell_appeals(file: Path, city: str, *, as_json: bool) -> None:
    """Tell a city's appeals, and what the accepted ones changed."""
    with open_ledger(file) as ledger:
        appeals = appeals_of(ledger.history(city))
    _tell([asdict(appeal) for appeal in appeals] if as_json else appeals_told(appeals))


def _tell(told: RenderableType | dict[str, Any] | list[Any]) -> None:
    if isinstance(told, (dict, list)):
        plain = sys.stdout.encoding.lower().replace("-", "") != "utf8"
        result(json.dumps(told, ensure_ascii=plain, indent=1, allow_nan=False) + "\n")
    else:
        screen().print(told)
