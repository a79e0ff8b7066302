"""What must hold of every row of a table, and the sentence that tells it; rows are looked up only where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from cityrubric.errors import FAULTS_SHOWN, did_you_mean
from cityrubric.fieldwork.inspections.mapping import Draw
from cityrubric.fieldwork.inspections.rowcodes import OPERATORS, RowCodes
from cityrubric.fieldwork.inspections.tables import gathered
from cityrubric.fieldwork.tables import RowFaults
from cityrubric.language import translate as _
from cityrubric.rubric.onsite import InspectionTerms

if TYPE_CHECKING:
    from polars import DataFrame, Expr, LazyFrame

Row = Mapping[str, Any]


@frozen(eq=False)
class Check:
    """One thing that must not be.

    Attributes:
        wrong: where it is.
        says: a faulty row -> what is wrong, and how to mend it.
    """

    wrong: Expr
    says: Callable[[Row], str]


@frozen(eq=False)
class Limits:
    """What the rows of a city's tables are held against.

    Attributes:
        types: id of a business type -> its title; tables write either.
        modes: the rule set's.
        districts: of the city; empty if it names none.
        city_names: of the city and its areas; nobody whose name holds one of them approves an exception.
        province: in which the city lies; its name may hold the city's.
        first_day, last_day: between which inspections of this assessment lie.
        draws: by which points were chosen; of a mode without one, any point may be inspected.
    """

    terms: InspectionTerms
    types: Mapping[str, str]
    modes: tuple[str, ...]
    districts: tuple[str, ...]
    city_names: tuple[str, ...]
    province: str
    first_day: date
    last_day: date
    draws: tuple[Draw, ...]


def check_rows(frame: LazyFrame, checks: list[Check], faults: RowFaults) -> None:
    """Note every row in which something is wrong, the first hundred by number; all are counted."""
    counts = gathered(frame.select(check.wrong.sum().alias(str(n)) for n, check in enumerate(checks))).row(0)
    failed = [n for n, count in enumerate(counts) if count]
    found: list[tuple[int, str]] = []
    for n in failed:
        rows = gathered(frame.filter(checks[n].wrong).sort("number").head(FAULTS_SHOWN))
        found += [(row["number"], checks[n].says(row)) for row in rows.iter_rows(named=True)]
    for number, says in sorted(found):
        faults.add(number, says)
    faults.count += sum(counts) - len(found)


def all_right(lines: DataFrame, checks: list[Check]) -> bool:
    """Return whether nothing is wrong in any line."""
    return not any(lines.select(check.wrong.any().alias(str(n)) for n, check in enumerate(checks)).row(0))


def row_checks(limits: Limits, codes: RowCodes) -> list[Check]:
    """Return all checks; the frame has our columns, joined to the sheets' rows."""
    said = (*_results(limits), *_points_earned(limits))
    return [*_keys(limits), *_places(limits, codes), *_days(limits), *_people(limits), *said, *_points_drawn(limits)]


def _keys(limits: Limits) -> Iterator[Check]:
    sheets = limits.terms.sheets
    rows = [row.id for sheet in sheets for row in sheet.rows]
    types = {name for sheet in sheets for name in (sheet.type, limits.types[sheet.type])}
    other = (pl.col("type") != pl.col("sheet")) & (pl.col("type") != pl.col("title"))
    yield Check(_is("point", ""), lambda row: _("no point"))
    yield Check(
        pl.col("class").is_null(),
        lambda row: _("'{word}' is a row of no sheet").format(word=row["row"]) + did_you_mean(row["row"], rows),
    )
    yield Check(
        other.fill_null(value=True) & ~pl.col("type").is_in([*types]),
        lambda row: (
            _("'{word}' is no business type that has a sheet").format(word=row["type"])
            + did_you_mean(row["type"], types)
        ),
    )
    yield Check(
        other & pl.col("type").is_in([*types]),
        lambda row: _("row '{row}' belongs to the sheet of {sheet}, not to {type}").format(**_named(row)),
    )


def _places(limits: Limits, codes: RowCodes) -> Iterator[Check]:
    known = pl.col("mode").is_in(limits.modes)
    yield Check(
        ~known,
        lambda row: _("'{word}' is no mode").format(word=row["mode"]) + did_you_mean(row["mode"], limits.modes),
    )
    yield Check(
        known & (codes.asked & pl.col("bit") == 0),
        lambda row: _("row '{row}' is not asked in {mode}").format(**_named(row)),
    )
    yield Check(
        ~pl.col("district").is_in(limits.districts) if limits.districts else _is("district", ""),
        lambda row: (
            _("'{word}' is no area of the city").format(word=row["district"])
            + did_you_mean(row["district"], limits.districts)
        ),
    )


def _days(limits: Limits) -> Iterator[Check]:
    yield Check(
        pl.col("day").is_null(),
        lambda row: _("'{time}' is no day; write 2021-11-03, or with a time 2021-11-03 14:20").format(**row),
    )
    outside = ~pl.col("day").is_between(pl.lit(limits.first_day), pl.lit(limits.last_day))
    yield Check(
        outside,
        lambda row: _("inspected on {day}; this assessment takes inspections from {first} to {last}").format(
            day=row["day"], first=limits.first_day, last=limits.last_day
        ),
    )
    for draw in limits.draws:
        yield Check(
            _is("mode", draw.mode) & (pl.col("day") < pl.lit(draw.drawn_on)),
            lambda row, draw=draw: _("inspected on {day}, before its point was drawn on {drawn}").format(  # type: ignore[misc]
                day=row["day"], drawn=draw.drawn_on
            ),
        )


def _people(limits: Limits) -> Iterator[Check]:
    yield Check(
        _is("inspector", "") | _is("second", "") | (pl.col("inspector") == pl.col("second")),
        lambda row: _("needs two inspectors, each with a name of their own"),
    )
    exempt = _is("result", limits.terms.words["not_applicable"])
    approver = pl.col("approver").str.replace_all(limits.province, "", literal=True)  # 吉林省 is not 吉林市
    of_city = approver.str.contains_any([*limits.city_names])
    yield Check(
        exempt & (_is("approver", "") | of_city),
        lambda row: _("'{word}' needs an approver who is not the city; '{approver}' is none").format(
            word=row["result"], approver=row["approver"]
        ),
    )
    yield Check(
        (exempt | _is("result", limits.terms.words["not_inspected"])) & _is("note", ""),
        lambda row: _("'{word}' needs a reason in the column of notes").format(word=row["result"]),
    )
    yield Check(
        ~_is("occurrence", "") & (_is("photos", "") | _is("confirmed", "")),
        lambda row: _("occurrence '{id}' needs photos and what the inspected unit confirmed or refused").format(
            id=row["occurrence"]
        ),
    )


def _results(limits: Limits) -> Iterator[Check]:
    words = limits.terms.words
    failed, deducts = _is("result", words["fail"]), pl.col("operator") == OPERATORS["deduct"]
    yield Check(
        ~pl.col("result").is_in([*words.values()]),
        lambda row: _("'{word}' is no result; write one of: {known}").format(
            word=row["result"], known=", ".join(words.values())
        ),
    )
    yield Check(
        failed & deducts & _is("occurrence", ""),
        lambda row: _("'{word}' needs the id of each occurrence, one line each").format(word=row["result"]),
    )
    yield Check(
        ~failed & ~_is("occurrence", ""),
        lambda row: _("occurrence '{id}' stands beside the result '{word}'").format(
            id=row["occurrence"], word=row["result"]
        ),
    )


def _points_earned(limits: Limits) -> Iterator[Check]:
    words, earned = limits.terms.words, pl.col("earned").cast(pl.Float64, strict=False)
    failed, shares = _is("result", words["fail"]), pl.col("operator") == OPERATORS["award_proportional"]
    yield Check(
        failed & shares & _is("earned", ""),
        lambda row: _("row '{row}' earns in proportion: write the points it earned, from 0 to {most}").format(
            row=row["row"], most=row["points"] / 1000
        ),
    )
    thousandths = earned * 1000
    odd = earned.is_null() | (earned < 0) | (thousandths > pl.col("points"))
    odd |= (thousandths - thousandths.round()).abs() > 1e-6  # a float's dust
    yield Check(
        ~_is("earned", "") & failed & shares & odd,
        lambda row: _("'{word}' points cannot be earned here; write 0 to {most}, at most three decimals").format(
            word=row["earned"], most=row["points"] / 1000
        ),
    )
    full = ~_is("earned", "") & ~(failed & shares)
    yield Check(
        full & ~(_is("result", words["pass"]) & (thousandths == pl.col("points"))).fill_null(value=False),
        lambda row: _("'{word}' points do not belong to the result '{result}' of row '{row}'").format(
            word=row["earned"], result=row["result"], row=row["row"]
        ),
    )


def _points_drawn(limits: Limits) -> Iterator[Check]:
    covert = {id_ for draw in limits.draws if draw.covert for id_ in draw.points}
    for draw in limits.draws:
        here, known = _is("mode", draw.mode), pl.col("point").is_in([*draw.points])
        exposed = pl.col("point").is_in([*(covert - draw.points.keys())]) if not draw.covert else pl.lit(value=False)
        yield Check(
            here & exposed,
            lambda row: _("'{point}' is a covert point and must not stand among those of {mode}").format(**row),
        )
        yield Check(
            here & pl.col("point").is_in([*draw.given_up]),
            lambda row: _("'{point}' was replaced by a reserve and is no longer a point of {mode}").format(**row),
        )
        yield Check(
            here & ~known & ~exposed & ~pl.col("point").is_in([*draw.given_up]) & ~_is("point", ""),
            lambda row: _("'{point}' was not drawn for {mode}").format(**row),
        )
        placed = ["\0".join((id_, *place)) for id_, place in draw.points.items()]
        yield Check(
            here & known & ~pl.concat_str("point", "district", "sheet", separator="\0").is_in(placed),
            lambda row, draw=draw: _("'{point}' was drawn as {district} {type}").format(  # type: ignore[misc]
                point=row["point"], district=draw.points[row["point"]][0], type=draw.points[row["point"]][1]
            ),
        )


def _is(column: str, word: str) -> Expr:
    return pl.col(column) == word


def _named(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("row", "sheet", "type", "mode")}
