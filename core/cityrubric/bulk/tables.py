"""Tables of facts, cities and areas -> lots of some cities each, with all their rows; no more than that in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl
from attrs import define, field, frozen

from cityrubric.bulk.facts import NUMBERS, REQUIRED, TEXTS, FactRows, check_rows
from cityrubric.bulk.texts import showable
from cityrubric.errors import CityrubricError, did_you_mean, reason, visible
from cityrubric.evaluate.block import CITIES_PER_BLOCK
from cityrubric.evaluate.layout import Layout
from cityrubric.fieldwork.tables import RowFaults
from cityrubric.files import as_folder, fault_of_name
from cityrubric.language import translate as _
from cityrubric.records import Area, City
from cityrubric.workbooks import check_columns

_ROWS_AT_ONCE = 250_000
_CITY = {
    "city": pl.String,
    "name": pl.String,
    "province": pl.String,
    "assessment_year": pl.Int64,
    "reference_date": pl.String,
}
_AREA = {"city": pl.String, "area": pl.String, "name": pl.String, "kind": pl.String}
_FACT = {
    **dict.fromkeys(REQUIRED, pl.String),
    **dict.fromkeys(NUMBERS, pl.Float64),
    **dict.fromkeys(TEXTS, pl.String),
}


@frozen
class Lot:
    """Some cities with everything the table says of them.

    Attributes:
        cities: without claims.
        rows: all claims on them; None if there was a fault.
    """

    cities: Sequence[City]
    rows: FactRows | None


@define
class FactTables:
    """A table of facts with its tables of cities and areas.

    Attributes:
        facts: rows of a city stand together.
        layout: of the rule set.
        faults: what is wrong with rows of facts.
    """

    facts: Path
    cities: Mapping[str, City]
    layout: Layout
    faults: RowFaults
    _begun: dict[str, None] = field(factory=dict, init=False)

    def lots(self) -> Iterator[Lot]:
        """Yield the cities in the order of their facts; those without any come last."""
        for frame in self._whole_cities():
            names = frame["city"].unique(maintain_order=True).to_list()
            for start in range(0, len(names), CITIES_PER_BLOCK):
                some = names[start : start + CITIES_PER_BLOCK]
                yield self._lot(some, frame.filter(pl.col("city").is_in(some)))
        silent = [name for name in self.cities if name not in self._begun]
        for start in range(0, len(silent), CITIES_PER_BLOCK):
            yield self._lot(silent[start : start + CITIES_PER_BLOCK], _empty())

    def _lot(self, names: Sequence[str], frame: pl.DataFrame) -> Lot:
        cities = [self.cities[name] for name in names]
        columns = {name: column for column, name in enumerate(names)}
        areas = {city.id: {area.id: area for area in city.areas} for city in cities if city.areas}
        return Lot(cities, check_rows(frame, columns, areas, self.layout, self.faults))

    def _whole_cities(self) -> Iterator[pl.DataFrame]:
        """Rows of known cities; a city whose rows are cut by the end of a piece waits for the next piece."""
        rest = _empty()
        for piece in _pieces(self.facts):
            frame = pl.concat([rest, self._known(piece)])
            if not frame.height:
                continue
            runs = frame["city"].rle_id()
            rest = frame.filter(runs == runs.max())
            yield from self._ended(frame.filter(runs != runs.max()))
        yield from self._ended(rest)

    def _ended(self, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Rows of cities that have ended; one that comes again is a fault."""
        runs = frame["city"].rle().struct.field("value").to_list()
        starts = frame.filter((pl.col("city") != pl.col("city").shift(1)).fill_null(True))["row"].to_list()
        again = False
        for name, row in zip(runs, starts, strict=True):
            if name in self._begun:
                self.faults.add(
                    row, _("the rows of a city must stand together; '{city}' comes again").format(city=name)
                )
                again = True
            self._begun[name] = None
        if frame.height and not again:
            yield frame

    def _known(self, piece: pl.DataFrame) -> pl.DataFrame:
        piece = showable(piece, self.faults)
        known = piece["city"].is_in([*self.cities]).fill_null(value=False)
        for row, name in piece.filter(~known).select("row", "city").iter_rows():
            says = _("no such city in the table of cities: '{city}'").format(city=name)
            self.faults.add(row, says + did_you_mean(name, self.cities) if name else says)
        return piece.filter(known)


def read_tables(facts: Path, cities: Path, areas: Path | None, layout: Layout) -> FactTables:
    """Read the tables of cities and areas, and make ready to read that of facts.

    Args:
        facts: Parquet or Arrow, one row per claim.
        cities: one row per city.
        areas: one row per area; None if no city has any.
        layout: of the rule set.

    Raises:
        Faults: every faulty row of cities and areas; columns that are missing or not known.
        CityrubricError: if a file cannot be read.
    """
    faults = RowFaults(cities.as_posix())
    named = _areas(areas) if areas is not None else {}
    found: dict[str, City] = {}
    folders: set[str] = set()
    for entry in _frame(cities, _CITY, faults).iter_rows(named=True):
        row = entry.pop("row")
        city = _city(entry, named.pop(entry["city"], ()), row, faults)
        if city is not None and as_folder(city.id) in folders:
            faults.add(row, _("'{id}' stands there twice").format(id=city.id))
        elif city is not None:
            found[city.id] = city
            folders.add(as_folder(city.id))
    faults.check()
    if areas is not None:
        strangers = RowFaults(areas.as_posix())
        for name in named:
            strangers.add(None, _("no such city in the table of cities: '{city}'").format(city=name))
        strangers.check()
    _columns(facts, _FACT, REQUIRED)
    return FactTables(facts, found, layout, RowFaults(facts.as_posix()))


def _city(entry: dict[str, object], areas: Sequence[Area], row: int, faults: RowFaults) -> City | None:
    empty = [name for name, value in entry.items() if value is None or value == ""]
    if empty:
        faults.add(row, _("the key '{key}' is missing").format(key=", ".join(empty)))
        return None
    id_, year, text = str(entry["city"]), int(str(entry["assessment_year"])), str(entry["reference_date"])
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults.add(row, _("'{text}' is no day of the calendar").format(text=text))
        return None
    if day.year < year:
        faults.add(row, _("lies before the assessment year"))
    if fault := fault_of_name(id_):
        faults.add(row, fault)
    return City(id_, str(entry["name"]), str(entry["province"]), year, day, areas=tuple(areas))


def _areas(path: Path) -> dict[str, list[Area]]:
    faults = RowFaults(path.as_posix())
    named: dict[str, list[Area]] = {}
    for row, city, id_, name, kind in _frame(path, _AREA, faults).select("row", *_AREA).iter_rows():
        if not (city and id_ and name and kind):
            faults.add(row, _("the key '{key}' is missing").format(key=", ".join(_AREA)))
        elif any(area.id == id_ for area in named.setdefault(city, [])):
            faults.add(row, _("'{id}' stands there twice").format(id=id_))
        else:
            named[city].append(Area(id_, name, kind))
    faults.check()
    return named


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, **_FACT})


def _pieces(path: Path) -> Iterator[pl.DataFrame]:
    """The table of facts, some rows at a time; rows are numbered as a reader sees them, with the headings as row 1."""
    columns, start = _scan(path).collect_schema().names(), 0
    lacking = [pl.lit(None, kind).alias(name) for name, kind in _FACT.items() if name not in columns]
    while True:
        frame = _read(path, _scan(path).slice(start, _ROWS_AT_ONCE).cast({name: _FACT[name] for name in columns}))
        if not frame.height:
            return
        texts = [pl.when(pl.col(n).str.len_chars() > 0).then(pl.col(n)) for n, k in _FACT.items() if k == pl.String]
        numbered = frame.with_columns(*lacking).with_columns(*texts)
        row = pl.int_range(start + 2, start + 2 + frame.height, dtype=pl.Int64).alias("row")
        yield numbered.select(row, *_FACT)
        start += frame.height


def _frame(path: Path, kinds: Mapping[str, type[pl.DataType]], faults: RowFaults) -> pl.DataFrame:
    columns = _columns(path, kinds, [*kinds])
    frame = _read(path, _scan(path).cast({name: kinds[name] for name in columns}))
    return showable(frame.with_row_index("row", offset=2), faults)


def _columns(path: Path, known: Mapping[str, object], required: Sequence[str]) -> list[str]:
    faults = RowFaults(path.as_posix())
    kinds = _kinds(path)
    names = kinds.names()
    for name, kind in kinds.items():
        if kind.is_nested() or kind in (pl.Object, pl.Binary):
            faults.add(None, _("the column '{name}' holds no texts ({kind})").format(name=name, kind=kind))
        if name not in known:
            faults.add(None, _("no such column: '{name}'").format(name=name) + did_you_mean(name, known))
    for name in required:
        if name not in names:
            faults.add(None, _("the column '{name}' is missing").format(name=name))
    faults.check()
    return names


def _kinds(path: Path) -> pl.Schema:
    scanned = _scan(path)  # first: whatever its name says
    try:
        check_columns(path)
        return scanned.collect_schema()
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        why = visible(reason(error).partition("\n")[0])
        raise CityrubricError(_("{file} cannot be read: {why}").format(file=path, why=why)) from error


def _scan(path: Path) -> pl.LazyFrame:
    ending, whole = path.suffix.lower(), path.absolute()  # to polars "~" is somebody's home
    if ending == ".parquet":
        return pl.scan_parquet(whole, glob=False)
    if ending in {".arrow", ".feather", ".ipc"}:
        return pl.scan_ipc(whole, glob=False)
    raise CityrubricError(_("{file}: a table must end in parquet, arrow, feather or ipc").format(file=path))


def _read(path: Path, frame: pl.LazyFrame) -> pl.DataFrame:
    try:
        return frame.collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        why = visible(str(error).partition("\n")[0])  # it repeats what stands there
        raise CityrubricError(_("{file} cannot be read: {why}").format(file=path, why=why)) from error
