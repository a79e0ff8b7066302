"""Rows of an official table -> the files of a draft rule set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from cityrubric.authoring.fromtable.phrases import drafts, points_named
from cityrubric.authoring.fromtable.tables import Row
from cityrubric.documents import Document
from cityrubric.errors import FaultLog
from cityrubric.intake.toml import table_lines, toml
from cityrubric.language import translate as _

SOURCE = "表"
_KEY = re.compile(r"(\d+)[.．、](.+?)[（(](\d+)[）)]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@frozen
class Terms:
    """What the table does not say and the person who brings it in does.

    Attributes:
        version: the new version's name.
        title: of the rule set.
        pass_line: in percent.
        pass_source: where that stands.
    """

    version: str
    title: str
    pass_line: float
    pass_source: str


@frozen
class _Item:
    """One indicator, of one or more rows."""

    id: str
    title: str
    point: str
    rows: tuple[Row, ...]
    points: float


def draft_files(rows: Sequence[Row], terms: Terms, model: Document, file: str, log: FaultLog) -> dict[str, str]:
    """Return the files of the draft by name; rows without points are noted as faults.

    Args:
        rows: of the table.
        terms: what the table does not say.
        model: the main file of an existing rule set, for the general terms that no table has.
        file: the name of the table's file.
        log: where faults are noted.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(_one_line(row.cells.get("group", "")) or terms.title, []).append(row)
    letters = [chr(ord("A") + n) if n < 26 else f"G{n}" for n in range(len(groups))]
    heads, files, number = [], {}, 0
    for letter, (title, some) in zip(letters, groups.items(), strict=True):
        items = list(_items(letter, some, number, file, log))
        number += len(items)
        name = f"group-{letter.lower()}.toml"
        head = {"id": letter, "title": title, "role": "base", "file": name}
        heads.append({**head, "provenance": f"documented: {SOURCE}"})
        files[name] = _group_text(items)
    return {"ruleset.toml": _head_text(heads, terms, model, file), **files}


def _items(letter: str, rows: Sequence[Row], before: int, file: str, log: FaultLog) -> Iterator[_Item]:
    """Rows that speak of one item are one: a merged cell, or a key such as `11.社会共治(39)`."""
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        grouped.setdefault(_key(row), []).append(row)
    headings: dict[str, str] = {}
    for n, ((point, title), some) in enumerate(grouped.items(), before + 1):
        place = headings.setdefault(point, f"{letter}.{len(headings) + 1:02}")
        stated = _NUMBER.findall(some[0].cells.get("points", ""))
        points = float(stated[0]) if stated else sum(points_named(row.cells["scoring"]) for row in some)
        if not points:
            where = _("row {n}").format(n=some[0].number)
            log.add(file, where, _("names no points; what gives none, such as a veto, is to be written by hand"))
        yield _Item(f"{place}.{n:02}", title, f"{place} {point}", tuple(some), points)


def _key(row: Row) -> tuple[str, str]:
    """The heading and the title of the item that a row speaks of."""
    cells = row.cells
    for name in ("item", "point", "number"):
        if match := _KEY.search(cells.get(name, "")):
            return match[2].strip(), f"{match[2].strip()}（{match[3]}）"
    point = _one_line(cells.get("point", "")) or _one_line(cells.get("group", "")) or _one_line(cells["item"])
    return point, _one_line(cells["item"])


def _group_text(items: Sequence[_Item]) -> str:
    lines: list[str] = []
    for point in dict.fromkeys(item.point for item in items):
        id_, title = point.split(" ", 1)
        lines += ["[[points]]", *table_lines({"id": id_, "title": title, "provenance": f"documented: {SOURCE}"}), ""]
    for item in items:
        lines += ["[[indicators]]", *table_lines(_indicator(item)), ""]
    return "\n".join(lines)


def _indicator(item: _Item) -> dict[str, Any]:
    texts = [_one_line(row.cells["scoring"]) for row in item.rows]
    what = [_one_line(row.cells["item"]) for row in item.rows]
    clause = "；".join(f"{one}：{text}" if len(item.rows) > 1 else text for one, text in zip(what, texts, strict=True))
    rows = dict.fromkeys(str(row.number) for row in (item.rows[0], item.rows[-1]))
    where = f"documented: {SOURCE} 第{'至'.join(rows)}行"
    drafted = [draft for row in item.rows for draft in drafts(row.cells["scoring"])]
    return {
        "id": item.id,
        "point": item.point.split(" ", 1)[0],
        "title": item.title,
        "provenance": where,
        "clause": clause,
        "note": "规则待人写定，写定之前由评审人员评分",
        "max_score": {"points": item.points, "provenance": where},
        "pending": {"says": clause} | ({"drafted": drafted} if drafted else {}),
        "parts": [{"operator": "expert"}],
    }


def _head_text(groups: Sequence[Mapping[str, str]], terms: Terms, model: Document, file: str) -> str:
    """The main file: what the table says, what the person says, and general terms as another version has them."""
    ours = f"reconstructed: 沿用{model['version']}版规则集"
    head = {
        "schema_version": 1,
        "version": terms.version,
        "status": "draft",
        "title": terms.title,
        "stage": model["stage"],
        "notice": f"本规则集由表格“{file}”草拟，尚未写定：没有规则的评价内容由评审人员评分，草拟的评分方式一概不用。",
    }
    lines = [*table_lines(head), "plugins = []", "rules = []"]
    lines.append(f"recent_years = {toml({'years': model['recent_years']['years'], 'provenance': ours})}")
    rounding = {"rule": "down", "provenance": "reconstructed: 按比例得分舍去千分之一分以下"}
    scheme = {
        "max_score": {"points": 0, "provenance": "reconstructed: 各条分值见表"},
        "partly_share": {"percent": 50, "provenance": "reconstructed: 部分符合得一半"},
        "rounding": rounding,
    }
    line = {"percent": terms.pass_line, "provenance": f"documented: {SOURCE} {terms.pass_source}"}
    tables: dict[str, Mapping[str, Any]] = {
        "scheme": scheme,
        "claims": {"order": model["claims"]["order"], "provenance": ours},
        "after_deadline": {"verdict": "undetermined", "provenance": "reconstructed: 未见规定"},
        "pass": {"line": line},
        "domains.method": model["domains"]["method"],
        "domains.mode": model["domains"]["mode"],
        "texts": model["texts"],
        "sources": {SOURCE: file},
    }
    for name, table in tables.items():
        lines += ["", f"[{name}]", *table_lines(table)]
    for group in groups:
        lines += ["", "[[groups]]", *table_lines(group)]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
