"""`cityrubric doctor`: whether everything works here, on one screen that can be pasted into a report."""

from __future__ import annotations

import functools
import locale
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path

from attrs import frozen
from rich.table import Table

from cityrubric.authoring.fictional import fictional_city
from cityrubric.authoring.written import city_text
from cityrubric.batch.pools import processors
from cityrubric.cli.saying import FAULTY, screen
from cityrubric.cli.session import load_ruleset, offers, project
from cityrubric.documents import check_document
from cityrubric.errors import CityrubricError, FaultLog
from cityrubric.evaluate.inference.engines import PLAIN, choose_engine
from cityrubric.files import write_whole
from cityrubric.intake.facts import FACT_FILE, read_city
from cityrubric.language import spoken
from cityrubric.language import translate as _
from cityrubric.report.words import decision_word
from cityrubric.telling.stored import to_document, to_json
from cityrubric.telling.tell import assess

_HASH_SHOWN = 12
_FONTS_SHOWN = 4
_SECONDS_FOR_FONTS = 20
_LEAST_FREE = 50 * 2**20
"""Bytes; a thousand stored assessments."""

_WINDOWS_FONTS = {"msyh.ttc": "微软雅黑", "simsun.ttc": "宋体", "simhei.ttf": "黑体", "simfang.ttf": "仿宋"}


@frozen
class Seen:
    """One line of what was looked at.

    Attributes:
        says: what was found.
        fine: False where something is wrong; None where it may matter to somebody.
    """

    says: str
    fine: bool | None = True


def examine() -> int:
    """Look at everything, print it, and return the exit code: 1 if anything is wrong."""
    checks: dict[str, Callable[[], Iterator[Seen]]] = {
        _("program"): _program,
        _("libraries"): _libraries,
        _("console"): _console,
        _("rule sets"): _rulesets,
        _("plugins"): _plugins,
        _("engine"): _engine,
        _("assessment"): _assessment,
        _("fonts"): _fonts,
        _("writing"): _writing,
    }
    words = {True: _("fine"), False: _("wrong"), None: _("note")}
    table, wrong = Table.grid(padding=(0, 2)), 0
    for name, check in checks.items():
        for seen in _looked(check):
            table.add_row(words[seen.fine], name, seen.says)
            wrong += seen.fine is False
    screen(highlight=False, soft_wrap=False).print(table)
    return FAULTY if wrong else 0


def _looked(check: Callable[[], Iterator[Seen]]) -> Iterator[Seen]:
    """Whatever a check raises is a finding too: here nothing may hide the rest."""
    try:
        yield from check()
    except Exception as error:
        told = str(error) if isinstance(error, CityrubricError) else f"{type(error).__name__}: {error}"
        yield Seen(told, fine=False)


def _program() -> Iterator[Seen]:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    words = {"version": metadata.version("cityrubric"), "python": python, "system": system, "n": processors()}
    yield Seen(_("cityrubric {version}, {python}, {system}, {n} processors").format(**words))


def _libraries() -> Iterator[Seen]:
    """Those that the package asks for; one that is only asked for on some systems may be missing."""
    there: list[str] = []
    missing: list[str] = []
    optional: list[str] = []
    for requirement in metadata.requires("cityrubric") or ():
        text, _semicolon, marker = requirement.partition(";")
        name = re.split(r"[^\w.-]", text.strip(), maxsplit=1)[0]
        if "extra" in marker:
            continue
        try:
            there.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            (optional if marker else missing).append(name)
    yield Seen(", ".join(there))
    if optional:
        yield Seen(_("not installed, and not needed: {names}").format(names=", ".join(optional)), fine=None)
    if missing:
        yield Seen(_("not installed: {names}; install the package again").format(names=", ".join(missing)), fine=False)


def _console() -> Iterator[Seen]:
    words = {"encoding": sys.stdout.encoding, "locale": locale.setlocale(locale.LC_CTYPE), "language": spoken()}
    yield Seen(_("{encoding}, locale {locale}, messages in {language}").format(**words))
    try:
        "评价细则".encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        yield Seen(_("this console cannot show Chinese; files are not affected"), fine=None)


def _rulesets() -> Iterator[Seen]:
    for version in project().ruleset_versions():
        yield Seen(f"{version} {load_ruleset(version).hash[:_HASH_SHOWN]}")


def _plugins() -> Iterator[Seen]:
    plugins = offers().plugins
    yield Seen(", ".join(f"{plugin.name} {plugin.hash[:_HASH_SHOWN]}" for plugin in plugins))


def _engine() -> Iterator[Seen]:
    """What `auto` would use for one city, and why not the library if it is not that."""
    why: list[str] = []
    with closing(choose_engine("auto", 1, why.append)) as engine:
        if engine is not PLAIN:
            ruleset = load_ruleset(project().ruleset_versions()[-1])
            assess(fictional_city(1, ruleset), ruleset, engine)
    if why:
        yield Seen(" ".join(why), fine=None)
    else:
        yield Seen(_("durable, in a process of its own, for a handful of cities; plain for more"))


def _assessment() -> Iterator[Seen]:
    """A made-up city from its file to its record, by both engines where there are two."""
    ruleset = load_ruleset(project().ruleset_versions()[-1])
    with tempfile.TemporaryDirectory() as folder, closing(choose_engine("auto", 1, lambda _why: None)) as engine:
        city = fictional_city(1, ruleset)
        write_whole(Path(folder, city.id, FACT_FILE), city_text(city, ruleset))
        begun = time.perf_counter()
        city = read_city(Path(folder, city.id), ruleset)
        plain, drawn = assess(city, ruleset, PLAIN), assess(city, ruleset, engine)
        spent = time.perf_counter() - begun
    log = FaultLog()
    check_document(to_document(plain), "assessment", "assessment", log)
    log.check()
    if to_json(plain) != to_json(drawn):
        yield Seen(_("the two engines differ on a made-up city"), fine=False)
    words = {"n": len(plain.outcomes), "verdict": decision_word(plain.conclusion.verdict), "seconds": f"{spent:.2f}"}
    yield Seen(_("a made-up city: {n} indicators, {verdict}, {seconds} s").format(**words))


def _fonts() -> Iterator[Seen]:
    """Chinese fonts, for whoever opens or prints documents on this machine."""
    fonts = _windows_fonts() if sys.platform == "win32" else _listed_fonts()
    if fonts is None:
        yield Seen(_("cannot tell which fonts there are (no fc-list)"), fine=None)
    elif fonts:
        more = f" (+{len(fonts) - _FONTS_SHOWN})" if len(fonts) > _FONTS_SHOWN else ""
        yield Seen(", ".join(fonts[:_FONTS_SHOWN]) + more)
    else:
        yield Seen(_("no Chinese font; documents made here are right, but cannot be shown or printed here"), fine=None)


def _windows_fonts() -> list[str]:
    folder = Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts")
    return [name for file, name in _WINDOWS_FONTS.items() if (folder / file).exists()]


def _listed_fonts() -> list[str] | None:
    if shutil.which("fc-list") is None:
        return None
    command = ["fc-list", ":lang=zh-cn", "family"]
    done = subprocess.run(command, capture_output=True, timeout=_SECONDS_FOR_FONTS, check=True)
    return sorted({line.split(",")[0] for line in done.stdout.decode("utf-8", "replace").splitlines() if line})


def _writing() -> Iterator[Seen]:
    """The folder the user is in, and the one for what is temporary."""
    for find in (os.getcwd, tempfile.gettempdir):
        yield from _looked(functools.partial(_written, find))


def _written(find: Callable[[], str]) -> Iterator[Seen]:
    folder = Path(find())
    probe = folder / f"cityrubric-doctor-{os.getpid()}.txt"
    write_whole(probe, "可以删除\n")
    probe.unlink()
    free = shutil.disk_usage(folder).free
    text = _("{folder}: can be written, {n} MB free").format(folder=folder, n=free // 2**20)
    yield Seen(text, fine=free >= _LEAST_FREE)
