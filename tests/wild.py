"""A rule set whose plugin does what no plugin should, and cities that make it do so."""

import shutil
from pathlib import Path

TINY = Path(__file__).parent / "tiny"

CRASHES, LOOPS, EXITS, CANNOT_BE_STOPPED, TAKES_MEMORY, RAISES = 41, 42, 43, 44, 45, 51
"""Numbers of reading rooms."""

_WILD = '''
import os
import time


@measure("library.room_points", unit="分", reads=("library.rooms",), by_row=True)
def room_points(facts: Facts) -> Interval:
    """Misbehave for some numbers of rooms."""
    rooms = facts["library.rooms"]
    number = rooms.lower.item()
    if number == 41:
        os._exit(9)
    while number == 42:
        pass
    if number == 43:
        raise SystemExit(3)
    while number == 44:
        try:
            time.sleep(0.01)
        except BaseException:
            pass
    taken = []
    while number == 45:
        taken.append(bytes(2**26))
    if rooms > 50:
        raise ValueError("more rooms than any library has")
    return rooms * 2 if rooms >= 10 else rooms
'''

_CITY = """schema_version = 1
name = "{name}"
province = "虚构省"
assessment_year = 2021
reference_date = 2021-12-31

[sources.s]
title = "虚构"

[facts."library.books"]
series = {{ 2020 = {books}, 2021 = {books} }}
source = "s"

[facts."library.readers"]
value = 10
period = 2021
source = "s"

[facts."library.rooms"]
series = {{ 2020 = {rooms}, 2021 = {rooms} }}
source = "s"
"""


def wild_rules(folder: Path) -> tuple[Path, Path]:
    """Write the rule set and its plugin; return both folders."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "plugins" / "library" / "measures.py"
    tame, _marker, _rest = file.read_text(encoding="utf-8").partition('@measure("library.room_points"')
    file.write_text(tame + _WILD.lstrip("\n"), encoding="utf-8")
    return folder / "ruleset", folder / "plugins"


def write_cities(folder: Path, count: int, rooms: dict[int, int]) -> list[Path]:
    """Write some cities; those with a number of rooms of their own misbehave."""
    cities = [folder / f"city-{number:03}" for number in range(count)]
    for number, city in enumerate(cities):
        city.mkdir(parents=True)
        text = _CITY.format(name=f"虚构市{number}", books=number % 30, rooms=rooms.get(number, number % 20))
        (city / "city.toml").write_text(text, encoding="utf-8")
    return cities
