"""A ledger file: assessments go in whole, and none ever goes out."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from cityrubric.canonical import fingerprint
from cityrubric.errors import CityrubricError, reason, visible
from cityrubric.language import translate as _
from cityrubric.ledger.shape import STEPS, index

WAIT_SECONDS = 60.0
"""How long a process waits for another one that is writing."""

_COLUMNS = "f.city, f.name, f.province, f.year, f.ruleset, r.revision, f.hash, f.ruleset_hash, f.facts_hash, f.decision"

_HASH = 6


@frozen
class Entry:
    """One revision in a ledger.

    Attributes:
        city: the id, which is the name of its folder.
        year: of the assessment.
        ruleset: version of the rule set.
        revision: 1 for the first of this city, year and rule set.
        hash: canonical hash of the whole assessment.
        document: the complete assessment.
    """

    city: str
    name: str
    province: str
    year: int
    ruleset: str
    revision: int
    hash: str
    ruleset_hash: str
    facts_hash: str
    decision: str
    document: dict[str, Any]


@frozen
class Ledger:
    """An open ledger; get one from `open_ledger`."""

    file: Path
    database: sqlite3.Connection

    def record(self, document: dict[str, Any]) -> bool:
        """Add an assessment, all of it or nothing; return whether it is a new revision.

        What the latest revision of its city, year and rule set already says is not stored again. What an earlier
        one said becomes the latest again: its text stays stored once.
        """
        hash_ = fingerprint(document)
        key = _key(document)
        with _whole(self.database):
            latest = self.database.execute(
                "SELECT revision, hash FROM revision WHERE province = ? AND city = ? AND year = ? AND ruleset = ?"
                " ORDER BY revision DESC LIMIT 1",
                key,
            ).fetchone() or (0, "")
            if latest[1] == hash_:
                return False
            self._freeze(hash_, document)
            self.database.execute("INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?)", (*key, latest[0] + 1, hash_))
        return True

    def _freeze(self, hash_: str, document: dict[str, Any]) -> None:
        if self.database.execute("SELECT 1 FROM frozen WHERE hash = ?", (hash_,)).fetchone():
            return
        city, ruleset = document["city"], document["ruleset"]
        about = (city["id"], city["name"], city["province"], document["assessment_year"])
        rest = (ruleset["version"], ruleset["hash"], document["facts_hash"], document["conclusion"]["verdict"])
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        values = (hash_, *about, *rest, text)
        self.database.execute("INSERT INTO frozen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        index(self.database, hash_, document)

    def history(self, city: str) -> tuple[Entry, ...]:
        """Return every revision of a city, by id or name, oldest year first.

        Raises:
            CityrubricError: if the ledger holds nothing of it.
        """
        found = tuple(self._entries("WHERE f.city = :city OR f.name = :city", {"city": city}))
        if not found:
            raise CityrubricError(_("{file} holds no assessment of {city}").format(file=self.file, city=city))
        return found

    def names(self) -> tuple[str, ...]:
        """Return ids and names of all cities there are."""
        rows = self.database.execute("SELECT DISTINCT city, name FROM frozen").fetchall()
        return tuple(dict.fromkeys(word for row in rows for word in row))

    def latest(self, year: int | None = None, province: str | None = None, city: str | None = None) -> Iterator[Entry]:
        """Yield the latest revision of each city and rule set, of one year or of the latest there is.

        Args:
            year: of the assessments.
            province: only its cities.
            city: id or name; only this one.
        """
        where = (
            "WHERE (:year IS NULL OR r.year = :year) AND (:province IS NULL OR r.province = :province)"
            " AND (:city IS NULL OR f.city = :city OR f.name = :city) AND NOT EXISTS (SELECT 1 FROM revision n"
            " WHERE n.province = r.province AND n.city = r.city AND n.ruleset = r.ruleset"
            " AND (:year IS NULL OR n.year = :year) AND (n.year, n.revision) > (r.year, r.revision))"
        )
        return self._entries(where, {"year": year, "province": province, "city": city})

    def _entries(self, where: str, values: dict[str, Any]) -> Iterator[Entry]:
        """Sort without the documents, which are long, and fetch one after the other."""
        rows = self.database.execute(
            f"SELECT {_COLUMNS} FROM revision r JOIN frozen f ON f.hash = r.hash {where}"
            " ORDER BY f.province, f.city, f.year, f.ruleset, r.revision",
            values,
        ).fetchall()
        for row in rows:
            yield Entry(*(*row, self._document(row[_HASH])))

    def _document(self, hash_: str) -> dict[str, Any]:
        text = self.database.execute("SELECT document FROM frozen WHERE hash = ?", (hash_,)).fetchone()[0]
        try:
            document: dict[str, Any] = json.loads(text)
        except (ValueError, TypeError) as error:
            message = _("the ledger {file} is damaged: {why}").format(file=self.file, why=error)
            raise CityrubricError(message) from error
        return document


@contextmanager
def open_ledger(file: Path, *, create: bool = False) -> Iterator[Ledger]:
    """Open a ledger, brought up to the version of today.

    Args:
        file: the ledger.
        create: make it if it is not there.

    Raises:
        CityrubricError: if it cannot be opened, is no ledger, or was written by a newer program.
    """
    if file.is_dir():
        raise CityrubricError(_("{file} is a folder; --ledger needs a file").format(file=file))
    if not create and not file.is_file():
        raise CityrubricError(_("no such ledger: {file} (assess --ledger makes one)").format(file=file))
    if create:
        _make_folder(file)
    try:
        mode = "rwc" if create else _reading(file)
        with closing(_connect(file, mode)) as database:
            _bring_up(database, file)
            if mode.startswith("rw"):
                _log_ahead(database)
            yield Ledger(file, database)
    except sqlite3.Error as error:
        why = _why(error)
        raise CityrubricError(_("the ledger {file} cannot be used: {why}").format(file=file, why=why)) from error


def record(file: Path, document: dict[str, Any]) -> bool:
    """Add one assessment to a ledger, made if need be; return whether it is a new revision."""
    with open_ledger(file, create=True) as ledger:
        return ledger.record(document)


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    uri = file.absolute().as_uri() + f"?mode={mode}"
    return sqlite3.connect(uri, timeout=WAIT_SECONDS, isolation_level=None, uri=True)


def _why(error: sqlite3.Error) -> str:
    """Return what failed, the usual in the language of the rest; other texts may quote what a damaged file holds."""
    usual = {
        "attempt to write a readonly database": _("Permission denied"),
        "unable to open database file": _("the file, or its log beside it, cannot be opened"),
        "database or disk is full": _("No space left on device"),
        "database is locked": _("another process is writing"),
    }
    return usual.get(str(error)) or visible(str(error))


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CityrubricError(_("{file} cannot be written: {why}").format(file=file, why=reason(error))) from error


def _reading(file: Path) -> str:
    """Return how to open a ledger that nobody adds to.

    In a folder that may not be written SQLite finds no place for its log. Where there is none, nobody is writing, and
    the file can be taken as it is; where there is one, it is read along.
    """
    if os.access(file.parent, os.W_OK) and os.access(file, os.W_OK):
        return "rw"
    return "ro" if file.with_name(file.name + "-wal").exists() else "ro&immutable=1"


def _bring_up(database: sqlite3.Connection, file: Path) -> None:
    version = _version(database)
    if version > len(STEPS):
        words = {"file": file, "version": version, "known": len(STEPS)}
        raise CityrubricError(
            _("{file} is a ledger of version {version}, this program knows {known}; update it").format(**words)
        )
    if version < len(STEPS):
        with _whole(database):
            version = _version(database)  # another process may have been faster
            tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if version == 0 and tables:
                raise CityrubricError(_("{file} is a database, but no ledger").format(file=file))
            for step in STEPS[version:]:
                step(database)
            database.execute(f"PRAGMA user_version = {len(STEPS)}")


def _version(database: sqlite3.Connection) -> int:
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    return version


def _log_ahead(database: sqlite3.Connection) -> None:
    """Write ahead into a log. SQLite does not wait for others when it changes to that, so this does.

    Where the file system allows no such log, as on some network drives, SQLite stays with its journal without a word.
    """
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = wal").fetchone()
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


@contextmanager
def _whole(database: sqlite3.Connection) -> Iterator[None]:
    """Do all of what follows or nothing; others that write wait from here on."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def _key(document: dict[str, Any]) -> tuple[str, str, int, str]:
    city = document["city"]
    return city["province"], city["id"], document["assessment_year"], document["ruleset"]["version"]
