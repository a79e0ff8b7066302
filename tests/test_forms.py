"""Exports of phone forms: a line per visit and a column per question say what lines of rows say; nothing gets lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.intake.facts import read_city
from cityrubric.records import City
from cityrubric.rubric.model import Ruleset
from inspecting import FOUND, Row, faults, folder_of, rows_of
from tabular import write

VISIT = ("point", "type", "mode", "district", "time", "inspector", "second")
ROWS = {"Y17": "P1", "Y12": "P2"}
"""Business type -> point; one form asks of both, and each visit leaves the other's questions blank."""


def lines(ruleset: Ruleset) -> list[Row]:
    return [row for type_, point in ROWS.items() for row in rows_of(type_, point, ruleset, r2=problem(point))]


def problem(point: str) -> Row:
    return {**FOUND, "earned": "0.5", "occurrence": f"{point}-W1"}


def form(tmp_path: Path, suffix: str, ruleset: Ruleset, change: Callable[[list[Row]], object] = len) -> Path:
    """The same as a form has it: what is asked once by the rule set's headings, each row's answers by its own."""
    assert ruleset.inspections is not None
    visits: dict[str, Row] = {}
    mapping: dict[str, Row] = {}
    for line in lines(ruleset):
        visit = visits.setdefault(line["point"], {ruleset.inspections.columns[name]: line[name] for name in VISIT})
        asked = {name: f"{line['row']} {name}" for name in line if name not in {*VISIT, "row"}}
        mapping.setdefault(line["row"], asked)
        visit.update({heading: line[name] for name, heading in asked.items()})
    change([*visits.values()])
    entries = [
        f'"{row}" = "{asked["result"]}"'
        if asked.keys() == {"result"}
        else f'"{row}" = {{ {", ".join(f"{name} = {heading!r}" for name, heading in asked.items())} }}'
        for row, asked in mapping.items()
    ]
    folder = folder_of(tmp_path, {}, ruleset, "\n".join(["[questions]", *entries, ""]))
    headings = [*dict.fromkeys(heading for visit in visits.values() for heading in visit)]
    write(
        folder / f"inspections{suffix}",
        [headings, *([visit.get(heading, "") for heading in headings] for visit in visits.values())],
    )
    return folder


def without_tables(city: City) -> tuple[object, object]:
    assert city.inspections is not None
    return city.claims, evolve(city.inspections, tables=())


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_form_says_what_lines_say(suffix: str, tmp_path: Path, ruleset: Ruleset) -> None:
    expected = read_city(folder_of(tmp_path / "lines", {"inspections.csv": lines(ruleset)}, ruleset), ruleset)
    city = read_city(form(tmp_path / "form", suffix, ruleset), ruleset)
    assert without_tables(city) == without_tables(expected)
    assert city.inspections is not None
    assert [table.rows for table in city.inspections.tables] == [len(lines(ruleset))]


def blank(visits: list[Row]) -> None:
    for heading in visits[1]:
        if heading.startswith("Y12"):
            visits[1][heading] = ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (blank, ["row 3: answers none of the questions"]),
        (
            lambda visits: visits[0].update({"Y17.4 result": ""}),
            ["row 2: 'P1' lacks rows of its sheet: Y17.4; write each, even if it was not inspected"],
        ),
        (
            lambda visits: visits[1].update({"Y17.1 result": "符合"}),
            ["row 3: row 'Y17.1' belongs to the sheet of Y17, not to Y12"],
        ),
        (
            lambda visits: visits[0].update({"Y17.2 result": ""}),
            ["row 2: '' is no result; write one of: 符合, 不符合, 合理缺项, 未检查"],
        ),
    ],
    ids=["no answer", "one blank", "another type's question", "a problem without a result"],
)
def test_what_is_wrong_in_a_form_is_told_by_its_line(
    change: Callable[[list[Row]], object], says: list[str], tmp_path: Path, ruleset: Ruleset
) -> None:
    assert faults(form(tmp_path, ".csv", ruleset, change), ruleset)[: len(says)] == says


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"Y17.4" =',
            '"Y17.44" =',
            ["$.questions.\"Y17.44\": 'Y17.44' is a row of no sheet; did you mean 'Y17.4'?"],
        ),
        (
            '"Y17.4 result"',
            '"Y17.4 rasult"',
            [
                "row 1: no column 'Y17.4 rasult'; did you mean 'Y17.4 result'?"
                "; or name its heading in {folder}/inspections.toml"
            ],
        ),
        (
            "[questions]",
            '[columns]\nresult = "结论"\n[questions]',
            ["$.columns.result: with [questions], rows and results come from the questions' columns"],
        ),
        (
            '"Y17.4" = "Y17.4 result"',
            '"Y17.4" = { earned = "x" }',
            ["$.questions.\"Y17.4\": the key 'result' is missing"],
        ),
    ],
    ids=["unknown row", "no such heading", "results in a column", "no result"],
)
def test_what_is_wrong_in_the_mapping_is_told(
    old: str, new: str, says: list[str], tmp_path: Path, ruleset: Ruleset
) -> None:
    folder = form(tmp_path, ".csv", ruleset)
    path = folder / "inspections.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    told = faults(folder, ruleset)
    assert told[: len(says)] == [line.replace("{folder}", folder.as_posix()) for line in says]
