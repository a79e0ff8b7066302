"""What fits a terminal of any width: lines that stay indented as they wrap, and tables none of whose figures is cut."""

from __future__ import annotations

from attrs import frozen
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from cityrubric.language import translate as _

_GAP = 2


def indented(text: str, style: str = "", by: int = 2) -> Padding:
    """Return a text whose every line begins further right."""
    return Padding(Text(text, style=style), (0, 0, 0, by), expand=False)


def with_note(text: str, note: object) -> str:
    """Return a text with something in brackets behind it."""
    return _("{text} ({note})").format(text=text, note=note)


def rows(columns: int) -> Table:
    """Return a table without headings: its first column stays whole, the others wrap."""
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    for number in range(columns):
        table.add_column(overflow="fold", no_wrap=number == 0)
    return table


@frozen
class Fitting:
    """A table where no word or figure of it would be cut; otherwise what says the same one below another."""

    wide: Table
    narrow: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Choose by the width that there is."""
        needed = sum(_needed(column, console) + _GAP for column in self.wide.columns) - _GAP
        yield self.wide if needed <= options.max_width else self.narrow


def _needed(column: Column, console: Console) -> int:
    """Return the width of a column of which nothing is cut: that of its longest cell, or word where it wraps."""
    sizes = [console.measure(cell) for cell in (column.header, *column.cells)]
    return max(size.maximum if column.no_wrap else size.minimum for size in sizes)
