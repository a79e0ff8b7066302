"""The tables of a ledger, and how an older file becomes one of today."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any


def _first(database: sqlite3.Connection) -> None:
    """Version 1: each assessment once, by its hash; revisions point at them."""
    database.execute(
        "CREATE TABLE frozen (hash TEXT PRIMARY KEY, city TEXT NOT NULL, name TEXT NOT NULL, province TEXT NOT NULL,"
        " year INTEGER NOT NULL, ruleset TEXT NOT NULL, ruleset_hash TEXT NOT NULL, facts_hash TEXT NOT NULL,"
        " decision TEXT NOT NULL, document TEXT NOT NULL)"
    )
    database.execute(
        "CREATE TABLE revision (province TEXT NOT NULL, city TEXT NOT NULL, year INTEGER NOT NULL,"
        " ruleset TEXT NOT NULL, revision INTEGER NOT NULL, hash TEXT NOT NULL REFERENCES frozen (hash),"
        " PRIMARY KEY (province, city, year, ruleset, revision))"
    )


def _second(database: sqlite3.Connection) -> None:
    """Version 2: group scores and finding ids stand in tables of their own, filled from what is there."""
    database.execute(
        "CREATE TABLE group_score (hash TEXT NOT NULL REFERENCES frozen (hash), id TEXT NOT NULL, least REAL NOT NULL,"
        " most REAL NOT NULL, applicable REAL NOT NULL, PRIMARY KEY (hash, id))"
    )
    database.execute(
        "CREATE TABLE finding (hash TEXT NOT NULL REFERENCES frozen (hash), id TEXT NOT NULL, kind TEXT NOT NULL,"
        " PRIMARY KEY (hash, id))"
    )
    for hash_, document in database.execute("SELECT hash, document FROM frozen").fetchall():
        index(database, hash_, json.loads(document))


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _second)
"""What leads from version n to n + 1. A step that has been published is never changed."""


def index(database: sqlite3.Connection, hash_: str, document: dict[str, Any]) -> None:
    """Note the group scores and the finding ids of a stored assessment."""
    groups = [(hash_, one["id"], *one["score"], one["applicable"]) for one in document["scores"]["groups"]]
    database.executemany("INSERT INTO group_score VALUES (?, ?, ?, ?, ?)", groups)
    findings = [(hash_, one["id"], one["kind"]) for one in document["findings"]]
    database.executemany("INSERT INTO finding VALUES (?, ?, ?)", findings)
