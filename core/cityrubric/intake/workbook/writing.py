"""A planned workbook -> an xlsx file, with what WPS and LibreOffice both keep: styles, protection, validations.

Text is always written as text, so that a name that begins with `=` is no formula.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import asdict

from cityrubric.intake.toml import digits
from cityrubric.intake.workbook import words
from cityrubric.intake.workbook.columns import Column
from cityrubric.intake.workbook.plan import Row, Sheet, WorkbookPlan
from cityrubric.office import row_height
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

HEADING_ROW = 2
ASSESSOR_CELL = "B4"
_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
_OPEN, _LOCKED, _HEADING, _TITLE, _STEP = "待填", "所问", "栏目", "表名", "说明"
_LEGIBLE = 160  # characters across a page of A4
_INLINE = 250  # characters of choices that fit into a validation


def workbook_bytes(plan: WorkbookPlan, city: City, ruleset: Ruleset) -> bytes:
    """Return the file; the same plan gives the same content."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    day = datetime(city.assessment_year, 1, 1)
    workbook.properties.created = workbook.properties.modified = day  # nothing of the day it was written
    writer = _Writer(workbook)
    writer.introduction(plan, city, ruleset)
    for sheet in plan.sheets:
        writer.sheet(sheet, f"{city.name} {sheet.title}")
    writer.hidden(plan)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


class _Writer:
    """Writes into one workbook, with its styles."""

    def __init__(self, workbook: Workbook) -> None:
        from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

        self.workbook = workbook
        line = Side(style="thin", color="BFBFBF")
        grey, blue = PatternFill("solid", fgColor="EDEDED"), PatternFill("solid", fgColor="D9E2F3")
        styles = [
            NamedStyle(_OPEN, protection=Protection(locked=False)),
            NamedStyle(_LOCKED, fill=grey),
            NamedStyle(_HEADING, fill=blue, font=Font(bold=True)),
            NamedStyle(_STEP),
            NamedStyle(_TITLE, font=Font(bold=True, size=14)),
        ]
        for style in styles[:-1]:
            style.alignment = Alignment(wrap_text=True, vertical="top")
        for style in styles[:-2]:
            style.border = Border(line, line, line, line)
        for style in styles:
            workbook.add_named_style(style)

    def introduction(self, plan: WorkbookPlan, city: City, ruleset: Ruleset) -> None:
        """Write how to fill it in, for whom and under which rules it was made."""
        sheet = self.workbook.create_sheet(words.INTRODUCTION)
        mark = plan.mark
        part = mark.part or words.WHOLE_PART
        template = {"number": mark.number, "version": mark.version, "hash": mark.hash[:12], "part": part}
        self.text(sheet.cell(1, 1), words.TITLE.format(city=city.name, ruleset=ruleset.title)).style = _TITLE
        self.text(sheet.cell(2, 1), words.TEMPLATE_LINE.format(**template))
        self.text(sheet.cell(4, 1), words.ASSESSOR).style = _HEADING
        self.text(sheet[ASSESSOR_CELL], mark.assessor).style = _OPEN
        for number, step in enumerate((*words.STEPS, words.NOTICE.format(notice=ruleset.notice)), 6):
            self.text(sheet.cell(number, 2), step).style = _STEP
            sheet.row_dimensions[number].height = 16 * math.ceil(len(step) / 44)
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 10, 92
        self.finish(sheet)

    def sheet(self, plan: Sheet, title: str) -> None:
        """Write one sheet: its title, its headings, its rows, and a hidden column with what each row said."""
        from openpyxl.utils import get_column_letter

        sheet = self.workbook.create_sheet(plan.title)
        self.text(sheet.cell(1, 1), title).style = _TITLE
        for number, column in enumerate(plan.columns, 1):
            self.text(sheet.cell(HEADING_ROW, number), column.heading).style = _HEADING
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        for number, row in enumerate(plan.rows, HEADING_ROW + 1):
            self.row(sheet, number, row, plan.columns)
        hidden = get_column_letter(len(plan.columns) + 1)
        sheet.column_dimensions[hidden].hidden = True
        self.validations(sheet, plan)
        sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, 3 if plan.section.startswith("facts/") else 2)
        sheet.auto_filter.ref = (
            f"A{HEADING_ROW}:{hidden}{HEADING_ROW + len(plan.rows)}"  # whoever sorts, sorts all of it
        )
        self.finish(sheet)
        if sum(column.width for column in plan.columns) > _LEGIBLE:
            self.side_by_side(sheet, plan.columns)

    def row(self, sheet: Worksheet, number: int, row: Row, columns: Sequence[Column]) -> None:
        """Write one row."""
        for place, column in enumerate(columns, 1):
            cell = sheet.cell(number, place)
            text = row.texts.get(column.name, "")
            if column.kind == "value" and row.number is not None and len(digits(row.number)) <= _EXACT_DIGITS:
                cell.value = row.number
            elif text:
                self.text(cell, text)
            cell.style = _LOCKED if column.locked and not row.spare else _OPEN
        if row.texts:
            texts = (row.texts.get(column.name, "") for column in columns)
            sheet.row_dimensions[number].height = row_height(texts, (column.width for column in columns))
        if row.base:
            self.text(sheet.cell(number, len(columns) + 1), row.base)

    def validations(self, sheet: Worksheet, plan: Sheet) -> None:
        """Offer what may be chosen, and accept what is possible; something else is asked about, not refused."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        last = HEADING_ROW + len(plan.rows)
        for place, column in enumerate(plan.columns, 1):
            labels = ",".join(column.choices.values())
            if column.choices and len(labels) <= _INLINE:
                letter = get_column_letter(place)
                offered = DataValidation("list", formula1=f'"{labels}"', allow_blank=True, errorStyle="warning")
                offered.add(f"{letter}{HEADING_ROW + 1}:{letter}{last}")
                sheet.add_data_validation(offered)
        for letter, heading in _references(plan):
            named = DataValidation("list", formula1=f"'{heading}'!$A${HEADING_ROW + 1}:$A$500", allow_blank=True)
            named.errorStyle = "warning"
            named.add(f"{letter}{HEADING_ROW + 1}:{letter}{last}")
            sheet.add_data_validation(named)
        for accepted in _accepted(plan):
            sheet.add_data_validation(accepted)

    def hidden(self, plan: WorkbookPlan) -> None:
        """Write the mark by which the workbook is known again."""
        sheet = self.workbook.create_sheet(words.TEMPLATE)
        self.text(sheet.cell(1, 1), json.dumps(asdict(plan.mark), ensure_ascii=False, sort_keys=True))
        sheet.sheet_state = "hidden"
        sheet.protection.sheet = True

    def finish(self, sheet: Worksheet) -> None:
        """Lock what asks; set the page: A4 across, the headings on every page."""
        from openpyxl.worksheet.properties import PageSetupProperties

        protection = sheet.protection
        protection.sheet = True
        protection.formatColumns = protection.formatRows = protection.autoFilter = protection.sort = False  # allowed
        sheet.print_title_rows = f"1:{HEADING_ROW}"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        if sheet.oddFooter is not None:
            sheet.oddFooter.center.text = "&A  &P / &N"

    def side_by_side(self, sheet: Worksheet, columns: Sequence[Column]) -> None:
        """Print on two pages beside each other, each with the columns that say what is asked."""
        from openpyxl.utils import get_column_letter

        asking = next((n for n, column in enumerate(columns) if not column.locked), 0)
        sheet.print_title_cols = f"A:{get_column_letter(max(asking, 1))}"
        sheet.page_setup.fitToWidth = 2
        sheet.page_setup.pageOrder = "overThenDown"

    def text(self, cell: Cell | MergedCell, text: str) -> Cell:
        """Write a text that is no formula, whatever it begins with."""
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell

        assert not isinstance(cell, MergedCell)  # this writer merges nothing
        if text:
            cell.value = ILLEGAL_CHARACTERS_RE.sub("�", text)
            cell.data_type = "s"
        return cell


def _references(plan: Sheet) -> Iterable[tuple[str, str]]:
    """Columns that name rows of another sheet."""
    from openpyxl.utils import get_column_letter

    named = {"source": words.SHEETS["sources"], "request": words.SHEETS["requests"]}
    for place, column in enumerate(plan.columns, 1):
        if column.name in named:
            yield get_column_letter(place), named[column.name]


def _accepted(plan: Sheet) -> Iterable[DataValidation]:
    """What may stand in the column of values, by what the fact is."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letters = [get_column_letter(n) for n, column in enumerate(plan.columns, 1) if column.name == "value"]
    found: dict[tuple[object, ...], DataValidation] = {}
    for number, row in enumerate(plan.rows, HEADING_ROW + 1):
        spec = row.spec
        if spec is None or spec.kind not in ("number", "bool", "grade"):
            continue
        kind = (spec.kind, spec.low, spec.high, spec.unit, spec.levels)
        if kind not in found:
            choices = spec.levels if spec.kind == "grade" else (words.YES, words.NO)
            if spec.kind == "number":
                found[kind] = _range(spec.low, spec.high, spec.unit)
            else:
                found[kind] = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            found[kind].errorStyle = "warning"
        found[kind].add(f"{letters[0]}{number}")
    return found.values()


def _range(low: float, high: float, unit: str) -> DataValidation:
    from openpyxl.worksheet.datavalidation import DataValidation

    ends = [digits(end) if math.isfinite(end) else words.OPEN_END for end in (low, high)]
    least, most = (digits(end) if math.isfinite(end) else digits(math.copysign(1e15, end)) for end in (low, high))
    accepted = DataValidation("decimal", operator="between", formula1=least, formula2=most, allow_blank=True)
    accepted.prompt = words.RANGE_PROMPT.format(low=ends[0], high=ends[1], unit=unit)
    accepted.error = words.RANGE_WARNING
    accepted.showInputMessage = True
    return accepted
