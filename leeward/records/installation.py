"""Whether the records are the ones that belong here: told at start, and at each new connection of a process that runs on.

A file can be deleted or exchanged under a running process, and a database be dropped and made anew under the same name. What is
written from then on would be lost, or stand among another installation's records. So both are refused: by the file's device
and inode, and by the key in the records (models.Installation).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from leeward.ops import database, installation, paths
from leeward.records.models import Installation

ONLY_ROW: Final = 1
# More than one turn writes.
ROOM_BYTES: Final = 65_536


class RecordsMissing(Exception):
    """The records are not there, or are another installation's, and nothing was begun; the text says how to go on."""


class RecordsReplaced(OperationalError):
    """The records were removed or exchanged since this process began. Nothing is written to what is there now."""

    def __init__(self) -> None:
        super().__init__(
            "The records were removed or exchanged while Leeward ran, so it saves nothing more. If those that are there now "
            "are the right ones, as after a restore, start Leeward again; if not, stop it and put the right ones back."
        )


class NoRoom(OperationalError):
    """Nothing can be written into the data folder; the text says what to do."""


@dataclass(frozen=True, slots=True)
class _File:
    """The file of the records (SQLite) as a process began with it; asked about at every call, so nothing is looked up anew."""

    path: Path
    inode: tuple[int, int]

    def is_in_place(self) -> bool:
        """Whether the path still leads to the same file."""
        try:
            return _inode(self.path) == self.inode
        except FileNotFoundError:
            return False


@dataclass(frozen=True, slots=True)
class _Identity:
    """The records that a process began with: their file (SQLite), and their key, once one is known."""

    file: _File | None
    key: str | None


_expected: _Identity | None = None


def check_at_start(*, traces: Sequence[str], begin_anew: bool) -> None:
    """Whether the records here may be used, or made where there are none. Raises RecordsMissing.

    `traces` is what shows that this data folder was used before (leeward.ops.installation). With `begin_anew` missing records
    are no fault, and a note of earlier ones no longer counts.
    """
    if not exist():
        if traces and not begin_anew:
            raise RecordsMissing(
                f"There are no records, but {paths.var() / traces[0]} shows that there were. Put them back, restore a backup "
                "with `leeward restore FILE`, or begin without them with `leeward up --new-records`."
            )
        installation.forget_key()
        return
    key, noted = _key_if_any(), installation.noted_key()
    if key is not None and noted is not None and key != noted:
        raise RecordsMissing(
            f"These are the records of another installation than those used here before. Put the right ones back; if these are "
            f"meant, delete {paths.var() / installation.TRACES[0]}."
        )


def exist() -> bool:
    """Whether there is anything in the place of the records."""
    file = sqlite_file()
    return (file is None or file.exists()) and bool(connection.introspection.table_names())


def sqlite_file() -> Path | None:
    """The file that this process keeps its records in; None on PostgreSQL, or in memory as some tests have it."""
    is_file = connection.vendor == "sqlite" and "mode=memory" not in str(connection.settings_dict["NAME"])
    return database.sqlite_file(paths.var()) if is_file else None


def settle() -> str:
    """The key of these records, made if they have none yet, and noted in the data folder."""
    defaults = {"key": key} if (key := installation.noted_key()) else {}
    key = Installation.objects.get_or_create(pk=ONLY_ROW, defaults=defaults)[0].key
    installation.note_key(key)
    return key


def adopt() -> None:
    """Makes the records that are here now, of whichever installation, those that belong here."""
    installation.forget_key()
    settle()


def guard() -> None:
    """From now on every new connection of this process must lead to the records that are here now. Raises RecordsMissing."""
    global _expected
    file = sqlite_file()
    if file is not None and not file.exists():
        raise RecordsMissing(f"There are no records at {file}; start with `leeward up`, or restore a backup.")
    _expected = _Identity(None if file is None else _File(file, _inode(file)), installation.noted_key())
    connection_created.connect(_check_new_connection, dispatch_uid="leeward.records.installation")


def check() -> None:
    """Reaches the records, and raises RecordsReplaced where they are not those that this process began with."""
    check_file()
    _check_key(connection)


def check_health() -> None:
    """As `check`, and that there is room for what comes.

    Raises NoRoom where nothing can be written: a full disk, a used-up quota, a disk that has become read-only.
    """
    check()
    try:
        with tempfile.TemporaryFile(dir=paths.var()) as file:
            file.write(bytes(ROOM_BYTES))
            file.flush()
    except OSError as error:
        told = f"Nothing can be written to {paths.var()} ({error.strerror}), so nothing is saved. Make room on that disk."
        raise NoRoom(told) from error


def check_file() -> None:
    """Raises RecordsReplaced where the records' file is gone or another one than when this process began."""
    if _expected is not None and _expected.file is not None and not _expected.file.is_in_place():
        raise RecordsReplaced


def _check_new_connection(connection: BaseDatabaseWrapper, **rest: Any) -> None:
    try:
        check_file()
        _check_key(connection)
    except BaseException:
        # Django would use it all the same, and ask no more.
        connection.close()
        raise


def _check_key(connection: BaseDatabaseWrapper) -> None:
    global _expected
    key = _read_key(connection)
    if _expected is None:
        return
    if key is None or key != (_expected.key or key):
        raise RecordsReplaced
    if _expected.key is None:
        # The first sight of a database that several machines share.
        _expected = _Identity(_expected.file, key)
        installation.note_key(key)


def _key_if_any() -> str | None:
    """The key of the records, None for those of before there were keys."""
    has_key = Installation._meta.db_table in connection.introspection.table_names()
    return _read_key(connection) if has_key else None


def _read_key(connection: BaseDatabaseWrapper) -> str | None:
    """The key in the records at the end of a connection; None where they have none."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT key FROM {Installation._meta.db_table} WHERE id = {ONLY_ROW}")
            row = cursor.fetchone()
    except DatabaseError as error:
        if not _is_missing_table(error):
            raise
        return None
    return None if row is None else str(row[0])


def _is_missing_table(error: DatabaseError) -> bool:
    """SQLite says so in words, PostgreSQL by its code 42P01 (undefined_table)."""
    return "no such table" in str(error) or getattr(error.__cause__, "pgcode", None) == "42P01"


def _inode(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_dev, status.st_ino
