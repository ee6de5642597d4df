"""Backups of records in PostgreSQL, by its own programs pg_dump and psql (https://www.postgresql.org/docs/current/app-pgdump.html)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from psycopg2.extensions import make_dsn

from leeward.records.backups.archive import BackupError, Contents
from leeward.records.models import Installation

ASIDE: Final = "before_restore_"
"""How the schemas begin that hold what was there before a restore."""


def snapshot(to: Path) -> Contents:
    """Dumps the records as they are at one moment, whoever writes meanwhile. Raises BackupError."""
    program = _program("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        # What is counted is what is dumped: both see one exported snapshot.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (name,) = cursor.fetchone()
        contents = _contents(cursor)
        options = ("--no-owner", "--no-privileges", f"--exclude-schema={ASIDE}*", f"--snapshot={name}", f"--file={to}")
        _run([program, *options])
    return contents


def put_in_place(script: Path, contents: Contents, *, aside: str | None) -> None:
    """Runs a dump in one transaction, which also counts what came in, so that all of it is in place or nothing.

    What was there is renamed to the schema `aside` within the same transaction. Raises BackupError.
    """
    program = _program("psql")
    before = [] if aside is None else [f"ALTER SCHEMA public RENAME TO {aside}", "CREATE SCHEMA public"]
    quoted = connection.ops.quote_name
    counted = " OR ".join(
        f"(SELECT count(*) FROM public.{quoted(table)}) <> {count}" for table, count in contents.counts.items()
    )
    verify = f"DO $$ BEGIN IF {counted} THEN RAISE EXCEPTION 'the counts of the manifest do not fit'; END IF; END $$"
    commands = [*(f"--command={statement}" for statement in before), f"--file={script}", f"--command={verify}"]
    _run([program, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *commands])


def take_back(aside: str | None) -> None:
    """Undoes `put_in_place`, where what had to follow it failed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public" if aside is None else f"ALTER SCHEMA {aside} RENAME TO public")


def other_users() -> int:
    """How many other connections the database has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def _contents(cursor: Any) -> Contents:
    tables = sorted(connection.introspection.table_names(cursor))
    counts = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        counts[table] = int(cursor.fetchone()[0])
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    migrations = tuple((app, name) for app, name in cursor.fetchall())
    key = None
    if Installation._meta.db_table in tables:
        cursor.execute(f"SELECT key FROM {Installation._meta.db_table}")
        key = cursor.fetchone()
    return Contents(key[0] if key else "", migrations, counts)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not on the path; install PostgreSQL's client programs (Debian: postgresql-client).")
    return found


def _run(command: Sequence[str]) -> None:
    """Runs one of PostgreSQL's programs on the records' database; its password stays out of the list of processes."""
    # As we were told to connect, and no more: the driver may know options that are newer than the programs.
    told = connection.get_connection_params()
    address = make_dsn(**{name: value for name, value in told.items() if name not in ("password", "cursor_factory")})
    environment = {**os.environ, **({"PGPASSWORD": told["password"]} if "password" in told else {})}
    done = subprocess.run([*command, f"--dbname={address}"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fault = next((line for line in done.stderr.splitlines() if "error" in line.lower()), done.stderr.strip()[:200])
        raise BackupError(f"{Path(command[0]).name} failed: {fault}")
