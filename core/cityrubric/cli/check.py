"""`cityrubric check`: what a rule set allows and hardly anybody means."""

from __future__ import annotations

import json
import sys

from rich.table import Table
from rich.text import Text

from cityrubric.authoring.lint.lint import check_ruleset
from cityrubric.authoring.lint.published import check_published
from cityrubric.authoring.lint.remarks import FAULT, Remark, meanings
from cityrubric.authoring.lint.sarif import to_sarif
from cityrubric.cli.saying import FAULTY, result, say, screen
from cityrubric.cli.session import load_ruleset, project
from cityrubric.language import translate as _
from cityrubric.report.unsaid import unsaid


def check(version: str, form: str, *, notes: bool, overlay: str = "") -> int:
    """Check a rule set and return the exit code: 1 if anything is certainly wrong.

    Args:
        version: name of a shipped rule set, or the path of a folder.
        form: `text` or `sarif`.
        notes: whether to list what may be meant, too.
        overlay: name of one, to check its own ledger instead; empty for none.
    """
    national = load_ruleset(version, overlay)
    ruleset, over = (national.overlay.ruleset, national) if national.overlay else (national, None)
    folder = project().find_ruleset(version)
    remarks = [*check_published(ruleset, folder), *check_ruleset(ruleset, over), *unsaid(folder, ruleset, overlay)]
    faults = [remark for remark in remarks if remark.level == FAULT]
    if form == "sarif":
        plain = sys.stdout.encoding.lower().replace("-", "") != "utf8"
        result(json.dumps(to_sarif(remarks), ensure_ascii=plain, indent=1) + "\n")
    else:
        _tell(remarks if notes else faults)
        counts = {"faults": len(faults), "notes": len(remarks) - len(faults)}
        says = _("{version}: {faults} faults, {notes} notes; --notes lists them")
        say(says.format(version=ruleset.version, **counts))
    return FAULTY if faults else 0


def _tell(remarks: list[Remark]) -> None:
    words = meanings()
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # a hash must be readable to its end
    for code in dict.fromkeys(remark.code for remark in remarks):
        table.add_row(Text(code, style="bold"), Text(words[code], style="dim"))
        for remark in remarks:
            if remark.code == code:
                table.add_row("", f"{remark.where}: {remark.says}")
    if remarks:
        screen().print(table)
