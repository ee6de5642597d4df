"""Backups of records in an SQLite file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from django.db import connection

from leeward.records.backups.archive import BackupError, Contents
from leeward.records.models import Installation

# The write-ahead log and its index belong to the file beside them (https://www.sqlite.org/wal.html).
BESIDE: Final = ("-wal", "-shm")


def snapshot(to: Path) -> Contents:
    """Copies the records as they are at one moment, whoever writes meanwhile (https://www.sqlite.org/lang_vacuum.html, INTO).

    Raises BackupError where what was copied is damaged.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(to)])
    return check(to)


def check(file: Path) -> Contents:
    """What a file holds, once SQLite has found it whole. Raises BackupError."""
    with closing(sqlite3.connect(_address(file, "ro"), uri=True)) as database:
        try:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            dangling = database.execute("PRAGMA foreign_key_check").fetchone()
            if verdict != "ok" or dangling is not None:
                raise BackupError("The records in it are damaged; take another backup.")
            return _contents(database)
        except sqlite3.DatabaseError as error:
            raise BackupError("The records in it are damaged; take another backup.") from error


def _contents(database: sqlite3.Connection) -> Contents:
    named = database.execute(r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'")
    tables = sorted(name for (name,) in named.fetchall())
    counts = {table: int(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]) for table in tables}
    migrations = database.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    key = None
    if Installation._meta.db_table in tables:
        key = database.execute(f"SELECT key FROM {Installation._meta.db_table}").fetchone()
    return Contents(key[0] if key else "", tuple((app, name) for app, name in migrations), counts)


@contextlib.contextmanager
def working_on(file: Path) -> Iterator[None]:
    """Django works on another file than the records' for the length of a block; nothing of it is left in a log beside it."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = _address(file, "rw")
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@contextlib.contextmanager
def attached(file: Path) -> Iterator[str]:
    """The schema by which the tables of another file can be read for the length of a block, whoever holds it for writing."""
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS earlier", [_address(file, "ro")])
        try:
            yield "earlier"
        finally:
            cursor.execute("DETACH DATABASE earlier")


@contextlib.contextmanager
def held(file: Path) -> Iterator[None]:
    """Nobody else writes into a file for the length of a block. Raises BackupError where somebody has it open now."""
    address = _address(file, "rw")
    # Whoever has the file open holds a shared lock, which this mode does not bear (https://www.sqlite.org/wal.html, section 7).
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=0)) as alone, _refusing():
        alone.execute("PRAGMA locking_mode = EXCLUSIVE")
        alone.execute("BEGIN EXCLUSIVE")
        alone.execute("ROLLBACK")
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=0)) as holder:
        with _refusing():
            holder.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        # What cannot be opened at all, as it is no database, has no writer either.
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise BackupError("Something else uses the records; stop every part of Leeward first.") from error


def _address(file: Path, mode: str) -> str:
    return f"file:{quote(str(file))}?mode={mode}"


def put_aside(file: Path, aside: Path) -> None:
    """Renames whatever there is of the records' file and its log: a log that is left over would be read into the next file."""
    for ending in ("", *BESIDE):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{file}{ending}", f"{aside}{ending}")
